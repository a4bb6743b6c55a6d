"""The tool `check`: whether a statement holds, with its proof or what comes nearest."""

from __future__ import annotations

from datetime import date

from kg.mcp.proof_steps import ProvedStatement, proved
from kg.mcp.teller import Teller
from kg.mcp.typed import Told


class RecordedThing(Told):
    """What the graph has of the matter."""

    term: str
    """The episode, duty, claim or thing, as the tool describe takes it."""

    text: str
    """What is said of it."""


class CheckedStatement(Told):
    """How a statement stands."""

    verdict: str
    """holds, does not hold, disputed or not known. What is not known is not false."""

    why: str
    """That in a sentence."""

    statement: list[str] = []
    """The statement as it was understood, by subject, property and object; nothing if it could not be read."""

    day: str | None = None
    """The day on which it was looked at."""

    on_record: list[RecordedThing] = []
    """What it holds by, or what comes nearest."""

    proof: ProvedStatement | None = None
    """Its proof down to file, line and source, or what is missing."""


def check_statement(teller: Teller, statement: str) -> CheckedStatement:
    """How a statement stands.

    Args:
        teller: whom to ask.
        statement: a sentence, or its parts divided by ``|``, as `kg.graph.Graph.check` takes it.

    Raises:
        BadInput: it is empty or has another number of parts, or its date is none.
        CasusError: as `kg.pool.inquiry.Desk.ask`.
    """
    (found,) = teller.reason("check", statement=statement)
    shorten = teller.service.site.names.shorten
    day = found["day"]
    return CheckedStatement(
        verdict=found["verdict"],
        why=found["why"],
        statement=[shorten(part) if "://" in part else part for part in found["statement"] or ()],
        day=day,
        on_record=[RecordedThing(term=shorten(one["iri"]), text=one["text"]) for one in found["on_record"]],
        proof=proved(teller, found["proof"], date.fromisoformat(day) if day else None) if "proof" in found else None,
    )
