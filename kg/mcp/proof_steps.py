"""The tool `explain`: proofs as a list of steps, down to file, line and source."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import Field

from kg.mcp.teller import Teller
from kg.mcp.typed import Told


class ProofSource(Told):
    """A source that a statement rests on."""

    term: str
    """Its name, for the tool describe."""

    citation: str
    """How it is cited."""


class ProofStep(Told):
    """A step of a proof; the last one is the conclusion."""

    number: int
    """By which other steps name it."""

    says: str
    """The statement."""

    because: str | None = None
    """The rule in a sentence; a statement of a file has none."""

    premises: list[int] = Field(default=[], serialization_alias="from", validation_alias="from")
    """The steps that it follows from."""

    place: str | None = None
    """The file and the line that say so."""

    sources: list[str] = []
    """What the file cites for it, by the names of the proof's sources."""


class MissingPart(Told):
    """What would have to hold besides for a rule to conclude the statement."""

    rule: str
    """The rule."""

    present: list[str] = []
    """What it needs and is there."""

    missing: list[str] = []
    """What it needs and is not there."""


class ProvedStatement(Told):
    """Whether a statement holds, and why."""

    outcome: str
    """asserted: a file says so; inferred: it follows; not entailed: it is neither, which refutes nothing."""

    statement: str | None = None
    """The statement."""

    steps: list[ProofStep] = []
    """Its proof, what it rests on first."""

    sources: list[ProofSource] = []
    """What its steps rest on. Cite these."""

    unknown: list[str] = []
    """Terms of it that no statement of the graph mentions."""

    nearest: list[MissingPart] = []
    """What it lacks, the nearest way first."""

    other_days: list[str] = []
    """What is known of other days than the one asked about."""

    advice: str | None = None
    """What to do next."""


def prove(teller: Teller, subject: str, predicate: str, value: str, as_of: date | None) -> ProvedStatement:
    """Why a statement holds, or what it lacks.

    Args:
        teller: whom to ask.
        subject: its subject, as all three a name as queries have it; of the value also a literal as in Turtle.
        predicate: its property.
        value: its object.
        as_of: a day, of whose relations the statement may be one.

    Raises:
        CasusError: as `kg.pool.inquiry.Desk.ask`, or it is no statement.
    """
    names = teller.service.site.names
    terms = {"subject": names.read(subject), "predicate": names.read(predicate), "value": names.read(value)}
    asked = {name: str(term) for name, term in terms.items()}
    found = teller.reason("explain", **asked, as_of=None if as_of is None else as_of.isoformat())
    return proved(teller, found, as_of)


def proved(teller: Teller, found: Mapping[str, Any], as_of: date | None) -> ProvedStatement:
    """An explanation as it is told.

    Args:
        teller: who tells.
        found: the explanation, as `kg.proofs.as_json` writes it.
        as_of: the day that was asked about.
    """
    unknown = [term["text"] for term in found.get("unknown", ())]
    cited = {source["iri"]: source["citation"] for node in found.get("nodes", ()) for source in node.get("sources", ())}
    return ProvedStatement(
        outcome=found["outcome"],
        statement=_text(found.get("statement")),
        steps=[_step(teller, node) for node in found.get("nodes", ())],
        sources=[
            ProofSource(term=teller.service.site.names.shorten(iri), citation=citation)
            for iri, citation in cited.items()
        ],
        unknown=unknown,
        nearest=[
            MissingPart(
                rule=attempt["rule"],
                present=[statement["text"] for statement in attempt["present"]],
                missing=[statement["text"] for statement in attempt["missing"]],
            )
            for attempt in found.get("attempts", ())
        ],
        other_days=list(found.get("other_days", ())),
        advice=_advice(found, unknown, as_of),
    )


def _advice(found: Mapping[str, Any], unknown: list[str], as_of: date | None) -> str | None:
    if found["outcome"] != "not entailed":
        return None
    if unknown:
        return "look the unknown terms up with the tools find and schema"
    if as_of is None:
        return "what holds on a day, such as casus:memberOf or casus:owesDefenseTo, needs the argument as_of"
    if found.get("other_days"):
        return "it is on record for other days: tell these"
    return "the graph does not say so; say that it is not on record, not that it is false"


def _step(teller: Teller, node: Mapping[str, Any]) -> ProofStep:
    file, line = node.get("file"), node.get("line")
    return ProofStep(
        number=node["id"],
        says=_text(node["conclusion"]) or "a contradiction",
        because=node.get("sentence"),
        premises=node.get("premises", []),
        place=f"{file}:{line}" if file and line else file,
        sources=[teller.service.site.names.shorten(source["iri"]) for source in node.get("sources", ())],
    )


def _text(conclusion: Mapping[str, Any] | str | None) -> str | None:
    return conclusion["text"] if isinstance(conclusion, Mapping) else conclusion
