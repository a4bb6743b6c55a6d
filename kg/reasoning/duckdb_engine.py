"""The closure by DuckDB: the ontology's by clingo, that of the statements about individuals by SQL.

The rules are specialised to the ontology (`kg.reasoning.specialise`), and the clauses that this leaves run over whole
relations at a time (`kg.reasoning.clause_plan`, `kg.reasoning.fixpoint`). Where that cannot be done, `NotInTables` says
why, and clingo has to do it all. Relations that do not fit into the memory go to disk.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

from kg.errors import ReasonerError, ReasonerLimit
from kg.reasoning.closed_lines import OnGrowth
from kg.reasoning.culprits import explain_culprits, find_culprits
from kg.reasoning.encoded import NotCanonical, NTriplesFile, insert, read_statements
from kg.reasoning.fixpoint import Fixpoint, OntologyMerged
from kg.reasoning.grounder import ReasoningLimits, half_of_memory, require_size
from kg.reasoning.inconsistency import Inconsistency
from kg.reasoning.materialise import Grounding
from kg.reasoning.ontology_part import OntologyPart
from kg.reasoning.residual import NotInTables
from kg.terms import OWL, RDF, RDFS

try:  # the engine alone, for what Python has around it takes four times as long to import
    import _duckdb as duckdb
except ImportError:
    import duckdb  # type: ignore[no-redef]

_TYPE, _SAME, _DIFFERENT = str(RDF.type), str(OWL.sameAs), str(OWL.differentFrom)
#: Bytes that are not DuckDB's to count: Python, files that are read; and those that it needs at least.
_ASIDE = 256 << 20
_LEAST = 128 << 20
#: Bytes of files for which a thread pays, and up to which they are kept in memory.
_OF_A_THREAD = 32 << 20
#: Seconds in which nothing is told of what grows, for to tell takes a tenth of one.
_SILENT = 3
#: How many bytes of text a byte of Parquet is, about.
_COMPRESSED = 10
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
            "threads": max(1, min(processors(), size // _OF_A_THREAD)),
            "preserve_insertion_order": "false",
            # All that is needed comes with it, and nothing is to be fetched.
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with duckdb.connect(config=settings) as db, timed(db.interrupt, limits, begin):
            try:
                db.execute("SET enable_progress_bar = false")  # it would be printed among what is written
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
        self._run = Grounding(limits, begin)

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
        self._db.execute("DROP VIEW literal")
        tables = self._db.execute("SHOW TABLES").fetchall()
        for table in {name for (name,) in tables} - {"term", "given", "spelled", "line"}:
            self._db.execute(f"DROP TABLE {table}")

    def _derive(self, same: Mapping[int, int]) -> None:
        ontology = OntologyPart(self._db, self._run, same)
        fixpoint = Fixpoint(self._db, ontology.plan, ontology.hashes, ontology.settled, same)
        ontology.load(fixpoint)
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
            if self._on_growth is not None and time.monotonic() - self._begin > _SILENT:
                self._on_growth(words)

        fixpoint.run(on_round)
        self._prepare_answer(fixpoint, ontology.terms)
        culprits = find_culprits(fixpoint, ontology.plan, ontology.terms)
        if culprits is not None:
            self.inconsistencies = explain_culprits(fixpoint, culprits, ontology.terms, ontology.settled, self._run)

    @cached_property
    def merged_values(self) -> list[list[str]]:
        """Tokens of values that nobody knows and that are taken to be one, in groups."""
        rows = self._db.execute("""
            SELECT list_sort(list(t)) FROM cluster JOIN term ON h = x WHERE kind = 'O' GROUP BY rep HAVING count(*) > 1
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
        return "".join(f"{line}\n" for (line,) in rows.fetchall())

    def respell(self, tags: Mapping[str, str]) -> None:
        """Write language tags otherwise than in lower case."""
        self._db.execute("CREATE OR REPLACE TABLE tag (lower VARCHAR, spelled VARCHAR)")
        insert(self._db, "tag", tags.items())
        self._db.execute("""
            UPDATE term SET t = t[1 : len(t) - len(lower)] || spelled FROM tag
            WHERE kind = 'V' AND ends_with(t, '"@' || lower)""")

    def write(self, path: Path, form: str = LINES, *, in_order: bool = False) -> None:
        """Write the statements to a file.

        Args:
            path: the file.
            form: `LINES` of N-Triples, or `COLUMNS` of Parquet: subject, predicate, object.
            in_order: whether lines are in the order of their text.
        """
        copy_answer(self._db, path, form, in_order=in_order)

    def _prepare_answer(self, fixpoint: Fixpoint, terms: Mapping[str, str]) -> None:
        """A view of all statements as text, and the check that they are not too many.

        What RDF does not allow is left out: https://www.w3.org/TR/rdf11-concepts/#section-generalized-rdf
        """
        db = self._db
        db.execute("CREATE TABLE relation (r UBIGINT, t VARCHAR)")
        insert(db, "relation", (
            [number, terms[relation[2:]]]
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
            WHERE s.kind = 'R' AND r.t <> '{_SAME}' AND starts_with(r.t, '<')
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


def copy_answer(db: duckdb.DuckDBPyConnection, path: Path, form: str, *, in_order: bool) -> None:
    """Write the statements of a table or view ``answer(s, p, o)`` to a file, as `TabledClosure.write` does."""
    line = "s || ' ' || p || ' ' || o || ' .' AS l"
    columns = "s AS subject, p AS predicate, o AS object" if form == COLUMNS else line
    order = " ORDER BY ALL" if in_order else ""
    options = "" if form == COLUMNS else ", HEADER false, QUOTE '', ESCAPE '', DELIMITER E'\\x01'"
    name = str(path).replace("'", "''")
    db.execute(f"COPY (SELECT {columns} FROM answer{order}) TO '{name}' (FORMAT {form}{options})")


def processors() -> int:
    """The cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


@contextmanager
def timed(interrupt: Callable[[], None], limits: ReasoningLimits, begin: float) -> Iterator[None]:
    """End what takes longer than it may."""
    if limits.seconds is None:
        yield
        return
    timer = Timer(max(limits.seconds - (time.monotonic() - begin), 0.001), interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
