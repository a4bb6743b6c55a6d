"""The closure by DuckDB: the ontology's by clingo, that of the statements about individuals by SQL.

The rules are specialised to the ontology (`kg.reasoning.specialise`), and the clauses that this leaves run over whole
relations at a time (`kg.reasoning.plan`, `kg.reasoning.fixpoint`). Where that cannot be done, `NotInTables` says why,
and clingo has to do it all. Relations that do not fit into the memory go to disk.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

import duckdb

from kg.errors import ReasonerError, ReasonerLimit
from kg.reasoning.closed_lines import OnGrowth
from kg.reasoning.culprits import explain_culprits, find_culprits
from kg.reasoning.datatypes import DATATYPES
from kg.reasoning.encoded import NotCanonical, NTriplesFile, insert, read_statements
from kg.reasoning.fixpoint import Fixpoint, OntologyMerged
from kg.reasoning.grounder import ReasoningLimits, half_of_memory, require_size
from kg.reasoning.inconsistency import Inconsistency
from kg.reasoning.materialise import Grounding
from kg.reasoning.plan import EQUAL, ILL_TYPED, STATED, NotInTables, Plan, make_plan
from kg.reasoning.rules import RULES, closing_facts, closing_rules
from kg.reasoning.specialise import Special, Specialiser
from kg.reasoning.symbols import FEW, EncodedTriple, Tokens
from kg.terms import OWL, RDF, RDFS

_TYPE, _SAME, _DIFFERENT = str(RDF.type), str(OWL.sameAs), str(OWL.differentFrom)
#: Bytes that are not DuckDB's to count: Python, files that are read; and those that it needs at least.
_ASIDE = 256 << 20
_LEAST = 128 << 20
#: Bytes of files for which a thread pays, and up to which they are kept in memory.
_OF_A_THREAD = 32 << 20
#: How many bytes of text a byte of Parquet is, about.
_COMPRESSED = 10
#: By so much may triples about the ontology outnumber the others, and specialised clauses all triples.
_MARGIN = 10_000
#: How often the ontology is looked at anew because of what is the same in it.
_ROUNDS = 8
#: Formats of what `TabledClosure.write` writes: lines, and columns of terms as N-Triples writes them.
LINES, COLUMNS = "csv", "parquet"


@contextmanager
def closed_in_tables(
    sources: Sequence[NTriplesFile], limits: ReasoningLimits, on_growth: OnGrowth | None = None
) -> Iterator[TabledClosure]:
    """The closure of files of N-Triples, which is there while the context is.

    Args:
        sources: the files, written as pyoxigraph writes N-Triples.
        limits: what it may take.
        on_growth: told now and then in words what grows.

    Raises:
        NotCanonical: a file is written otherwise.
        NotInTables: clingo has to do it, and why.
        ReasonerError: clingo failed.
        ReasonerLimit: a limit ended it.
    """
    begin = time.monotonic()
    size = sum(source.path.stat().st_size * (_COMPRESSED if source.in_columns else 1) for source in sources)
    memory = half_of_memory() if limits.memory is None else limits.memory
    with TemporaryDirectory(prefix="kg-") as folder:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": f"{max(memory - _ASIDE, _LEAST) >> 20}MiB",
            "temp_directory": folder,
            "threads": max(1, min(_processors(), size // _OF_A_THREAD)),
            "preserve_insertion_order": "false",
            # All that is needed comes with it, and nothing is to be fetched.
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with duckdb.connect(config=settings) as db, _timed(db, limits, begin):
            try:
                closure = TabledClosure(db, limits, begin, on_growth)
                closure.derive(sources, kept=size < _OF_A_THREAD)
                yield closure
            except duckdb.OutOfMemoryException as error:
                raise ReasonerLimit(f"reasoning would take more memory than {memory >> 20} MB") from error
            except duckdb.InterruptException as error:
                raise ReasonerLimit(f"reasoning takes longer than {limits.seconds:g} s") from error
            except duckdb.InvalidInputException as error:  # no UTF-8, or a line too long
                raise NotCanonical from error
            except RuntimeError as error:  # so it tells of Ctrl-C
                if str(error) == "Query interrupted":
                    raise KeyboardInterrupt from error
                raise
            except duckdb.Error as error:
                raise ReasonerError(f"DuckDB failed: {str(error).splitlines()[0]}") from error


class TabledClosure:
    """A closure in the tables of DuckDB.

    Attributes:
        inconsistencies: the contradictions, as `kg.reasoning.closure.Closure` has them.
    """

    def __init__(
        self,
        db: duckdb.DuckDBPyConnection,
        limits: ReasoningLimits,
        begin: float,
        on_growth: OnGrowth | None,
    ) -> None:
        """Nothing yet."""
        self.inconsistencies: list[Inconsistency] = []
        self._db = db
        self._limits = limits
        self._begin = begin
        self._on_growth = on_growth
        self._run = Grounding(limits, begin=begin)
        self._tokens = Tokens(RULES.read_text("utf-8"))
        self._hashes: dict[str, int] = {}

    def derive(self, sources: Sequence[NTriplesFile], *, kept: bool) -> None:
        """Read files and derive all that follows.

        Args:
            sources: the files.
            kept: whether their text is kept in memory.

        Raises:
            NotCanonical, NotInTables, ReasonerError, ReasonerLimit: as `closed_in_tables`.
        """
        read_statements(self._db, sources, kept=kept)
        same: Mapping[int, int] = {}
        for _ in range(_ROUNDS):
            try:
                self._derive(same)
            except OntologyMerged as merged:
                same = merged.same
                self._forget()
            else:
                return
        raise NotInTables("terms of the ontology turn out to be the same again and again")

    def _forget(self) -> None:
        """Leave only what was read."""
        tables = self._db.execute("SELECT table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
        self._db.execute("DROP VIEW literal")
        for table in {name for (name,) in tables} - {"term", "given", "spelled", "line"}:
            self._db.execute(f"DROP TABLE {table}")

    def _derive(self, same: Mapping[int, int]) -> None:
        special, settled = self._specialise(same)
        plan = self._plan(special)
        settled |= {h for name, h in self._hashes.items() if not name.isdigit()}  # the terms that the rules name
        fixpoint = Fixpoint(self._db, plan, self._hashes, settled, same)
        self._load(fixpoint, plan, special)
        relations = {number: relation for relation, number in fixpoint.number.items()}
        told = {number for number, relation in relations.items() if relation[:2] in ("p_", "c_")}
        statements = 0

        def on_round(new: Mapping[int, int]) -> None:
            nonlocal statements
            statements += sum(count for number, count in new.items() if number in told)
            words = f"{statements:,} statements so far"
            require_size(self._limits, statements, f": {words}")
            if self._limits.seconds is not None and time.monotonic() - self._begin > self._limits.seconds:
                raise ReasonerLimit(f"reasoning takes longer than {self._limits.seconds:g} s: {words}")
            if self._on_growth is not None and time.monotonic() - self._begin > 1:
                self._on_growth(words)

        fixpoint.run(on_round)
        self._prepare_answer(fixpoint)
        culprits = find_culprits(fixpoint, plan, self._tokens.terms)
        if culprits is not None:
            self.inconsistencies = explain_culprits(fixpoint, culprits, self._tokens.terms, settled, self._run)

    @cached_property
    def merged_values(self) -> list[list[str]]:
        """Tokens of values that nobody knows and that are taken to be one, in groups."""
        rows = self._db.execute("""
            SELECT list(t ORDER BY t) FROM cluster JOIN term ON h = x WHERE kind = 'O' GROUP BY rep HAVING count(*) > 1
            ORDER BY 1""").fetchall()
        return [tokens for (tokens,) in rows]

    def vocabulary(self) -> str:
        """The statements in the terms of OWL and RDFS as N-Triples, but not which individuals are the same."""
        rows = self._db.execute(f"""
            WITH spoken AS (
                SELECT h FROM term WHERE starts_with(t, '<{OWL.iri}') AND t NOT IN ('{_SAME}', '{_DIFFERENT}')
                UNION ALL SELECT hash('{RDFS.subClassOf}'))
            SELECT s.t || ' ' || p.t || ' ' || o.t || ' .'
            FROM given g JOIN term s ON s.h = g.s JOIN term p ON p.h = g.p JOIN term o ON o.h = g.o
            WHERE g.p IN (FROM spoken)
               OR (g.p = hash('{_TYPE}') AND (starts_with(o.t, '<{OWL.iri}') OR starts_with(o.t, '<{RDFS.iri}')))""")
        return "\n".join(line for (line,) in rows.fetchall())

    def respell(self, tags: Mapping[str, str]) -> None:
        """Write language tags otherwise than in lower case."""
        self._db.execute("CREATE OR REPLACE TABLE tag (lower VARCHAR, spelled VARCHAR)")
        insert(self._db, "tag", tags.items())
        self._db.execute("""
            UPDATE term SET t = t[: len(t) - len(lower)] || spelled FROM tag
            WHERE kind = 'V' AND ends_with(t, '"@' || lower)""")

    def write(self, path: Path, form: str = LINES, *, in_order: bool = False) -> None:
        """Write the statements to a file.

        Args:
            path: the file.
            form: `LINES` of N-Triples, or `COLUMNS` of Parquet: subject, predicate, object.
            in_order: whether lines are in the order of their text.
        """
        line = "s || ' ' || p || ' ' || o || ' .' AS l"
        columns = "s AS subject, p AS predicate, o AS object" if form == COLUMNS else line
        order = " ORDER BY ALL" if in_order else ""
        options = "" if form == COLUMNS else ", HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01'"
        name = str(path).replace("'", "''")
        self._db.execute(f"COPY (SELECT {columns} FROM answer{order}) TO '{name}' (FORMAT {form}{options})")

    # The ontology -----------------------------------------------------------------------------------------------------

    def _specialise(self, same: Mapping[int, int]) -> tuple[Special, set[int]]:
        """The rules specialised to the ontology, and its terms, of which no two may be the same."""
        rules = Specialiser(closing_rules())
        self._names: dict[int, str] = {}
        self._find_representatives(same)
        tokens = self._tokens
        kinds = self._db.execute(f"""
            SELECT k.p, p.t, coalesce(k.o, 0), o.t
            FROM (SELECT DISTINCT p, CASE WHEN p = hash('{_TYPE}') THEN o END o FROM given) k
            JOIN term p ON p.h = k.p LEFT JOIN term o ON o.h = k.o""").fetchall()
        used, axioms, self._kinds = [], [], list[tuple[int, str, int, str]]()
        for p, predicate, o, value in kinds:
            names = self._name(p, predicate), self._name(o, value) if value else ""
            if rules.concerns_ontology(*names):
                axioms.append((p, o))
            else:
                used.append(f"_used({f'c({names[1]})' if value else f'p({names[0]})'}).")
                self._kinds.append((p, names[0], o, names[1]))
        self._db.execute("CREATE TABLE axiom (p UBIGINT, o UBIGINT)")
        insert(self._db, "axiom", axioms)
        ontology = self._ontology()
        self._count = self._db.execute("SELECT count(*) FROM given").fetchall()[0][0]
        if 2 * len(ontology) > self._count + _MARGIN:
            raise NotInTables("most of it is ontology")
        self._ill_typed = self._db.execute("""
            SELECT d.h, d.t, list(l.h), any_value(l.t) FROM term l
            JOIN term d ON d.t = regexp_extract(l.t, '<[^<>]*>$') WHERE l.kind = 'I' GROUP BY ALL""").fetchall()
        facts = tokens.literal_facts()
        # Some literal may be among the values of any datatype.
        facts += [f"member(some,{tokens[token]})." for token in tuple(tokens) if token[1:-1] in DATATYPES]
        facts += [f"ill_typed({tokens[literal]},{tokens[datatype]})." for _, datatype, _, literal in self._ill_typed]
        answers = self._run(closing_rules(), [rules.questions, *facts, *used, *closing_facts(ontology)], rules.shown)
        special = rules.specialise(answers)
        if special is None:
            raise NotInTables("there are axioms about rdf:type")
        if len(special.clauses) > self._count + _MARGIN:
            raise NotInTables("its ontology makes more clauses than there are statements")
        settled = {self._hashes[name] for triple in ontology for name in triple}
        return special, settled | {self._hashes[name] for _, p, _, o in self._kinds for name in (p, o) if name}

    def _find_representatives(self, same: Mapping[int, int]) -> None:
        """Let what is the same go by one name."""
        self._db.execute("CREATE OR REPLACE TABLE alike (x UBIGINT, rep UBIGINT)")
        insert(self._db, "alike", same.items())
        rows = self._db.execute("""
            SELECT x, rep, a.t, b.t FROM alike JOIN term a ON a.h = x JOIN term b ON b.h = rep""").fetchall()
        for x, rep, token, representative in rows:
            if not self._tokens[token].isdigit():
                raise NotInTables(f"{token} is the same as something else")
            self._names[x] = self._tokens[representative]
            self._hashes[self._names[x]] = rep

    def _name(self, h: int, token: str) -> str:
        """The name of a term, or of what stands for it."""
        name = self._names.get(h)
        if name is None:
            name = self._names[h] = self._tokens[token]
            self._hashes[name] = h
        return name

    def _ontology(self) -> list[EncodedTriple]:
        rows = self._db.execute("""
            SELECT s.h, s.t, p.h, p.t, o.h, o.t FROM given g JOIN term s ON s.h = g.s JOIN term p ON p.h = g.p
            JOIN term o ON o.h = g.o WHERE (g.p, g.o) IN (FROM axiom) OR (g.p, 0) IN (FROM axiom)
            ORDER BY ALL""").fetchall()
        triples = dict[EncodedTriple, None]()
        for s, subject, p, predicate, o, value in rows:
            triples[self._name(s, subject), self._name(p, predicate), self._name(o, value)] = None
        if any("owl_sameAs" in (s, o) for s, _, o in triples):
            raise NotInTables("it speaks of owl:sameAs itself")
        return list(triples)

    def _plan(self, special: Special) -> Plan:
        given = {
            **{f"c_{value}": 1 for _, _, _, value in self._kinds if value},
            **{_relation(name, special): 2 for _, name, _, value in self._kinds if not value},
            **{f"{ILL_TYPED}{self._tokens[datatype]}": 1 for _, datatype, _, _ in self._ill_typed},
        }
        self._db.execute("CREATE TABLE equal AS SELECT 0::UBIGINT s, 0::UBIGINT o LIMIT 0")
        if self._db.execute("SELECT 1 FROM spelled LIMIT 1").fetchone():
            self._db.execute("""
                INSERT INTO equal WITH odd AS (SELECT h, v FROM spelled),
                spelling AS (FROM odd UNION SELECT h, h FROM term SEMI JOIN odd ON odd.v = term.h WHERE kind = 'V')
                SELECT a.h, b.h FROM spelling a JOIN spelling b USING (v) WHERE a.h <> b.h""")
        if self._db.execute("SELECT 1 FROM equal LIMIT 1").fetchone():
            given[EQUAL] = 2
        self._db.execute("CREATE TABLE stated (p UBIGINT)")
        if any(clause.partition(" :- ")[2].find("stated(") >= 0 for clause in special.clauses):
            own = [(p, name) for p, name, _, value in self._kinds if not value and name.isdigit()]
            insert(self._db, "stated", ([p] for p, _ in own))
            self._db.execute(f"""
                CREATE OR REPLACE TABLE stated AS
                SELECT p FROM (SELECT DISTINCT * FROM given SEMI JOIN stated USING (p))
                GROUP BY p HAVING count(*) <= {FEW}""")
            few = {p for (p,) in self._db.execute("FROM stated").fetchall()}
            given |= {f"{STATED}{name}": 2 for p, name in own if p in few}
        literals = {name for name, token in self._tokens.terms.items() if token[0] == '"'}
        plan = make_plan(special.facts, special.clauses, given, literals)
        missing = [name for name in self._tokens.terms if name not in self._hashes]
        self._db.execute("CREATE TABLE constant (t VARCHAR)")
        insert(self._db, "constant", ([self._tokens.terms[name]] for name in missing))
        hashed = dict(self._db.execute("SELECT t, hash(t) FROM constant").fetchall())
        self._hashes |= {name: hashed[self._tokens.terms[name]] for name in missing}
        self._db.execute(
            "INSERT INTO term SELECT hash(t), t, 'R' FROM constant WHERE hash(t) NOT IN (SELECT h FROM term)"
        )
        return plan

    # The statements ---------------------------------------------------------------------------------------------------

    def _load(self, fixpoint: Fixpoint, plan: Plan, special: Special) -> None:
        """What holds to begin with."""
        db, number = self._db, fixpoint.number
        db.execute("CREATE TABLE kind (p UBIGINT, o UBIGINT, r UBIGINT)")
        insert(db, "kind", (
            (p, o, number[relation])
            for p, name, o, value in self._kinds
            for relation in ([f"c_{value}"] if value else [_relation(name, special), f"{STATED}{name}"])
            if relation in number
        ))  # fmt: skip
        db.execute("INSERT INTO found_p SELECT r, s, g.o FROM given g JOIN kind k ON k.p = g.p AND k.o = 0")
        db.execute("INSERT INTO found_c SELECT r, s FROM given g JOIN kind k ON k.p = g.p AND k.o = g.o")
        if EQUAL in number:
            db.execute("INSERT INTO found_p SELECT ?, s, o FROM equal", [number[EQUAL]])
        for _, datatype, literals, _ in self._ill_typed:
            ill_typed = number.get(f"{ILL_TYPED}{self._tokens[datatype]}")
            if ill_typed is not None:
                insert(db, "found_c", ([ill_typed, literal] for literal in literals))
        for name, datatype in plan.read:
            fixpoint.add_values(name, self._tokens.terms[datatype])
        hashes = self._hashes
        for arity, table in ((1, "found_c"), (2, "found_p")):
            facts = (fact for fact in plan.facts if len(fact.arguments) == arity)
            insert(db, table, ([number[f.predicate], *(hashes[a] for a in f.arguments)] for f in facts))

    def _prepare_answer(self, fixpoint: Fixpoint) -> None:
        """A view of all statements as text, and the check that they are not too many."""
        db = self._db
        db.execute("CREATE TABLE relation (r UBIGINT, t VARCHAR)")
        insert(db, "relation", (
            [number, self._tokens.terms[relation[2:]]]
            for relation, number in fixpoint.number.items() if relation[:2] in ("p_", "c_")
        ))  # fmt: skip
        same = f"SELECT DISTINCT s FROM given WHERE s = o AND p = hash('{_SAME}')"
        if db.execute("SELECT 1 FROM cluster LIMIT 1").fetchone():
            subject = "coalesce(a.x, n.s)"
            db.execute("""
                INSERT INTO relation
                SELECT r, b.t FROM relation r JOIN term a ON a.t = r.t JOIN cluster m ON m.rep = a.h
                JOIN term b ON b.h = m.x WHERE m.x <> m.rep""")
            of_classes = f"(SELECT r, {subject} s FROM c n LEFT JOIN cluster a ON a.rep = n.s)"
            of_properties = f"""(
                SELECT r, {subject} s, coalesce(b.x, n.o) o
                FROM p n LEFT JOIN cluster a ON a.rep = n.s LEFT JOIN cluster b ON b.rep = n.o)"""
            same += " UNION ALL SELECT a.x, b.x FROM cluster a JOIN cluster b USING (rep) WHERE a.x <> b.x"
            same = same.replace("DISTINCT s FROM", "DISTINCT s, o FROM")
        else:
            of_classes, of_properties = "c", "p"
            same = same.replace("DISTINCT s FROM", "DISTINCT s, o FROM")
        db.execute(f"""
            CREATE VIEW answer AS
            SELECT s.t s, '{_TYPE}' p, r.t o FROM {of_classes} n JOIN relation r USING (r) JOIN term s ON s.h = n.s
            WHERE s.kind = 'R'
            UNION ALL SELECT s.t, r.t, o.t
            FROM {of_properties} n JOIN relation r USING (r) JOIN term s ON s.h = n.s JOIN term o ON o.h = n.o
            WHERE s.kind = 'R' AND r.t <> '{_SAME}'
            UNION ALL SELECT s.t, '{_SAME}', o.t FROM ({same}) n JOIN term s ON s.h = n.s JOIN term o ON o.h = n.o
            WHERE s.kind = 'R'""")
        if of_classes != "c":
            [(size,)] = db.execute("""
                WITH size AS (SELECT rep, count(*) n FROM cluster GROUP BY rep)
                SELECT (SELECT sum(coalesce(a.n, 1)) FROM c LEFT JOIN size a ON a.rep = s)
                     + (SELECT sum(coalesce(a.n, 1) * coalesce(b.n, 1)) FROM p LEFT JOIN size a ON a.rep = s
                        LEFT JOIN size b ON b.rep = o)
                     + (SELECT sum(n * (n - 1)) FROM size)""").fetchall()
            require_size(self._limits, int(size), f": {int(size):,}, with each told of all that are the same")


def _relation(name: str, special: Special) -> str:
    """The relation of what is stated with a property."""
    return f"base_{name}" if name in special.recursive else f"p_{name}"


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


@contextmanager
def _timed(db: duckdb.DuckDBPyConnection, limits: ReasoningLimits, begin: float) -> Iterator[None]:
    """End what takes longer than it may."""
    if limits.seconds is None:
        yield
        return
    timer = Timer(max(limits.seconds - (time.monotonic() - begin), 0.001), db.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
