"""The tool `case`: who must act if one state attacks another, by clause, on which conditions, with proofs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyoxigraph import NamedNode

from kg.mcp.proof_steps import ProvedStatement, proved
from kg.mcp.teller import Teller
from kg.mcp.typed import Told, ToldThing
from kg.web.views.case_rows import CaseCondition, CaseRow, case_rows

#: Precedents that are told, the latest, and duties of one state that are proved.
_MOST, _MOST_PROVED = 10, 2


class CaseTurn(ToldThing):
    """A condition that is open or has failed."""

    why: str
    """Why it is open or has failed."""

    question: str | None = None
    """What a person has to decide: ask it, do not guess."""


class CaseClause(Told):
    """What one clause comes to in the case."""

    level: str
    """certain; possible: a condition is open; none: promised and not owed here; breached: the attacker breaks it."""

    what: str
    """What is owed."""

    treaty: ToldThing
    """The instrument."""

    provision: ToldThing
    """The article."""

    says: str | None = None
    """What it says, in our words."""

    toward: ToldThing
    """To whom."""

    holders: list[ToldThing]
    """Who owes it."""

    frozen: list[ToldThing] = []
    """Of these, those whose part is called frozen, which ends no duty."""

    met: list[ToldThing] = []
    """The conditions that are met."""

    open: list[CaseTurn] = []
    """Those that a person has to decide."""

    failed: list[CaseTurn] = []
    """Those that are not met."""


class CasePrecedent(ToldThing):
    """An event in which a clause of the same instruments was invoked."""

    day: str | None = None
    """When."""

    outcomes: list[ToldThing] = []
    """What came of it."""


class ProvedClause(Told):
    """Why a duty of a state comes to what it does in the case."""

    provision: ToldThing
    """The article."""

    level: str
    """What it comes to."""

    proof: ProvedStatement
    """The proof, down to what is supposed and to file, line and source."""


class CaseTold(Told):
    """Who owes what to whom in a case."""

    case: str
    """The case in words."""

    assumed: list[str] = []
    """What was not said and is assumed."""

    owed: list[CaseClause] = []
    """The help owed to the victim, and that which was promised and is not owed here."""

    owes_attacker: list[CaseClause] = []
    """The same toward the attacker."""

    owes_both: list[ToldThing] = []
    """States that have promised help to both sides."""

    other: list[CaseClause] = []
    """Who is bound to counsel, neutrality, peace or assurances, and who breaks it."""

    precedents: list[CasePrecedent] = []
    """The latest events in which clauses of these instruments were invoked."""

    proofs: list[ProvedClause] = []
    """Proofs of what the state owes that was named."""


def tell_case(teller: Teller, arguments: Mapping[str, str | bool | None], holder: NamedNode | None) -> CaseTold:
    """Who owes what to whom.

    Args:
        teller: whom to ask.
        arguments: those of `kg.graph.Graph.case`.
        holder: a state for whose duties there are to be proofs.

    Raises:
        CasusError: as `kg.pool.inquiry.Desk.ask`.
    """
    found = teller.reason("case", **arguments)
    owed, owes_attacker, other = (
        case_rows(teller.view, found[name]) for name in ("owed", "owes_attacker", "other")
    )  # fmt: skip
    case, name = found["case"], teller.view.name
    told = f"{name(NamedNode(case['attacker']))} against {name(NamedNode(case['victim']))} on {case['on']}"
    return CaseTold(
        case=f"{told}: {case['kind'].replace('-', ' ')}",
        assumed=found["assumed"],
        owed=[_clause(teller, row) for row in owed],
        owes_attacker=[_clause(teller, row) for row in owes_attacker],
        owes_both=[teller.named(NamedNode(one["holder"])) for one in found["owes_both"]],
        other=[_clause(teller, row) for row in other if row.level != "none"],
        precedents=[
            CasePrecedent(
                term=teller.term(NamedNode(one["event"])),
                label=name(NamedNode(one["event"])),
                day=one["day"],
                outcomes=teller.named_all(map(NamedNode, one["outcomes"])),
            )
            for one in found["precedents"][-_MOST:]
        ],
        proofs=[] if holder is None else _proofs(teller, arguments, [*owed, *owes_attacker, *other], holder),
    )


def _clause(teller: Teller, row: CaseRow) -> CaseClause:
    return CaseClause(
        level=row.level,
        what=row.what,
        treaty=teller.named(row.treaty),
        provision=teller.named(row.provision),
        says=row.text,
        toward=teller.named(row.toward),
        holders=teller.named_all(one.holder for one in row.holders),
        frozen=teller.named_all(one.holder for one in row.holders if one.frozen),
        met=teller.named_all(row.met),
        open=[_turn(teller, one) for one in row.pending],
        failed=[_turn(teller, one) for one in row.failed],
    )


def _turn(teller: Teller, one: CaseCondition) -> CaseTurn:
    named = teller.named(one.condition)
    return CaseTurn(term=named.term, label=named.label, why=one.why, question=one.question)


def _proofs(
    teller: Teller, arguments: Mapping[str, str | bool | None], rows: list[CaseRow], holder: NamedNode
) -> list[ProvedClause]:
    own = [(row, duty) for row in rows for duty in row.holders if duty.holder == holder]
    return [
        ProvedClause(
            provision=teller.named(row.provision),
            level=row.level,
            proof=_proof(
                teller, teller.reason("case_proof", **arguments, duty=str(duty.duty), provision=str(row.provision))
            ),
        )
        for row, duty in own[:_MOST_PROVED]
    ]


def _proof(teller: Teller, found: Mapping[str, Any]) -> ProvedStatement:
    return proved(teller, found, None)
