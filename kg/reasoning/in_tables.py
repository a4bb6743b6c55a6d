"""The closure by DuckDB or Spark of text and of files, or why clingo has to do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Literal

from kg.errors import MissingLibrary
from kg.reasoning.closed_lines import NTriplesClosure, OnGrowth, taken_for_one
from kg.reasoning.duckdb_engine import TabledClosure, closed_in_tables
from kg.reasoning.encoded import NotCanonical, NTriplesFile
from kg.reasoning.grounder import ReasoningLimits
from kg.reasoning.residual import NotInTables
from kg.reasoning.symbols import term

__all__ = ["NotInTables", "TabledClosure", "close_in_tables", "open_in_tables", "values_taken_for_one"]


def close_in_tables(
    text: str, limits: ReasoningLimits, on_growth: OnGrowth | None, engine: str = "duckdb"
) -> NTriplesClosure:
    """The closure of N-Triples as pyoxigraph writes them.

    Raises:
        NotInTables: clingo has to do it.
        ReasonerError: clingo failed.
        ReasonerLimit: a limit ended it.
    """
    with ExitStack() as stack:
        closure = open_in_tables(stack, text, limits, on_growth, engine)
        written = Path(stack.enter_context(TemporaryDirectory(prefix="kg-")), "closure.nt")
        closure.write(written, in_order=True)
        lines = [f"{line}\n" for line in written.read_text("utf-8").split("\n")[:-1]]
        return NTriplesClosure(lines, closure.inconsistencies, tuple(values_taken_for_one(closure)))


def open_in_tables(
    stack: ExitStack,
    given: str | Iterable[NTriplesFile],
    limits: ReasoningLimits,
    on_growth: OnGrowth | None,
    engine: str = "duckdb",
) -> TabledClosure:
    """The closure in tables, until a stack is left.

    Args:
        stack: the stack.
        given: N-Triples as pyoxigraph writes them, or files of such.
        limits: what it may take.
        on_growth: told now and then in words what grows.
        engine: ``duckdb`` or ``spark``.

    Raises:
        BadInput, MissingLibrary: Spark is not set up, or not installed.
        NotCanonical: one of the files is written otherwise.
        NotInTables, ReasonerError, ReasonerLimit: as for `close_in_tables`.
    """
    closed = _closed_by_spark() if engine == "spark" else closed_in_tables
    if not isinstance(given, str):
        return stack.enter_context(closed(list(given), limits, on_growth))
    file = Path(stack.enter_context(TemporaryDirectory(prefix="kg-")), "given.nt")
    file.write_text(given, "utf-8", newline="\n")
    try:
        return stack.enter_context(closed([NTriplesFile(file)], limits, on_growth))
    except NotCanonical as error:  # all that it can be
        raise NotInTables("a statement is too long") from error


def values_taken_for_one(closure: TabledClosure) -> Iterator[str]:
    """The notices of values that nobody knows."""
    for tokens in closure.merged_values:
        yield taken_for_one([literal for literal in map(term, tokens) if isinstance(literal, Literal)])


def _closed_by_spark() -> Callable[..., AbstractContextManager[TabledClosure]]:
    try:
        from kg.reasoning.spark_engine import closed_by_spark  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise MissingLibrary("Spark is not installed; pip install 'casus-kg[spark]' brings it, but for Java") from error
    return closed_by_spark
