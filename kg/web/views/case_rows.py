"""What is owed in a case, told once for all who owe the same on the same conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from kg.cases.case_answer import LEVELS
from kg.terms import DCTERMS
from kg.web.views.question import kind_words
from kg.web.views.record import Records
from kg.web.views.view import View

#: How a case finding says what it turns on, as JSON.
FindingSaid = Mapping[str, Any]


@dataclass(frozen=True)
class CaseDuty:
    """A duty in a case: who owes it, its name in the derived graph, whether the part of one of the two is frozen."""

    holder: NamedNode
    duty: NamedNode
    frozen: bool


@dataclass(frozen=True)
class CaseCondition:
    """A condition that is open or has failed: its name, and the question that a person decides, or the reason."""

    condition: NamedNode
    question: str | None
    why: str


@dataclass(frozen=True)
class CaseRow:
    """What one clause comes to in a case, for all holders of whom the same is to be said.

    Attributes:
        level: ``breached``, ``certain``, ``possible`` or ``none``.
        treaty: the instrument.
        provision: the clause.
        kind: what is owed, by its class.
        what: the same in words.
        toward: to whom.
        text: the clause in our words, None if there are none.
        holders: who owes it.
        met: the conditions that are met.
        pending: those that are open.
        failed: those that are not met.
    """

    level: str
    treaty: NamedNode
    provision: NamedNode
    kind: NamedNode
    what: str
    toward: NamedNode
    text: str | None
    holders: Sequence[CaseDuty]
    met: Sequence[NamedNode]
    pending: Sequence[CaseCondition]
    failed: Sequence[CaseCondition]


def case_rows(view: View, findings: Iterable[FindingSaid]) -> list[CaseRow]:
    """The rows of some findings of a case, the surest first.

    Args:
        view: the request for the page.
        findings: the findings as `kg.cases.render` writes them in JSON.
    """
    groups: dict[tuple[object, ...], list[FindingSaid]] = defaultdict(list)
    for one in findings:
        groups[_key(one)].append(one)
    provisions = {NamedNode(one["provision"]) for group in groups.values() for one in group}
    described = Records.of(view, view.select("described", things=provisions)) if provisions else Records({})
    rows = [_row(view, group, described) for group in groups.values()]
    return sorted(rows, key=lambda row: LEVELS.index(row.level))


def _key(one: FindingSaid) -> tuple[object, ...]:
    """What is the same for those who are told together; of what is not owed, it is not told what is met."""
    told = [(said["condition"], said["result"]) for said in one["conditions"]]
    if one["level"] == "none":
        told = [said for said in told if said[1] != "met"]
    return (one["level"], one["provision"], one["type"], one["toward"], tuple(told))


def _row(view: View, group: Sequence[FindingSaid], described: Records) -> CaseRow:
    one = group[0]
    provision, kind = NamedNode(one["provision"]), NamedNode(one["type"])
    record = described.get(provision)
    holders = [CaseDuty(NamedNode(said["holder"]), NamedNode(said["duty"]), said["frozen"]) for said in group]
    return CaseRow(
        one["level"],
        NamedNode(one["treaty"]),
        provision,
        kind,
        what_is_owed(view, kind),
        NamedNode(one["toward"]),
        record.text(DCTERMS.description) if record is not None else None,
        sorted(holders, key=lambda duty: view.name(duty.holder)),
        [NamedNode(said["condition"]) for said in one["conditions"] if said["result"] == "met"],
        list(_conditions(view, one, "open")),
        list(_conditions(view, one, "failed")),
    )


def _conditions(view: View, one: FindingSaid, result: str) -> Iterator[CaseCondition]:
    for said in one["conditions"]:
        if said["result"] == result:
            texts = said.get("question", {})
            question = next((texts[tag] for tag in (*view.reader.languages, "en", "") if tag in texts), None)
            yield CaseCondition(NamedNode(said["condition"]), question, said["why"])


def what_is_owed(view: View, kind: NamedNode) -> str:
    """What a kind of obligation promises, in the reader's language."""
    timeline = view.service.library.timeline
    known = [one for one in timeline.kinds if one.iri == kind] if timeline is not None else []
    return kind_words(view, known[0]) if known else view.name(kind)
