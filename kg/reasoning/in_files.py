"""From files to a file of their closure, which is in memory only as far as it must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from kg.rdf.columns import check_columns, count_rows, is_columns, write_columns
from kg.rdf.content import STANDARD_INPUT
from kg.rdf.formats import GraphFormat, graph_format
from kg.rdf.load import blank_nodes_of, load_ntriples
from kg.rdf.tags import changed_tags, spelled_alike, with_tags, written_tags
from kg.reasoning.closed_lines import NTriplesClosure, OnGrowth
from kg.reasoning.closure import IN_TABLES, close_ntriples, engine_for
from kg.reasoning.grounder import ReasoningLimits
from kg.reasoning.inconsistency import Inconsistency
from kg.reasoning.notices import notices

#: What the path of a file that is read directly may not have, for it would be a pattern of several.
_PATTERN = frozenset("*?[]{}")
_PIECE = 1 << 16


class Given(NamedTuple):
    """Statements that are to be closed.

    Attributes:
        files: the files that they are from.
        form: the format of these, if it is not to be told by them.
        text: all of them as N-Triples, if that is at hand.
    """

    files: Sequence[Path]
    form: GraphFormat | None = None
    text: str | None = None

    def read(self) -> str:
        """All of them as N-Triples; raises as `load_ntriples`."""
        return load_ntriples(self.files, self.form) if self.text is None else self.text

    def directly(self) -> bool:
        """Whether DuckDB can read the files itself, if they are written as pyoxigraph writes them."""
        return self.text is None and all(
            (is_columns(path) or (path.suffix.lower() == ".nt" and self.form in (None, graph_format("nt"))))
            and path != STANDARD_INPUT
            and _PATTERN.isdisjoint(str(path))
            and path.is_file()
            for path in self.files
        )

    def size(self) -> int:
        """How many statements files have that are read directly, about."""
        return sum(count_rows(path) if is_columns(path) else _lines(path) for path in self.files)


class ClosedFiles(NamedTuple):
    """The closure of files.

    Attributes:
        inconsistencies: the contradictions, as `kg.reasoning.closure.Closure` has them.
        notices: what else people should know, a line each.
        write: writes it to a file, as N-Triples or, where that is asked for, as columns (`kg.rdf.columns`); where it is
            asked for, or for small graphs anyway, in the order of the lines.
    """

    inconsistencies: list[Inconsistency]
    notices: tuple[str, ...]
    write: Callable[[Path, bool, bool], None]


@contextmanager
def closing_files(
    given: Given, engine: str | None, limits: ReasoningLimits, on_growth: OnGrowth | None = None
) -> Iterator[ClosedFiles]:
    """The closure of files, which is there while the context is.

    Args:
        given: the files.
        engine: ``clingo``, ``duckdb`` or ``spark``, by default one of the first two by the number of statements.
        limits: what it may take.
        on_growth: told now and then in words what grows.

    Raises:
        BadInput, MissingLibrary: Spark is not set up, or not installed.
        MissingFile, UnknownFormat, ParseError: each with the file, the last with the line.
        ReasonerError: the engine failed.
        ReasonerLimit: a limit ended it.
    """
    with ExitStack() as stack:
        text = None if given.directly() else given.read()
        engine = engine or engine_for(given.size() if text is None else text.count("\n"))
        left: tuple[str, ...] = ()
        if engine in IN_TABLES:
            found = _in_tables(stack, given, text, limits, on_growth, engine)
            if isinstance(found, ClosedFiles):
                yield found
                return
            engine, left = "clingo", (found,)
        text = given.read() if text is None else text
        closure = close_ntriples(text, engine, limits, on_growth)
        yield _in_lines(given, text, closure._replace(notices=closure.notices + left))


def _in_tables(
    stack: ExitStack,
    given: Given,
    text: str | None,
    limits: ReasoningLimits,
    on_growth: OnGrowth | None,
    engine: str,
) -> ClosedFiles | str:
    """The closure by DuckDB or Spark, or why clingo has to do it."""
    # Imported here, because small graphs do without DuckDB.
    from kg.reasoning.encoded import NotCanonical, NTriplesFile  # noqa: PLC0415
    from kg.reasoning.in_tables import NotInTables, open_in_tables, values_taken_for_one  # noqa: PLC0415

    for path in filter(is_columns, given.files if text is None else ()):
        check_columns(path)
    tags: dict[str, list[str]] = {}
    try:
        try:
            sources = [NTriplesFile(path, blank_nodes_of(path), is_columns(path)) for path in given.files]
            closure = open_in_tables(stack, sources if text is None else text, limits, on_growth, engine)
        except NotCanonical:
            text = given.read()
            closure = open_in_tables(stack, text, limits, on_growth, engine)
    except NotInTables as reason:
        return str(reason)
    if text is not None:  # else all tags are in lower case
        tags = written_tags(given.files, given.form)
        closure.respell(changed_tags(tags))
    told = *notices(closure.vocabulary(), given.files), *values_taken_for_one(closure), *spelled_alike(tags)

    def write(path: Path, columns: bool, in_order: bool) -> None:
        closure.write(path, "parquet" if columns else "csv", in_order=in_order)

    return ClosedFiles(closure.inconsistencies, told, write)


def _in_lines(given: Given, text: str, closure: NTriplesClosure) -> ClosedFiles:
    tags = written_tags(given.files, given.form)
    write_lines = with_tags(closure.write, graph_format("nt"), tags)
    told = *notices(text, given.files), *closure.notices, *spelled_alike(tags)

    def write(path: Path, columns: bool, in_order: bool) -> None:
        if not columns:
            with path.open("wb") as out:
                write_lines(out)
            return
        from tempfile import TemporaryDirectory  # noqa: PLC0415 - lines do without

        with TemporaryDirectory(prefix="kg-") as folder:
            lines = Path(folder, "closure.nt")
            with lines.open("wb") as out:
                write_lines(out)
            write_columns(lines, path)

    return ClosedFiles(closure.inconsistencies, told, write)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(piece.count(b"\n") for piece in iter(partial(file.read, _PIECE), b""))
