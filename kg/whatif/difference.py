"""How the world as it would be differs from the world as it is, as data and in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import escape

from pyoxigraph import Triple

from kg.day import Certainty
from kg.duties.model import Duty
from kg.proofs.phrasing import Phrasing, show_period
from kg.reasoning.inconsistency import Inconsistency
from kg.terms import RDF, Term

#: Statements supposed to be gone or there that are listed, if there are no more.
_SHOWN = 40
_SIGNS = {"lost": "-", "gained": "+", "changed": "~"}


@dataclass(frozen=True)
class DutyChange:
    """A duty that is owed otherwise, or in one of the two worlds only.

    Attributes:
        before: the duty in the world as it is, None if there is none.
        after: the duty in the world as it would be, None if there is none.
        certain_before: how it is due on the day asked about, None if it is not, or if no day was asked about.
        certain_after: the same for the other world.
    """

    before: Duty | None
    after: Duty | None
    certain_before: Certainty | None = None
    certain_after: Certainty | None = None

    @property
    def duty(self) -> Duty:
        """The duty, in the world as it is if it is there."""
        duty = self.before or self.after
        assert duty is not None
        return duty

    @property
    def kind(self) -> str:
        """``lost``, ``gained`` or ``changed``."""
        return "changed" if self.before and self.after else "lost" if self.before else "gained"


@dataclass(frozen=True, repr=False)
class Difference:
    """How the world as it would be differs from the world as it is.

    Attributes:
        removed: the statements taken away.
        added: the statements put in.
        lost: the conclusions lost.
        gained: the conclusions gained.
        duties: the duties lost, gained and changed; on the day, if one was asked about.
        findings_lost: other findings lost, by the state that they are about.
        findings_gained: other findings gained, by the state that they are about.
        inconsistencies: contradictions that would arise.
        states: the states that conclusions lost or gained are about.
        day: the day asked about.
        phrasing: how terms are read.
    """

    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]
    lost: tuple[Triple, ...]
    gained: tuple[Triple, ...]
    duties: tuple[DutyChange, ...]
    findings_lost: tuple[tuple[Term, str], ...]
    findings_gained: tuple[tuple[Term, str], ...]
    inconsistencies: tuple[Inconsistency, ...]
    states: frozenset[Term]
    day: date | None
    phrasing: Phrasing = field(repr=False)

    def __str__(self) -> str:
        """For people: duties by state and kind of obligation, conclusions by state, contradictions."""
        lines = list(_summary(self))
        if self.inconsistencies:
            lines += ["", "It would contradict itself:", *(f"  {found}" for found in self.inconsistencies)]
        for heading, entries in (("Duties", _duty_lines(self)), ("Conclusions", _conclusion_lines(self))):
            if entries:
                lines += ["", heading, *entries]
        return "\n".join(lines)

    def __repr__(self) -> str:
        duties = ", ".join(f"{number} duties {kind}" for kind, number in _count(self).items())
        return f"<{duties}; {len(self.lost)} conclusions lost, {len(self.gained)} gained>"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def _summary(difference: Difference) -> Iterator[str]:
    yield f"Supposed: {len(difference.removed)} statements less, {len(difference.added)} more."
    if len(difference.removed) + len(difference.added) <= _SHOWN:
        yield from (f"  - {_statement(triple, difference)}" for triple in difference.removed)
        yield from (f"  + {_statement(triple, difference)}" for triple in difference.added)
    when = "On all days" if difference.day is None else f"On {difference.day.isoformat()}"
    yield f"{when}: " + ", ".join(f"{number} duties {kind}" for kind, number in _count(difference).items()) + "."
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


def _count(difference: Difference) -> dict[str, int]:
    """How many duties are lost, gained and changed."""
    found = Counter(change.kind for change in difference.duties)
    return {kind: found[kind] for kind in _SIGNS}
