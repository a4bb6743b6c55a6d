"""What of statements in tables is about the ontology: its closure by clingo, and the plan for all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kg.reasoning.clause_plan import Plan, make_plan
from kg.reasoning.datatypes import DATATYPES
from kg.reasoning.encoded import insert
from kg.reasoning.fixpoint import Fixpoint
from kg.reasoning.kept_answer import answer_of_grounder
from kg.reasoning.materialise import Grounding
from kg.reasoning.residual import EQUAL, ILL_TYPED, STATED, NotInTables
from kg.reasoning.rules import RULES, closing_facts, closing_rules
from kg.reasoning.specialise import Special, Specialiser
from kg.reasoning.symbols import FEW, EncodedTriple, Tokens
from kg.terms import RDF

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TYPE = str(RDF.type)
#: By so much may triples about the ontology outnumber the others, and specialised clauses all triples.
_MARGIN = 10_000


class OntologyPart:
    """The ontology among statements in tables.

    Attributes:
        plan: how all that follows is derived.
        hashes: the hash of each name that the plan has.
        settled: the hashes of the ontology's terms and of those that the rules name, of which no two may be the same.
    """

    def __init__(self, db: DuckDBPyConnection, run: Grounding, same: Mapping[int, int]) -> None:
        """Close it, and specialise the rules to it.

        Args:
            db: has the tables of `kg.reasoning.encoded`.
            run: runs clingo.
            same: of each hash, the hash of what stands for it because it is the same.

        Raises:
            NotInTables: the rules must run otherwise.
            ReasonerError, ReasonerLimit: clingo failed, or a limit ended it.
        """
        self.hashes: dict[str, int] = {}
        self._db = db
        self._tokens = Tokens(RULES.read_text("utf-8"))
        self._names: dict[int, str] = {}
        self._kinds: list[tuple[int, str, int, str]] = []
        self._find_representatives(same)
        special, self.settled = self._specialise(run)
        self._recursive = special.recursive
        self.plan = self._plan(special)
        self.settled |= {h for name, h in self.hashes.items() if not name.isdigit()}

    @property
    def terms(self) -> Mapping[str, str]:
        """The tokens of names."""
        return self._tokens.terms

    def load(self, fixpoint: Fixpoint) -> None:
        """Give a fixpoint what holds to begin with."""
        db, number = self._db, fixpoint.number
        db.execute("CREATE TABLE kind (p UBIGINT, o UBIGINT, r UBIGINT)")
        insert(db, "kind", (
            (p, o, number[relation])
            for p, name, o, value in self._kinds
            for relation in ([f"c_{value}"] if value else [self._relation(name), f"{STATED}{name}"])
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
        for name, datatype in self.plan.read:
            fixpoint.add_values(name, self._tokens.terms[datatype])
        hashes = self.hashes
        for arity, table in ((1, "found_c"), (2, "found_p")):
            facts = (fact for fact in self.plan.facts if len(fact.arguments) == arity)
            insert(db, table, ([number[f.predicate], *(hashes[a] for a in f.arguments)] for f in facts))

    def _specialise(self, run: Grounding) -> tuple[Special, set[int]]:
        """The rules specialised to the ontology, and its terms."""
        rules, tokens = Specialiser(closing_rules()), self._tokens
        kinds = self._db.execute(f"""
            SELECT k.p, p.t, coalesce(k.o, 0), o.t
            FROM (SELECT DISTINCT p, CASE WHEN p = hash('{_TYPE}') THEN o END o FROM given) k
            JOIN term p ON p.h = k.p LEFT JOIN term o ON o.h = k.o ORDER BY ALL""").fetchall()
        used, axioms = [], []
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
        [(count,)] = self._db.execute("SELECT count(*) FROM given").fetchall()
        if 2 * len(ontology) > count + _MARGIN:
            raise NotInTables("most of it is ontology")
        self._ill_typed = self._db.execute("""
            SELECT d.h, d.t, list(l.h), any_value(l.t) FROM term l
            JOIN term d ON d.t = regexp_extract(l.t, '<[^<>]*>$') WHERE l.kind = 'I'
            GROUP BY ALL ORDER BY ALL""").fetchall()
        facts = tokens.literal_facts()
        # Some literal may be among the values of any datatype.
        facts += [f"member(some,{tokens[token]})." for token in tuple(tokens) if token[1:-1] in DATATYPES]
        facts += [f"ill_typed({tokens[literal]},{tokens[datatype]})." for _, datatype, _, literal in self._ill_typed]
        asked = [rules.questions, *facts, *used, *closing_facts(ontology)]
        answers = answer_of_grounder(run, closing_rules(), asked, rules.shown)
        special = rules.specialise(answers)
        if special is None:
            raise NotInTables("there are axioms about rdf:type")
        if len(special.clauses) > count + _MARGIN:
            raise NotInTables("its ontology makes more clauses than there are statements")
        settled = {self.hashes[name] for triple in ontology for name in triple}
        return special, settled | {self.hashes[name] for _, p, _, o in self._kinds for name in (p, o) if name}

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
            self.hashes[self._names[x]] = rep

    def _name(self, h: int, token: str) -> str:
        """The name of a term, or of what stands for it."""
        name = self._names.get(h)
        if name is None:
            name = self._names[h] = self._tokens[token]
            self.hashes[name] = h
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
            **{self._relation(name): 2 for _, name, _, value in self._kinds if not value},
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
        self._hash_constants()
        return plan

    def _hash_constants(self) -> None:
        """Give the constants of the rules hashes, and their terms a place among the others."""
        missing = [name for name in self._tokens.terms if name not in self.hashes]
        self._db.execute("CREATE TABLE constant (t VARCHAR)")
        insert(self._db, "constant", ([self._tokens.terms[name]] for name in missing))
        hashed = dict(self._db.execute("SELECT t, hash(t) FROM constant").fetchall())
        self.hashes |= {name: hashed[self._tokens.terms[name]] for name in missing}
        self._db.execute("INSERT INTO term SELECT hash(c.t), c.t, 'R' FROM constant c ANTI JOIN term ON h = hash(c.t)")

    def _relation(self, name: str) -> str:
        """The relation of what is stated with a property."""
        return f"base_{name}" if name in self._recursive else f"p_{name}"
