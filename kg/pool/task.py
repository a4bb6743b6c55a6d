"""What is asked of a store and what comes back, as plain values that can cross to another process and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from kg.sparql.answer import AnswerKind


@dataclass(frozen=True)
class QueryTask:
    """A query and the form its answer is wanted in.

    Attributes:
        text: SPARQL 1.1 Query.
        formats: for each kind of answer the name of its format in `kg.rdf.formats`. Which kind a query has is known
            when it has been parsed, and parsing is the worker's.
        default_graphs: the graphs to merge as the default graph (SPARQL 1.1 Protocol, section 2.1.4).
        named_graphs: the graphs that GRAPH can name instead of all.
        day: the graph as it stood on this day; without it, the graph itself.
        rows: read no more rows than this; the answer is whole in its format, and says nothing of the rest.
    """

    text: str
    formats: Mapping[AnswerKind, str]
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    day: date | None = None
    rows: int | None = None


@dataclass
class Reply:
    """The answer to a task.

    Attributes:
        kind: `bindings`, `boolean` or `graph`.
        format_name: the format it is written in; None if the task named none for this kind. Then there are no chunks,
            and no rows or triples have been computed.
        chunks: the answer's bytes, read once. Whoever does not read to the end closes the reply.
        size: the number of bytes, if the answer is known to be whole: whatever can go wrong has not. None if it is so
            long that the rest is still to come; what goes wrong then is raised while the chunks are read.
        absent_graphs: as in `kg.sparql.answer.Answer`.
    """

    kind: AnswerKind
    format_name: str | None
    chunks: Iterator[bytes] = field(default_factory=lambda: iter(()))
    size: int | None = None
    absent_graphs: tuple[str, ...] = ()

    def read(self) -> bytes:
        """All chunks as one."""
        return b"".join(self.chunks)

    def wait(self) -> None:
        """Wait until the answer is whole; raises what goes wrong."""
        wait = getattr(self.chunks, "wait", None)
        if wait is not None:
            wait()

    def close(self) -> None:
        """Give up what has not been read."""
        close = getattr(self.chunks, "close", None)
        if close is not None:
            close()
