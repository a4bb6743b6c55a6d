"""The view of a day: what is due, as flat properties of each duty."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal
from worlds import PACT, bounds, node, party, state, term, world, write_project

import kg
from kg.day import read_day
from kg.duties.timeline import Timeline
from kg.terms import XSD, Term, local_name

CLAUSE = """
<treaty/PACT/article/4> casus:provisionNumber "4" .
<treaty/PACT/article/4/obligation/defense> casus:hasCondition <condition/attack> ; casus:hasException <exception/un> ;
    casus:owedOnlyAgainst <state/E> ; casus:notOwedAgainst <state/N> ; casus:hasGeographicScope <scope/europe> ;
    casus:hasConflictScope <conflict/war> .
"""


def due(timeline: Timeline, day: str, holder: str = "A", beneficiary: str = "B") -> dict[str, set[Term]]:
    """What the view of a day says of the one duty between two states, nothing if none is due."""
    (duty,) = (d for d in timeline.duties if (d.holder, d.beneficiary) == (state(holder), state(beneficiary)))
    said: dict[str, set[Term]] = {}
    for triple in timeline.view(read_day(day)):
        if triple.subject == duty.iri:
            said.setdefault(local_name(triple.predicate), set()).add(triple.object)
    return said


def test_a_due_duty_has_flat_properties() -> None:
    said = due(world(PACT, CLAUSE, party("A", "1990-05-10"), party("B")), "1995-01-01")
    assert said.pop("dueSince") == {Literal("1990-05-10T00:00:00Z", datatype=XSD.dateTime)}
    assert said.pop("dueFrozen") == {Literal("false", datatype=XSD.boolean)}
    assert said == {
        "type": {term("DueDuty")},
        "dueKind": {term("DefenseObligation")},
        "dueCertainty": {Literal("certain")},
        "dueProvision": {node("treaty/PACT/article/4")},
        "dueArticle": {Literal("4")},
        "dueObligation": {node("treaty/PACT/article/4/obligation/defense")},
        "dueCondition": {node("condition/attack")},
        "dueException": {node("exception/un")},
        "dueAgainst": {state("E")},
        "notDueAgainst": {state("N")},
        "dueWithin": {node("scope/europe")},
        "dueInConflict": {node("conflict/war")},
    }


def test_what_is_possible_on_the_day_is_possibly_due_since_it_may_have_begun() -> None:
    said = due(world(PACT, party("A", "1990"), party("B", "1985-01-01")), "1990-06-01")
    assert said["dueCertainty"] == {Literal("possible")}
    assert {str(value)[1:11] for value in said["dueSince"]} == {"1990-01-01"}


def test_what_is_over_or_suspended_is_not_due_and_what_is_frozen_is() -> None:
    tie = "casus:interrupts <episode/A-PACT-1>"
    suspended = f"<episode/S> a casus:SuspensionEpisode ; {tie} {bounds('1995-01-01', '1995-12-31')} .\n"
    frozen = f"<episode/F> a casus:FreezeEpisode ; {tie} {bounds('1997-01-01')} .\n"
    timeline = world(PACT, suspended, frozen, party("A", ends="1999-12-31"), party("B"))
    assert due(timeline, "1995-06-01") == {"type": {term("SuspendedDuty")}}
    assert not due(timeline, "2000-01-01")
    assert [due(timeline, f"{year}-06-01")["dueFrozen"].pop().value for year in (1996, 1998)] == ["false", "true"]


def test_the_ground_of_a_suspension_is_a_flat_property() -> None:
    """Of a duty that is suspended, and of one that may be, here in a year of which only some month is known."""
    suspended = (
        f"<episode/S> a casus:SuspensionEpisode ; casus:interrupts <episode/A-PACT-1> {bounds('1995', '1996-12-31')} ; "
        "casus:onGround <ground/breach> .\n"
    )
    timeline = world(PACT, suspended, party("A"), party("B"))
    assert due(timeline, "1996-06-01") == {
        "type": {term("SuspendedDuty")},
        "suspendedOnGround": {node("ground/breach")},
    }
    possible = due(timeline, "1995-06-01")
    assert possible["dueCertainty"] == {Literal("possible")}
    assert possible["suspendedOnGround"] == {node("ground/breach")}
    assert "suspendedOnGround" not in due(timeline, "1994-06-01")


LIMITS = """
<treaty/PACT> casus:legalForce <legal-force/political> .
<statement/A> casus:limitsObligation <treaty/PACT/article/4/obligation/defense> ; casus:madeBy <state/A> ;
    casus:ends "1995-06-30T00:00:00Z"^^xsd:dateTime .
<statement/C> casus:limitsObligation <treaty/PACT/article/4/obligation/defense> ; casus:madeBy <state/C> .
"""


@pytest.mark.parametrize(
    ("day", "holder", "beneficiary", "limited"),
    [
        ("1995-06-30", "A", "B", {"statement/A"}),  # for who made the statement
        ("1995-06-30", "B", "A", {"statement/A"}),  # and for the other toward it
        ("1995-07-01", "A", "B", None),  # as long as it stands
        ("1995-06-30", "A", "C", {"statement/A", "statement/C"}),
        ("1995-06-30", "B", "D", None),
    ],
)
def test_a_statement_limits_what_its_maker_owes_and_is_owed(
    day: str, holder: str, beneficiary: str, limited: set[str] | None
) -> None:
    said = due(world(PACT, LIMITS, *map(party, "ABCD")), day, holder, beneficiary)
    assert said.get("dueLimitedBy") == (None if limited is None else set(map(node, limited)))
    assert said["dueLegalForce"] == {node("legal-force/political")}


def test_the_wording_of_the_day_is_the_one_shown() -> None:
    reworded = (
        "<treaty/PACT/article/4-new> casus:provisionOf <treaty/PACT> ; casus:replaces <treaty/PACT/article/4> ; "
        f"casus:createsObligation <obligation/new> {bounds('1995-01-01')} .\n"
        "<obligation/new> a casus:DefenseObligation ; casus:hasCondition <condition/new> .\n"
        f"<treaty/PACT/article/4> a casus:Provision {bounds(ends='1994-12-31')} .\n"
    )
    timeline = world(PACT, CLAUSE, reworded, party("A"), party("B"))
    assert due(timeline, "1994-12-31")["dueCondition"] == {node("condition/attack")}
    assert due(timeline, "1995-01-01")["dueCondition"] == {node("condition/new")}


def test_who_owes_a_state_what_on_a_day_is_a_short_question(tmp_path: Path) -> None:
    write_project(tmp_path / "p", PACT, CLAUSE, party("A"), party("B", ends="1999-12-31"), party("C", "1998"))
    graph = kg.open(tmp_path / "p")
    question = """SELECT ?holder ?article ?condition ?certainty {
  ?duty a casus:DueDuty ; casus:dueKind casus:DefenseObligation ; casus:dutyHolder ?holder ;
    casus:dutyBeneficiary <https://w3id.org/casus/id/state/A> ; casus:dueArticle ?article ;
    casus:dueCondition ?condition ; casus:dueCertainty ?certainty .
} ORDER BY ?holder"""
    prefix = "PREFIX casus: <https://w3id.org/casus/ontology#>\n"

    def shown(day: str) -> list[tuple[str, str]]:
        return [(row["holder"].value[-1], row["certainty"].value) for row in graph.query(prefix + question, as_of=day)]

    assert shown("1995-01-01") == [("B", "certain")]
    assert shown("1998-06-01") == [("B", "certain"), ("C", "possible")]
    assert shown("2000-01-01") == [("C", "certain")]
