"""What-if answers as text, JSON and a Turtle patch."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from typing import TypedDict

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, serialize

from kg.day import Certainty, show_bound
from kg.duties.model import Duty
from kg.proofs.phrasing import show_period
from kg.reasoning.symbols import Term
from kg.terms import PREFIXES, RDF
from kg.whatif.difference import Difference, DutyChange

#: Statements supposed to be gone or there that are listed, if there are no more.
_SHOWN = 40
_SIGNS = {"lost": "-", "gained": "+", "changed": "~"}


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
    """A difference for people: duties by state and kind of obligation, conclusions by state, contradictions."""
    lines = list(_summary(difference))
    if difference.inconsistencies:
        lines += ["", "It would contradict itself:", *(f"  {found}" for found in difference.inconsistencies)]
    for heading, entries in (("Duties", _duty_lines(difference)), ("Conclusions", _conclusion_lines(difference))):
        if entries:
            lines += ["", heading, *entries]
    return "\n".join(lines) + "\n"


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
        text = serialize(named, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b""
        lines = text.decode().splitlines()
        prefixes = [line for line in lines if line.startswith("@prefix")]
        body = [f"  {line.expandtabs(2)}" for line in lines if not line.startswith("@prefix")]
        if body:
            blocks += [f"{word} {{", *body, "} ."]
    return "\n".join(prefixes + blocks) + "\n"


#: Format -> how a difference is written in it.
RENDERERS: dict[str, Callable[[Difference], str]] = {"text": to_text, "json": to_json, "turtle": to_patch}


def _summary(difference: Difference) -> Iterator[str]:
    yield f"Supposed: {len(difference.removed)} statements less, {len(difference.added)} more."
    if len(difference.removed) + len(difference.added) <= _SHOWN:
        yield from (f"  - {_statement(triple, difference)}" for triple in difference.removed)
        yield from (f"  + {_statement(triple, difference)}" for triple in difference.added)
    duties = Counter(change.kind for change in difference.duties)
    when = "On all days" if difference.day is None else f"On {difference.day.isoformat()}"
    yield f"{when}: " + ", ".join(f"{duties[kind]} duties {kind}" for kind in _SIGNS) + "."
    yield f"Conclusions: {len(difference.lost)} lost, {len(difference.gained)} gained."


def _duty_lines(difference: Difference) -> list[str]:
    """The duties by state and kind; they come in this order."""
    lines = []
    holder, kind = None, None
    for change in difference.duties:
        duty = change.duty
        if duty.holder != holder:
            holder, kind = duty.holder, None
            lines.append(f"  {_heading(holder, difference)}")
        if duty.kind != kind:
            kind = duty.kind
            lines.append(f"    {kind.words}")
        what = f"to {_name(duty.beneficiary, difference)} under {_name(duty.wordings[0].text, difference)}"
        lines.append(f"      {_SIGNS[change.kind]} {what}: {_change(change)}")
    return lines


def _change(change: DutyChange) -> str:
    before, after = ((duty and show_period(duty.period)) for duty in (change.before, change.after))
    if change.certain_before and change.certain_after:
        return f"{change.certain_before.value}, would be {change.certain_after.value}"
    return f"{before}; would be {after}" if before and after else before or after or ""


def _conclusion_lines(difference: Difference) -> list[str]:
    """The conclusions and findings by the state that they are about; of all others, how many of each kind there are."""
    by_state: dict[Term, list[str]] = defaultdict(list)
    others: Counter[str] = Counter()
    for sign, triples in (("-", difference.lost), ("+", difference.gained)):
        for triple in triples:
            state = next((term for term in (triple.subject, triple.object) if term in difference.states), None)
            if state is None:
                others[f"{sign} {_kind(triple, difference)}"] += 1
            else:
                by_state[state].append(f"{sign} {_statement(triple, difference)}")
    for sign, findings in (("-", difference.findings_lost), ("+", difference.findings_gained)):
        for state, text in findings:
            by_state[state].append(f"{sign} {text}")
    lines = []
    for state in sorted(by_state, key=str):
        lines += [f"  {_heading(state, difference)}", *(f"    {text}" for text in by_state[state])]
    if others:
        lines += ["  Not about a state", *(f"    {text} ({number})" for text, number in sorted(others.items()))]
    return lines


def _statement(triple: Triple, difference: Difference) -> str:
    return " ".join(map(difference.phrasing.term, triple))


def _kind(triple: Triple, difference: Difference) -> str:
    shown = difference.phrasing.term
    of_type = triple.predicate.value == RDF.type.value
    return f"{shown(triple.predicate)} {shown(triple.object)}" if of_type else shown(triple.predicate)


def _heading(term: Term, difference: Difference) -> str:
    name, short = _name(term, difference), difference.phrasing.term(term)
    return short if name == short else f"{name} ({short})"


def _name(term: Term, difference: Difference) -> str:
    return difference.phrasing.name(term).strip("“”")


def _duty_change_json(change: DutyChange) -> DutyChangeJson:
    duty = change.duty
    return {
        "change": change.kind,
        "holder": _iri(duty.holder),
        "beneficiary": _iri(duty.beneficiary),
        "kind": duty.kind.iri.value,
        "treaty": _iri(duty.treaty),
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
