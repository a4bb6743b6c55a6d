"""What the service spends on a stranger, in one table; each limit is a setting with a safe default.

How complex a query may be can be set lower but not higher: the defaults are what the parser bears.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any

from kg.errors import BadInput
from kg.sparql.guard import MAX_COMPLEXITY, Complexity

MIB = 1024 * 1024


#: More than any service has. What the system can take is not much more: timers, descriptors, sizes of memory.
_SECONDS = 1_000_000
_PROCESSES = 1_000
_AMOUNT = 1_000_000_000_000


def _limit(default: float, meaning: str, *, least: float = 1, most: float = _AMOUNT) -> Any:
    return field(default=default, metadata={"meaning": meaning, "least": least, "most": most})


@dataclass(frozen=True)
class Limits:
    """What queries and requests may take. The environment variable of ``query_seconds`` is CASUS_QUERY_SECONDS."""

    query_seconds: float = _limit(
        30, "Seconds to parse and answer a query; then its process is killed.", least=0.01, most=_SECONDS
    )
    query_memory: int = _limit(512, "MiB of memory that a query may take.", least=16, most=16 * MIB)
    query_characters: int = _limit(MAX_COMPLEXITY.characters, "Characters of a query.", most=MAX_COMPLEXITY.characters)
    query_depth: int = _limit(MAX_COMPLEXITY.depth, "Brackets inside each other in a query.", most=MAX_COMPLEXITY.depth)
    query_operations: int = _limit(
        MAX_COMPLEXITY.operations,
        "Keywords, operators, brackets and patterns of a query, or variables of a list; rows of VALUES are free.",
        most=MAX_COMPLEXITY.operations,
    )
    query_patterns: int = _limit(MAX_COMPLEXITY.patterns, "Triple patterns in one group.", most=MAX_COMPLEXITY.patterns)
    query_retries: int = _limit(
        MAX_COMPLEXITY.retries,
        "Negations and calls inside each other that the parser reads twice.",
        least=0,
        most=MAX_COMPLEXITY.retries,
    )
    result_rows: int = _limit(1_000_000, "Rows, or triples, of an answer.")
    result_bytes: int = _limit(256 * MIB, "Bytes of an answer.")
    stream_after: int = _limit(
        8 * MIB, "Bytes of an answer after which it is sent while the rest is still to come.", least=MIB
    )
    workers: int = _limit(4, "Processes that answer queries, and so queries at the same time.", most=_PROCESSES)
    long_after: float = _limit(
        1, "Seconds after which a query is a long one and makes room for others.", least=0.01, most=_SECONDS
    )
    long_queries: int = _limit(
        2, "Long queries at the same time; they go on at low priority.", least=0, most=_PROCESSES
    )
    queue: int = _limit(32, "Queries that wait for a process; one more is told to come back.", least=0, most=_PROCESSES)
    queue_seconds: float = _limit(5, "Seconds that a query waits for a process at most.", least=0, most=_SECONDS)
    snapshot_seconds: float = _limit(
        120, "Seconds to make the graph as of a day that nobody has asked for before.", most=_SECONDS
    )
    open_days: int = _limit(4, "Days whose graphs a process keeps open.", most=_PROCESSES)
    desk_seconds: float = _limit(
        120, "Seconds to answer a question that takes reasoning: a proof, a case, a what-if.", least=0.01, most=_SECONDS
    )
    desk_memory: int = _limit(2048, "MiB of memory that such a question may take.", least=16, most=16 * MIB)
    desk_queue: int = _limit(
        8, "Such questions that wait for their turn; one more is told to come back.", least=0, most=_PROCESSES
    )
    kept_bytes: int = _limit(
        32 * MIB, "Bytes of answers that are kept for whoever asks the same again; 0 keeps none.", least=0
    )
    header_bytes: int = _limit(16 * 1024, "Bytes of a request's headers.", least=1024)
    body_bytes: int = _limit(1_500_000, "Bytes of a request's body.")
    body_seconds: float = _limit(10, "Seconds for a request's body to arrive.", least=0.01, most=_SECONDS)
    downloads: int = _limit(
        16, "Answers of more than 1 MiB that clients are reading at the same time.", most=_PROCESSES
    )
    shared_quads: int = _limit(2_000_000, "Statements up to which the processes share one copy in memory.", least=0)

    @property
    def complexity(self) -> Complexity:
        """How complex a query may be."""
        return Complexity(
            self.query_characters, self.query_depth, self.query_operations, self.query_patterns, self.query_retries
        )


def limits_from(environment: Mapping[str, str] = os.environ, /, **settings: float | None) -> Limits:
    """The limits as the environment sets them; settings that are not None go before.

    Raises:
        BadInput: a setting is no number or out of bounds.
    """
    values: dict[str, Any] = {}
    for item in fields(Limits):
        name = variable(item)
        given = settings.get(item.name)
        if given is not None:
            values[item.name] = _checked(item, str(given), f"the setting {item.name}")
        elif name in environment:
            values[item.name] = _checked(item, environment[name], name)
    return replace(Limits(), **values)


def variable(item: Field[Any]) -> str:
    """The environment variable of a limit."""
    return f"CASUS_{item.name.upper()}"


def as_table() -> str:
    """All settings as a Markdown table."""
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    lines += [f"| `{variable(item)}` | {item.default:,} | {item.metadata['meaning']} |" for item in fields(Limits)]
    return "\n".join(lines) + "\n"


def _checked(item: Field[Any], text: str, name: str) -> float:
    try:
        value = int(text) if isinstance(item.default, int) and item.type == "int" else float(text)
    except ValueError as error:
        raise BadInput(f"{name} must be a number, not '{text}'") from error
    least, most = item.metadata["least"], item.metadata["most"]
    if not least <= value <= most:
        raise BadInput(f"{name} must be from {least:,} to {most:,}, not {text}")
    return value
