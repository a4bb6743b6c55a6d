"""What-if answers as text, JSON and a Turtle patch."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypedDict

from pyoxigraph import BlankNode, NamedNode, RdfFormat, serialize

from kg.day import Certainty, show_bound
from kg.duties.model import Duty
from kg.terms import Term
from kg.whatif.difference import Difference, DutyChange


class DutyJson(TypedDict):
    """A duty in one world; bounds of its period that are not known are null."""

    possible_from: str | None
    certain_from: str | None
    certain_until: str | None
    possible_until: str | None
    on_day: str | None


class DutyChangeJson(TypedDict):
    """A duty that is "lost", "gained" or "changed"; `before` and `after` are null where there is none."""

    change: str
    holder: str
    beneficiary: str
    kind: str
    treaty: str
    provision: str
    before: DutyJson | None
    after: DutyJson | None


class FindingJson(TypedDict):
    """A finding about a state, in words."""

    state: str
    text: str


class DifferenceJson(TypedDict):
    """What `--format json` prints; statements are as in N-Triples.

    `removed` and `added` are the statements supposed to be gone and to be there, `lost` and `gained` the conclusions.
    `day` is the day for which duties and relations are compared, null if all days are.
    """

    day: str | None
    removed: list[str]
    added: list[str]
    duties: list[DutyChangeJson]
    lost: list[str]
    gained: list[str]
    findings_lost: list[FindingJson]
    findings_gained: list[FindingJson]
    contradictions: list[str]


def to_text(difference: Difference) -> str:
    """A difference for people."""
    return f"{difference}\n"


def to_json(difference: Difference) -> str:
    """A difference as JSON, of the form `DifferenceJson`."""
    answer: DifferenceJson = {
        "day": None if difference.day is None else difference.day.isoformat(),
        "removed": list(map(str, difference.removed)),
        "added": list(map(str, difference.added)),
        "duties": [_duty_change_json(change) for change in difference.duties],
        "lost": list(map(str, difference.lost)),
        "gained": list(map(str, difference.gained)),
        "findings_lost": [{"state": _iri(state), "text": text} for state, text in difference.findings_lost],
        "findings_gained": [{"state": _iri(state), "text": text} for state, text in difference.findings_gained],
        "contradictions": list(map(str, difference.inconsistencies)),
    }
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def to_patch(difference: Difference) -> str:
    """A difference as Linked Data Patch (https://www.w3.org/TR/ldpatch/): Turtle to delete, and Turtle to add.

    It covers statements and conclusions. Those about blank nodes, which a patch cannot name, are left out.
    """
    prefixes: list[str] = []
    blocks: list[str] = []
    for word, triples in (
        ("Delete", (*difference.removed, *difference.lost)),
        ("Add", (*difference.added, *difference.gained)),
    ):
        named = [triple for triple in triples if not any(isinstance(term, BlankNode) for term in triple)]
        text = serialize(named, format=RdfFormat.TURTLE, prefixes=dict(difference.phrasing.namespaces.prefixes)) or b""
        lines = text.decode().splitlines()
        prefixes = [line for line in lines if line.startswith("@prefix")]
        body = [f"  {line.expandtabs(2)}" for line in lines if not line.startswith("@prefix")]
        if body:
            blocks += [f"{word} {{", *body, "} ."]
    return "\n".join(prefixes + blocks) + "\n"


#: Format -> how a difference is written in it.
RENDERERS: dict[str, Callable[[Difference], str]] = {"text": to_text, "json": to_json, "turtle": to_patch}


def _duty_change_json(change: DutyChange) -> DutyChangeJson:
    duty = change.duty
    return {
        "change": change.kind,
        "holder": _iri(duty.holder),
        "beneficiary": _iri(duty.beneficiary),
        "kind": duty.kind.iri.value,
        "treaty": _iri(duty.treaty),
        "provision": _iri(duty.wordings[0].text),
        "before": _duty_json(change.before, change.certain_before),
        "after": _duty_json(change.after, change.certain_after),
    }


def _duty_json(duty: Duty | None, on_day: Certainty | None) -> DutyJson | None:
    if duty is None:
        return None
    period = duty.period
    days = (period.possible_from, period.certain_from, period.certain_until, period.possible_until)
    possible_from, certain_from, certain_until, possible_until = map(show_bound, days)
    return {
        "possible_from": possible_from,
        "certain_from": certain_from,
        "certain_until": certain_until,
        "possible_until": possible_until,
        "on_day": on_day.value if on_day else None,
    }


def _iri(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
