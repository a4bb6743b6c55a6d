"""Duties of a day as a reader meets them: by clause, with who is bound and what the text says in our words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from kg.day import Certainty, show_bound
from kg.duties.due import DutyOnDay
from kg.duties.kinds import Kind
from kg.terms import CASUS, CONCEPTS, DCTERMS, Resource, Term
from kg.web.views.view import View

#: How a duty stands, the surest first; what is suspended is owed in no way.
_STANDINGS = (*Certainty, None)
#: The test of a condition by which each party decides for itself whether to take part.
_LEFT_TO_EACH = CONCEPTS["condition-test/binds-nobody"]


@dataclass(frozen=True)
class Text:
    """What a provision says."""

    provision: Resource
    number: str | None
    words: str | None


@dataclass(frozen=True)
class OwedClause:
    """A clause of a treaty with all who are bound by it.

    Attributes:
        treaty: the instrument.
        kind: what is owed.
        texts: the wordings in force; several around a rewording of unknown date.
        conditions: on what it turns.
        exceptions: when it is not owed.
        means: by what it is to be met.
        binding: whether it binds whoever is party; else it leaves to each whether to take part.
        bound: who owes it to whom, the surest first.
    """

    treaty: Resource
    kind: Kind
    texts: tuple[Text, ...]
    conditions: tuple[Resource, ...]
    exceptions: tuple[Resource, ...]
    means: tuple[Resource, ...]
    binding: bool
    bound: tuple[DutyOnDay, ...]

    @property
    def since(self) -> list[str]:
        """The first and the last of the days since when it binds whom it binds; one if all are bound since the same."""
        days = sorted({day for day in (show_bound(found.period.possible_from) for found in self.bound) if day})
        return days if len(days) < 2 else [days[0], days[-1]]

    @property
    def alike(self) -> list[list[DutyOnDay]]:
        """Those who are bound, by how they are: alike in certainty, and in whether the state declared a freeze."""
        groups = groupby(self.bound, key=lambda found: (found.certainty, bool(found.freezes)))
        return [list(group) for _, group in groups]

    def at(self, level: Certainty | None) -> list[DutyOnDay]:
        """Those bound in one way."""
        return [found for found in self.bound if found.certainty is level]


def clauses(view: View, found: Iterable[DutyOnDay]) -> list[OwedClause]:
    """Duties by clause: first those that bind the most surely, among them what does bind, and the most states."""
    groups: dict[tuple[Resource, str, tuple[Resource, ...]], list[DutyOnDay]] = defaultdict(list)
    for duty in found:
        groups[duty.treaty, duty.kind.notation, duty.provisions].append(duty)
    facts = _facts(view, (thing for group in groups.values() for thing in _speaking(group[0])))
    made = [_clause(view, group, facts) for group in groups.values()]
    return sorted(made, key=lambda clause: _strength(view, clause))


Facts = dict[tuple[Resource, NamedNode], list[Term]]


def _clause(view: View, group: Sequence[DutyOnDay], facts: Facts) -> OwedClause:
    first = group[0]

    def said(property_: NamedNode) -> tuple[Resource, ...]:
        values = (value for thing in _speaking(first) for value in facts.get((thing, property_), ()))
        return tuple(dict.fromkeys(value for value in values if isinstance(value, NamedNode)))

    def text(provision: Resource) -> Text:
        numbers = facts.get((provision, CASUS.provisionNumber), [])
        number = next((value.value for value in numbers if isinstance(value, Literal)), None)
        return Text(provision, number, view.text(facts.get((provision, DCTERMS.description), ())))

    return OwedClause(
        first.treaty,
        first.kind,
        tuple(map(text, first.provisions)),
        said(CASUS.hasCondition),
        said(CASUS.hasException),
        said(CASUS.hasMeans),
        _LEFT_TO_EACH not in said(CASUS.testedBy),
        tuple(
            sorted(
                group,
                key=lambda d: (_rank(d.certainty), bool(d.freezes), view.name(d.holder), view.name(d.beneficiary)),
            )
        ),
    )


def _facts(view: View, things: Iterable[Resource]) -> Facts:
    facts: Facts = defaultdict(list)
    asked = list(dict.fromkeys(things))
    if asked:
        for thing, property_, value in view.select("clauses", things=asked):
            assert isinstance(thing, NamedNode)
            assert isinstance(property_, NamedNode)
            assert value is not None
            facts[thing, property_].append(value)
    return facts


def _speaking(duty: DutyOnDay) -> list[Resource]:
    """The provisions and obligations by which a duty says what it is."""
    return [thing for wording, _ in duty.wordings for thing in (wording.text, wording.obligation)]


def _rank(level: Certainty | None) -> int:
    return _STANDINGS.index(level)


def _strength(view: View, clause: OwedClause) -> tuple[int, bool, int, str]:
    surest = min(_rank(found.certainty) for found in clause.bound)
    at_it = sum(_rank(found.certainty) == surest for found in clause.bound)
    return surest, not clause.binding, -at_it, view.name(clause.treaty)
