"""What was done in like cases on record: when clauses of the same instruments were invoked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from kg.cases.record import CaseRecord
from kg.terms import Resource


@dataclass(frozen=True)
class Precedent:
    """An event in which a clause was invoked.

    Attributes:
        event: the event.
        day: when it began, or when help was requested in it, None if that is not on record.
        provisions: the provisions invoked.
        outcomes: its outcomes.
        answers: how many states that owed help or counsel answered how, by the classes of answers.
    """

    event: Resource
    day: date | None
    provisions: tuple[Resource, ...]
    outcomes: tuple[Resource, ...]
    answers: Mapping[Resource, int]


def precedents(record: CaseRecord, treaties: Collection[Resource], day: date) -> tuple[Precedent, ...]:
    """The events before a day that invoked provisions of some instruments, in the order of time.

    Args:
        record: the graph.
        treaties: the instruments.
        day: the day.
    """
    found = []
    for event, provisions in record.invocations.items():
        invoked = tuple(provision for provision in provisions if record.treaty_of(provision) in treaties)
        begun = record.day_of(event)
        if invoked and (begun is None or begun <= day):
            answers: Counter[Resource] = Counter(
                answer.kind for owed in record.owed_in(event) for answer in owed.answers
            )
            found.append(Precedent(event, begun, invoked, record.outcomes(event), answers))
    return tuple(sorted(found, key=lambda one: (one.day or date.min, str(one.event))))
