"""What the front page is asked, and the sentence that answers it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pyoxigraph import NamedNode

from kg.day import Certainty
from kg.duties.due import DutyOnDay
from kg.duties.kinds import Kind
from kg.terms import Resource
from kg.web.views.clauses import OwedClause
from kg.web.views.view import View


@dataclass(frozen=True)
class Asked:
    """What is asked: the duties of a kind, if one is named, between two states or of one of them, on a day."""

    kind: Kind | None
    to: NamedNode | None
    by: NamedNode | None
    on: date

    def other(self, duty: DutyOnDay) -> Resource:
        """Of a duty's two states the one that is asked for."""
        return duty.holder if self.to else duty.beneficiary

    def parameters(self, view: View) -> dict[str, str | None]:
        """The parameters of an address that ask the same."""
        return {
            "type": self.kind.words if self.kind else None,
            "to": short(view, self.to) if self.to else None,
            "by": short(view, self.by) if self.by else None,
            "on": str(self.on),
        }


def today() -> date:
    """The present day, in UTC, as the graph counts days."""
    return datetime.now(UTC).date()


def kind_words(view: View, kind: Kind) -> str:
    """What is owed, in the reader's language."""
    return kind.russian if view.reader.language == "ru" else kind.english


def short(view: View, thing: Resource) -> str:
    """The code of a state as addresses of these pages have it."""
    return view.code(thing).removeprefix("state/")


def counted(asked: Asked, shown: Iterable[OwedClause]) -> dict[Certainty, list[Resource]]:
    """The states on the side that is asked for, each by the surest way in which a clause binds it.

    Clauses that leave it to each party are not counted.
    """
    found: dict[Certainty, list[Resource]] = {}
    known: set[Resource] = set()
    for level in Certainty:
        duties = (duty for clause in shown if clause.binding for duty in clause.at(level))
        others = dict.fromkeys(asked.other(duty) for duty in duties)
        new = [other for other in others if other not in known]
        known.update(new)
        if new:
            found[level] = new
    return found


def answer_in_words(view: View, asked: Asked, bound: Mapping[Certainty, Collection[Resource]]) -> str:
    """A sentence that answers.

    Args:
        view: whom it is told.
        asked: the question.
        bound: the states that are bound, as `counted` has them.
    """
    say, past = view.say, asked.on < today()
    words = {
        Certainty.CERTAIN: say("certainly"),
        Certainty.PRESUMED: say("presumably"),
        Certainty.POSSIBLE: say("possibly"),
    }
    values = {
        "day": view.show_day(asked.on),
        "to": view.name(asked.to) if asked.to else "",
        "by": view.name(asked.by) if asked.by else "",
        "kind": kind_words(view, asked.kind) if asked.kind else say("something"),
        "level": next((words[level] for level in bound), ""),
        "states": say(" and ").join(
            f"{(_states(view, len(states)) if place == 0 else len(states))} {words[level]}"
            for place, (level, states) in enumerate(bound.items())
        ),
    }
    if asked.to and asked.by:
        told = say("On %(day)s, %(by)s %(level)s owed %(to)s %(kind)s")
        telling = say("On %(day)s, %(by)s %(level)s owes %(to)s %(kind)s")
        nothing = say("On %(day)s, %(by)s is not on record as owing %(to)s: %(kind)s")
    elif asked.to:
        told = say("On %(day)s, %(states)s owed %(to)s %(kind)s")
        telling = say("On %(day)s, %(states)s owe %(to)s %(kind)s")
        nothing = say("On %(day)s, nobody is on record as owing %(to)s: %(kind)s")
    else:
        told = say("On %(day)s, %(by)s owed %(kind)s to %(states)s")
        telling = say("On %(day)s, %(by)s owes %(kind)s to %(states)s")
        nothing = say("On %(day)s, %(by)s is on record as owing nobody: %(kind)s")
    return (nothing if not bound else told if past else telling) % values


def _states(view: View, number: int) -> str:
    say = view.say
    return (say("%s state") if number == 1 else say("%s states")) % number
