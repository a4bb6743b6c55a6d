"""The rules of duties over time: each on a small world, and what they must never derive."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped import ID
from worlds import CERTAIN, PACT, POSSIBLE, bounds, defense, node, party, related, state, term, world

from kg.day import Certainty, read_day
from kg.duties.model import Duty
from kg.duties.timeline import Timeline
from kg.terms import CASUS


def test_duty_lasts_while_both_are_bound() -> None:
    timeline = world(PACT, party("A", "1990-05-10", "2000-03-31"), party("B", "1985-01-01", "1995-06-30"))
    assert [defense(timeline, day) for day in ("1990-05-09", "1990-05-10", "1995-06-30", "1995-07-01")] == [
        None,
        CERTAIN,
        CERTAIN,
        None,
    ]
    assert defense(timeline, "1992-01-01", "B", "A") is CERTAIN
    assert defense(timeline, "1992-01-01", "A", "A") is None


@pytest.mark.parametrize(
    ("begins", "day", "answer"),
    [
        ("1990", "1989-12-31", None),
        ("1990", "1990-01-01", POSSIBLE),
        ("1990", "1990-12-30", POSSIBLE),
        ("1990", "1990-12-31", CERTAIN),
        ("1990-02", "1990-02-01", POSSIBLE),
        ("1990-02", "1990-02-28", CERTAIN),
        ("1992-02", "1992-02-28", POSSIBLE),
    ],
)
def test_begin(begins: str, day: str, answer: Certainty | None) -> None:
    assert defense(world(PACT, party("A", begins), party("B", "1985-01-01")), day) is answer


@pytest.mark.parametrize(
    ("ends", "day", "answer"),
    [
        ("1999", "1999-01-01", CERTAIN),
        ("1999", "1999-01-02", POSSIBLE),
        ("1999", "1999-12-31", POSSIBLE),
        ("1999", "2000-01-01", None),
        ("1999-06", "1999-06-02", POSSIBLE),
        ("1999-06-15", "1999-06-15", CERTAIN),
        ("1999-06-15", "1999-06-16", None),
    ],
)
def test_end(ends: str, day: str, answer: Certainty | None) -> None:
    assert defense(world(PACT, party("A", "1990", ends), party("B", "1985-01-01")), day) is answer


def test_begin_and_end_not_before() -> None:
    begins = '; casus:beginsNotBefore "1990-01-01T00:00:00Z"^^xsd:dateTime'
    ends = '; casus:endsNotBefore "2000-01-01T00:00:00Z"^^xsd:dateTime'
    some_day = world(PACT, party("A", "", more=begins), party("B", "1985-01-01"))
    assert [defense(some_day, day) for day in ("1989-12-31", "1990-01-01", "2020-01-01")] == [None, POSSIBLE, POSSIBLE]
    once = world(PACT, party("A", more=ends), party("B", "1985-01-01"))
    assert [defense(once, day) for day in ("2000-01-01", "2000-01-02")] == [CERTAIN, POSSIBLE]


def test_begin_and_end_within_limits() -> None:
    """As the wording of 2010 of article 4 of the Collective Security Treaty: in force at some time between two days."""
    limit = '; casus:{} "{}T00:00:00Z"^^xsd:dateTime'
    begins = limit.format("beginsNotBefore", "1990-01-01") + limit.format("beginsNotAfter", "1992-01-01")
    ends = limit.format("endsNotBefore", "2000-01-01") + limit.format("endsNotAfter", "2002-01-01")
    timeline = world(PACT, party("A", "", more=begins + ends), party("B", "1985-01-01"))
    days = ("1989-12-31", "1991-12-31", "1992-01-01", "2000-01-01", "2000-01-02", "2002-01-01", "2002-01-02")
    answers = [None, POSSIBLE, CERTAIN, CERTAIN, POSSIBLE, POSSIBLE, None]
    assert [defense(timeline, day) for day in days] == answers
    by_then = limit.format("beginsNotAfter", "1992-01-01")
    timeline = world(PACT, party("A", "", more=by_then), party("B", "1985-01-01"))
    assert [defense(timeline, day) for day in ("1984-12-31", "1985-01-01", "1992-01-01")] == [None, POSSIBLE, CERTAIN]


def test_begin_unknown() -> None:
    timeline = world(PACT, party("A", ""), party("B", "1985-01-01"))
    assert defense(timeline, "1990-01-01") is POSSIBLE


def test_competing_dates_leave_what_both_allow() -> None:
    second = '; casus:begins "1993-01-01T00:00:00Z"^^xsd:dateTime'
    timeline = world(PACT, party("A", "1991-01-01", more=second), party("B", "1985-01-01"))
    assert [defense(timeline, f"{year}-06-01") for year in (1990, 1992, 1994)] == [None, POSSIBLE, CERTAIN]


def test_doubtful() -> None:
    doubt = "; casus:confidence <confidence/uncertain>"
    located = doubt + '; casus:endsNotBefore "2000-01-01T00:00:00Z"^^xsd:dateTime'
    assert defense(world(PACT, party("A", more=doubt), party("B")), "1995-01-01") is POSSIBLE
    timeline = world(PACT, party("A", more=located), party("B"))
    assert [defense(timeline, day) for day in ("1995-01-01", "2005-01-01")] == [CERTAIN, POSSIBLE]


def test_in_force() -> None:
    treaty = f"<treaty/PACT> a casus:Treaty {bounds('1992-01-01', '1996-12-31')} .\n"
    timeline = world(PACT, treaty, party("A"), party("B"))
    assert [defense(timeline, f"{year}-06-01") for year in (1991, 1992, 1996, 1997)] == [None, CERTAIN, CERTAIN, None]
    assert related(timeline, "1991-06-01", "A", "partyTo", "treaty/PACT") is None


def force(treaty: str = "PACT", begins: str = "1982-03-01") -> str:
    return f"<treaty/{treaty}> a casus:Treaty {bounds(begins)} .\n"


def signed(code: str, begins: str = "1980-01-01", *, more: str = "", treaty: str = "PACT") -> str:
    """An episode whose beginning is the day of signature."""
    return party(code, begins, more=more, treaty=treaty)


def test_signature_binds_only_possibly() -> None:
    """Who signed may not defeat the treaty; what it promises is owed from entry into force (VCLT 18 and 24)."""
    timeline = world(PACT, signed("A"), signed("B"))
    assert [defense(timeline, day) for day in ("1979-12-31", "1980-01-01", "2020-01-01")] == [None, POSSIBLE, POSSIBLE]
    assert related(timeline, "1990-01-01", "A", "partyTo", "treaty/PACT") is POSSIBLE


@pytest.mark.parametrize("begins", ["1979", "1979-01-01", "1980", "1980-01"])
def test_a_beginning_that_may_be_signature_is_taken_for_it(begins: str) -> None:
    timeline = world(PACT, signed("A", begins), signed("B", begins))
    assert [defense(timeline, day) for day in ("1978-12-31", "1980-01-01", "2020-01-01")] == [None, POSSIBLE, POSSIBLE]


def test_the_day_on_which_the_state_itself_signed_counts() -> None:
    """One that signed later and is recorded as bound from that day, beside one that acceded."""
    later = '; casus:signedOn "1985-05-01T00:00:00Z"^^xsd:dateTime'
    timeline = world(PACT, signed("A", "1985-05-01", more=later), party("B"), party("C", "1985-05-01"))
    assert defense(timeline, "1995-01-01", "A", "B") is POSSIBLE
    assert defense(timeline, "1995-01-01", "B", "C") is CERTAIN


@pytest.mark.parametrize(
    ("rule", "answer"),
    [
        ("signature", CERTAIN),
        ("no-ratification", CERTAIN),
        ("ratification", POSSIBLE),
        ("approval", POSSIBLE),
        ("condition", POSSIBLE),
        ("unknown", POSSIBLE),
    ],
)
def test_rule_of_entry_into_force(rule: str, answer: Certainty) -> None:
    entry = f"<treaty/PACT> casus:entryRule <entry-rule/{rule}> .\n"
    assert defense(world(PACT, entry, signed("A"), signed("B")), "1980-01-01") is answer


def test_a_unilateral_act_binds_when_it_is_made() -> None:
    made = "<treaty/PACT> a casus:UnilateralAct .\n"
    assert defense(world(PACT, made, signed("A"), signed("B")), "1980-01-01") is CERTAIN


def test_signatories_are_bound_for_certain_from_entry_into_force() -> None:
    timeline = world(PACT, force(), signed("A"), signed("B"))
    assert [defense(timeline, day) for day in ("1982-02-28", "1982-03-01")] == [None, CERTAIN]


def test_who_ratified_later_is_bound_for_certain_from_then() -> None:
    """The instrument was in force among others meanwhile; when it came into force for this state is not known."""
    ratified = '; casus:ratifiedOn "{}T00:00:00Z"^^xsd:dateTime'
    late, early = (signed("A", more=ratified.format(day)) for day in ("1984-07-01", "1981-01-01"))
    days = ("1982-02-28", "1982-03-01", "1984-06-30", "1984-07-01")
    timeline = world(PACT, force(), late, signed("B"))
    assert [defense(timeline, day) for day in days] == [None, POSSIBLE, POSSIBLE, CERTAIN]
    timeline = world(PACT, force(), early, signed("B"))
    assert [defense(timeline, day) for day in days] == [None, CERTAIN, CERTAIN, CERTAIN]
    timeline = world(PACT, early, signed("B"))
    assert [defense(timeline, day) for day in days] == [POSSIBLE] * 4


def test_provisional_application_binds_before_entry_into_force() -> None:
    """As Ukraine and others applied parts of treaties from signature on (VCLT 25)."""
    applied = (
        "<episode/A-0> a casus:ProvisionalApplicationEpisode ; casus:provisionalApplier <state/A> ; "
        f"casus:appliesProvisionally <treaty/PACT> {bounds('1980-06-01', '1982-02-28')} .\n"
        "<episode/B-0> a casus:ProvisionalApplicationEpisode ; casus:provisionalApplier <state/B> ; "
        f"casus:appliesProvisionally <treaty/PACT> {bounds('1980-09-01', '1982-02-28')} .\n"
    )
    timeline = world(PACT, force(), applied, party("A", "1982-03-01"), party("B", "1982-03-01"))
    days = ("1980-08-31", "1980-09-01", "1982-02-28", "1982-03-01")
    assert [defense(timeline, day) for day in days] == [None, CERTAIN, CERTAIN, CERTAIN]
    assert related(timeline, "1981-01-01", "A", "partyTo", "treaty/PACT") is None
    assert related(timeline, "1983-01-01", "A", "partyTo", "treaty/PACT") is CERTAIN


def test_provision_with_dates_of_its_own() -> None:
    article = f"<treaty/PACT/article/4> a casus:Provision {bounds('1994')} .\n"
    timeline = world(PACT, article, party("A"), party("B"))
    assert [defense(timeline, f"{year}-06-01") for year in (1993, 1994, 1995)] == [None, POSSIBLE, CERTAIN]


def test_obligation_of_the_instrument_itself() -> None:
    timeline = world(
        "<treaty/PACT> a casus:Instrument ; casus:createsObligation <treaty/PACT/obligation/defense> .\n"
        "<treaty/PACT/obligation/defense> a casus:DefenseObligation .\n",
        party("A"),
        party("B"),
    )
    (duty,) = (found.duty for found in timeline.duties_on(read_day("1995-01-01"), holder=state("A")))
    assert duty.iri == node("duty/PACT-defense-A-B-1")
    assert not any(triple.predicate == term("underProvision") for triple in timeline.triples())


def test_one_sided_promise() -> None:
    """A protector owes defense to the protected, and both owe consultation."""
    only_a = "<treaty/PACT/article/4/obligation/defense> casus:owedOnlyBy <state/A> .\n"
    consult = PACT.replace("4", "3").replace("defense", "consultation").replace("Defense", "Consultation")
    timeline = world(PACT, consult, only_a, party("A"), party("B"))
    assert defense(timeline, "1995-01-01", "A", "B") is CERTAIN
    assert defense(timeline, "1995-01-01", "B", "A") is None
    assert related(timeline, "1995-01-01", "B", "owesConsultationTo", "state/A") is CERTAIN
    assert related(timeline, "1995-01-01", "B", "alliedWith", "state/A") is CERTAIN


def promise(name: str, *, by: str = "", to: str = "", kind: str = "Defense") -> str:
    """An obligation of article 4 that names who owes it and to whom."""
    sides = "".join(f"; casus:owedOnlyBy <state/{code}> " for code in by)
    sides += "".join(f"; casus:owedOnlyTo <state/{code}> " for code in to)
    return (
        '<treaty/PACT> casus:signedOn "1980-01-01T00:00:00Z"^^xsd:dateTime .\n'
        f"<treaty/PACT/article/4> casus:provisionOf <treaty/PACT> ; casus:createsObligation <{name}> .\n"
        f"<{name}> a casus:{kind}Obligation {sides} .\n"
    )


PARTIES = "".join(map(party, "ABCD"))


def owing(timeline: Timeline, day: str = "1995-01-01") -> set[str]:
    """Who owes defense to whom."""
    return {a + b for a in "ABCDX" for b in "ABCDX" if a != b and defense(timeline, day, a, b) is CERTAIN}


@pytest.mark.parametrize(
    ("by", "to", "pairs"),
    [
        ("AB", "CD", {"AC", "AD", "BC", "BD"}),
        ("A", "", {"AB", "AC", "AD"}),
        ("", "A", {"BA", "CA", "DA"}),
        ("AB", "AC", {"AC", "BA", "BC"}),  # a guarantor that is guaranteed, too, as in Locarno; never oneself
        ("A", "X", {"AX"}),  # who is protected need not be bound
        ("A", "A", set()),
    ],
)
def test_who_owes_whom(by: str, to: str, pairs: set[str]) -> None:
    assert owing(world(promise("o", by=by, to=to), PARTIES)) == pairs


def test_two_promises_of_one_article_in_two_directions() -> None:
    """Each duty is of the obligation that names its two states, and of no other."""
    timeline = world(promise("o1", by="A", to="B"), promise("o2", by="C", to="D"), PARTIES)
    assert owing(timeline) == {"AB", "CD"}
    assert {(d.holder, w.obligation) for d in timeline.duties for w in d.wordings} == {
        (state("A"), node("o1")),
        (state("C"), node("o2")),
    }


def test_a_state_that_is_to_benefit_without_being_bound_owes_nothing() -> None:
    designated = (
        "<episode/X> a casus:BeneficiaryEpisode ; casus:affiliate <state/X> ; casus:affiliatedWith <treaty/PACT>"
        f"{bounds('1994-01-01', '1996-12-31')} .\n"
    )
    timeline = world(promise("o", by="AB", to="X"), promise("general"), PARTIES, designated)
    assert {pair for pair in owing(timeline) if "X" in pair} == {"AX", "BX"}
    assert "BA" in owing(timeline)
    assert [defense(timeline, f"{year}-06-01", "A", "X") for year in (1993, 1995, 1997)] == [None, CERTAIN, None]


RESERVATION = """
<statement/A> a casus:Reservation ; casus:madeBy <state/A> ; casus:madeAbout <treaty/PACT> ;
    casus:excludesObligation <treaty/PACT/article/4/obligation/defense> {} .
"""


def test_what_a_reservation_excludes_its_maker_neither_owes_nor_can_claim() -> None:
    timeline = world(PACT, PARTIES, RESERVATION.format(""))
    assert owing(timeline) == {"BC", "BD", "CB", "CD", "DB", "DC"}
    withdrawn = world(PACT, PARTIES, RESERVATION.format(bounds(ends="1994-06-30")))
    assert [defense(withdrawn, day, "B", "A") for day in ("1994-06-30", "1994-07-01")] == [None, CERTAIN]


def test_a_declaration_excludes_nothing() -> None:
    declared = RESERVATION.replace("Reservation", "InterpretativeDeclaration").replace("excludes", "limits")
    assert len(owing(world(PACT, PARTIES, declared.format("")))) == 12


MEMBERSHIP = """
<organization/LEAGUE> casus:foundedOn <treaty/PACT> .
<episode/A-LEAGUE-1> casus:member <state/A> ; casus:inOrganization <organization/LEAGUE> {} .
"""


def test_party_by_membership() -> None:
    timeline = world(PACT, MEMBERSHIP.format(bounds("1991-01-01", "1999-12-31")), party("B"))
    assert [defense(timeline, f"{year}-06-01") for year in (1990, 1991, 1999, 2000)] == [None, CERTAIN, CERTAIN, None]
    assert related(timeline, "1995-01-01", "A", "partyTo", "treaty/PACT") is CERTAIN
    assert related(timeline, "1995-01-01", "A", "memberOf", "organization/LEAGUE") is CERTAIN


def test_a_stay_within_another_adds_no_duty() -> None:
    timeline = world(PACT, MEMBERSHIP.format(bounds("1991-01-01")), party("A"), party("B"))
    assert [duty.episodes[0] for duty in timeline.duties if duty.holder == state("A")] == [node("episode/A-PACT-1")]


def test_an_uncertain_stay_is_borne_out_by_a_certain_one() -> None:
    """Party only possibly, but a member of the organization for certain: bound for certain while a member."""
    doubt = "; casus:confidence <confidence/uncertain>"
    timeline = world(PACT, MEMBERSHIP.format(bounds("1990-01-01", "1999-12-31")), party("A", more=doubt), party("B"))
    assert [defense(timeline, day) for day in ("1995-01-01", "2005-01-01")] == [CERTAIN, POSSIBLE]


def test_leaving_and_returning_are_two_duties() -> None:
    timeline = world(PACT, party("A", "1990", "1993"), party("A", "1998", n=2), party("B", "1985-01-01"))
    assert [duty.iri.value.removeprefix(ID) for duty in timeline.duties if duty.holder == state("A")] == [
        "duty/PACT-4-defense-A-B-1",
        "duty/PACT-4-defense-A-B-2",
    ]
    assert [defense(timeline, f"{year}-06-01") for year in (1991, 1995, 1999)] == [CERTAIN, None, CERTAIN]


@pytest.mark.parametrize("kind", ["Observer", "Partner", "Associate", "Signatory"])
def test_affiliation_binds_nobody(kind: str) -> None:
    episode = f"<episode/A-1> a casus:{kind}Episode ; casus:affiliate <state/A> ; casus:affiliatedWith <treaty/PACT>"
    timeline = world(PACT, f"{episode} {bounds('1990')} .\n", party("B"))
    assert not timeline.duties
    relation = f"{kind.lower()}Of"
    assert related(timeline, "1990-06-01", "A", relation, "treaty/PACT") is POSSIBLE
    assert related(timeline, "1995-06-01", "A", relation, "treaty/PACT") is CERTAIN
    assert related(timeline, "1995-06-01", "A", "partyTo", "treaty/PACT") is None


def signatory(code: str, more: str = "") -> str:
    tie = f"a casus:SignatoryEpisode ; casus:affiliate <state/{code}> ; casus:affiliatedWith <treaty/PACT>"
    signed_on = 'casus:signedOn "1990-01-01T00:00:00Z"^^xsd:dateTime'
    return f"<episode/{code}-0> {tie} {bounds('1990-01-01')} ; {signed_on} {more} .\n"


def test_a_signatory_of_which_nothing_more_is_known_is_possibly_bound() -> None:
    """Not before the instrument was in force (VCLT 24), and never for certain (VCLT 18)."""
    timeline = world(PACT, force(begins="1995-01-01"), signatory("A"), party("B", "1995-01-01"))
    for pair in (("A", "B"), ("B", "A")):
        assert [defense(timeline, day, *pair) for day in ("1994-12-31", "1995-01-01", "2020-01-01")] == [
            None,
            POSSIBLE,
            POSSIBLE,
        ]
    assert related(timeline, "2000-01-01", "A", "partyTo", "treaty/PACT") is POSSIBLE
    assert related(timeline, "2000-01-01", "A", "signatoryOf", "treaty/PACT") is CERTAIN


def test_a_signatory_that_became_party_is_bound_as_a_party() -> None:
    timeline = world(PACT, force(), signatory("A"), party("A", "1995-01-01"), party("B"))
    assert [defense(timeline, f"{year}-01-01") for year in (1994, 1995)] == [None, CERTAIN]


def test_a_signatory_that_ratified_what_is_in_force_is_bound_for_certain() -> None:
    ratified = '; casus:ratifiedOn "1995-01-01T00:00:00Z"^^xsd:dateTime'
    timeline = world(PACT, force(), signatory("A", ratified), party("B"))
    assert [defense(timeline, f"{year}-01-01") for year in (1994, 1995)] == [POSSIBLE, CERTAIN]


def suspension(begins: str, ends: str = "", *, kind: str = "Suspension", more: str = "") -> str:
    tie = f"a casus:{kind}Episode ; casus:interrupts <episode/A-PACT-1>"
    return f"<episode/A-{kind}> {tie} {bounds(begins, ends)} {more} .\n"


def test_suspension() -> None:
    timeline = world(PACT, party("A"), party("B"), party("C"), suspension("1995", "1997-06-30"))
    for pair in (("A", "B"), ("B", "A")):
        days = ("1994-12-31", "1995-06-01", "1996-01-01", "1997-06-30", "1997-07-01")
        assert [defense(timeline, day, *pair) for day in days] == [CERTAIN, POSSIBLE, None, None, CERTAIN]
    assert defense(timeline, "1996-01-01", "B", "C") is CERTAIN
    (found,) = timeline.duties_on(read_day("1996-01-01"), holder=state("A"), beneficiary=state("B"))
    assert found.certainty is None
    assert [item.episode for item in found.suspensions] == [node("episode/A-Suspension")]
    assert related(timeline, "1996-01-01", "A", "suspendedIn", "treaty/PACT") is CERTAIN
    assert related(timeline, "1996-01-01", "A", "alliedWith", "state/B") is None


@pytest.mark.parametrize(("effect", "answer"), [("rights", CERTAIN), ("duties", None), ("both", None), ("", CERTAIN)])
def test_rights_taken_away_silence_no_duty(effect: str, answer: Certainty | None) -> None:
    """What an organ suspends of a membership is rights, unless it is on record that it suspends duties."""
    suspended = (
        "<episode/S> a casus:SuspensionEpisode ; casus:interrupts <episode/A-LEAGUE-1>"
        + (f"; casus:suspensionEffect <suspension-effect/{effect}>" if effect else "")
        + f"{bounds('1995-01-01', '1996-12-31')} .\n"
    )
    timeline = world(PACT, MEMBERSHIP.format(bounds("1991-01-01")), party("B"), suspended)
    assert defense(timeline, "1996-01-01", "A", "B") is defense(timeline, "1996-01-01", "B", "A") is answer
    assert defense(timeline, "1997-01-01", "B", "A") is CERTAIN
    assert related(timeline, "1996-01-01", "A", "suspendedIn", "organization/LEAGUE") is CERTAIN


def test_a_breach_that_suspends_rights_of_a_party_suspends_no_duty() -> None:
    rights = suspension("1995-01-01", more="; casus:suspensionEffect <suspension-effect/rights>")
    assert defense(world(PACT, party("A"), party("B"), rights), "1996-01-01") is CERTAIN


def test_suspension_of_the_duties_of_one_state() -> None:
    """As the United States suspended its obligations to New Zealand in 1986, and Australia did not."""
    only_b = suspension("1995-01-01", more="; casus:suspendsDutiesOf <state/B>")
    timeline = world(PACT, party("A"), party("B"), party("C"), only_b)
    assert defense(timeline, "1996-01-01", "B", "A") is None
    assert defense(timeline, "1996-01-01", "A", "B") is CERTAIN
    assert defense(timeline, "1996-01-01", "C", "A") is CERTAIN


def test_a_duty_of_a_day_says_who_owes_what_to_whom_and_by_which_provision() -> None:
    timeline = world(PACT, party("A"), party("B", ends="1999-12-31"), suspension("1995-01-01", "1995-12-31"))
    (found,) = timeline.duties_on(read_day("1994-01-01"), holder=state("A"), kind="defense")
    assert (found.holder, found.beneficiary, found.kind.notation) == (state("A"), state("B"), "Defense")
    assert (found.treaty, found.provisions) == (node("treaty/PACT"), (node("treaty/PACT/article/4"),))
    assert found.period.on(read_day("1999-12-31")) is CERTAIN
    assert repr(found) == "<certain: <A owes B defense: PACT, 1990-01-01/1999-12-31>>"
    (meanwhile,) = timeline.duties_on(read_day("1995-06-01"), holder=state("A"), kind="defense")
    assert repr(meanwhile).startswith("<suspended: ")


def test_freeze() -> None:
    timeline = world(PACT, party("A"), party("B"), party("C"), suspension("1995-01-01", kind="Freeze"))
    assert defense(timeline, "1996-01-01") is CERTAIN
    (frozen,) = timeline.duties_on(read_day("1996-01-01"), holder=state("B"), beneficiary=state("A"))
    assert [item.episode for item in frozen.freezes] == [node("episode/A-Freeze")]
    (other,) = timeline.duties_on(read_day("1996-01-01"), holder=state("B"), beneficiary=state("C"))
    assert not other.freezes
    assert related(timeline, "1996-01-01", "A", "frozenIn", "treaty/PACT") is CERTAIN


NEW_WORDING = """
<treaty/PACT/article/4-new> casus:provisionOf <treaty/PACT> ; casus:replaces <treaty/PACT/article/4> ;
    casus:createsObligation <treaty/PACT/article/4-new/obligation/defense> {new} .
<treaty/PACT/article/4-new/obligation/defense> a casus:{kind}Obligation .
<treaty/PACT/article/4> a casus:Provision {old} .
"""
UNKNOWN = {
    "old": '; casus:endsNotBefore "1995-01-01T00:00:00Z"^^xsd:dateTime',
    "new": '; casus:beginsNotBefore "1995-01-01T00:00:00Z"^^xsd:dateTime',
}


def test_replacement_on_an_unknown_day_leaves_no_gap() -> None:
    timeline = world(PACT, NEW_WORDING.format(**UNKNOWN, kind="Defense"), party("A"), party("B"))
    (found,) = timeline.duties_on(read_day("2000-01-01"), holder=state("A"))
    assert found.certainty is CERTAIN
    assert [certainty for _, certainty in found.wordings] == [POSSIBLE, POSSIBLE]


def test_replacement_takes_over_only_what_it_promises_itself() -> None:
    timeline = world(PACT, NEW_WORDING.format(**UNKNOWN, kind="Consultation"), party("A"), party("B"))
    assert [defense(timeline, day) for day in ("1994-01-01", "2000-01-01")] == [CERTAIN, POSSIBLE]
    assert related(timeline, "2000-01-01", "A", "owesConsultationTo", "state/B") is POSSIBLE


def test_replacement_after_a_gap_takes_nothing_over() -> None:
    known = {"old": bounds(ends="1995-01-01"), "new": bounds("1997")}
    timeline = world(PACT, NEW_WORDING.format(**known, kind="Defense"), party("A"), party("B"))
    days = ("1995-01-01", "1996-01-01", "1997-06-01", "1998-01-01")
    assert [defense(timeline, day) for day in days] == [CERTAIN, None, POSSIBLE, CERTAIN]


def test_succession_on_one_day_makes_no_pair() -> None:
    """The last day of the Soviet Union's episode is the first of Russia's."""
    handover = (party("A", "1990-01-01", "1991-12-26"), party("C", "1991-12-26"), party("B"))
    assert defense(world(PACT, *handover), "1991-12-26", "A", "C") is CERTAIN
    timeline = world(PACT, *handover, "<state/C> casus:predecessor <state/A> .\n")
    assert defense(timeline, "1991-12-26", "A", "C") is None
    assert defense(timeline, "1991-12-26", "C", "B") is CERTAIN


def test_allies_go_both_ways() -> None:
    timeline = world(PACT, party("A", "1990"), party("B"))
    for pair in (("A", "state/B"), ("B", "state/A")):
        assert related(timeline, "1990-06-01", pair[0], "alliedWith", pair[1]) is POSSIBLE
        assert related(timeline, "1995-06-01", pair[0], "alliedWith", pair[1]) is CERTAIN


# Calls for help

CALL = """
<event/CALL> casus:invokes <treaty/PACT/article/4> {dates} {more} .
<event/CALL> casus:hasResponse <event/ANSWER> .
"""


def called(more: str, dates: str = "1995-05-05", *parties: str) -> dict[str, list[str]]:
    """Who answered how when A, party with B and C, called for help."""
    timeline = world(
        PACT, party("A"), party("B"), party("C", "1995"), *parties, CALL.format(dates=bounds(dates), more=more)
    )
    return {
        f"{owed.holder.value[-1]}{owed.beneficiary.value[-1]} {owed.certainty.value}": [
            answer.kind.value.removeprefix(CASUS.iri).removesuffix("Assistance") for answer in owed.answers
        ]
        for owed in timeline.owed
    }


def takes_part(event: str, code: str, role: str) -> str:
    return (
        f"<event/{event}> casus:hasParticipation <participation/{code}> .\n"
        f"<participation/{code}> casus:participant <state/{code}> ; casus:participationRole <role/{role}> .\n"
    )


def test_no_answer_on_record() -> None:
    assert called("; casus:requestedBy <state/A>") == {"BA certain": ["Unanswered"], "CA possible": ["Unanswered"]}


def test_a_call_before_the_treaty_is_no_call_on_a_duty() -> None:
    assert called("; casus:requestedBy <state/A>", "1975-05-05") == {}


def test_the_day_of_the_request_counts() -> None:
    """Help came in 1996, was asked for in 1994, when C was not yet party."""
    asked = '; casus:requestedBy <state/A> ; casus:requestedOn "1994-12-31T00:00:00Z"^^xsd:dateTime'
    assert called(asked, "1996-01-01") == {"BA certain": ["Unanswered"]}


@pytest.mark.parametrize("role", ["attacked-ally", "attacked-state", "invaded-state"])
def test_help_is_owed_to_the_state_attacked(role: str) -> None:
    attacked = takes_part("CALL", "B", role)
    assert called("; casus:invokedBy <state/A>", "1996-01-01", attacked) == {
        "AB certain": ["Unanswered"],
        "CB certain": ["Unanswered"],
    }


def test_own_answers() -> None:
    answers = takes_part("CALL", "B", "troop-contributor") + takes_part("ANSWER", "C", "respondent-declined-troops")
    assert called("; casus:requestedBy <state/A>", "1996-01-01", answers) == {
        "BA certain": ["Met"],
        "CA certain": ["Declined"],
    }


@pytest.mark.parametrize(
    ("outcome", "answer"),
    [
        ("deployed", "JointlyMet"),
        ("no-collective-action", "Declined"),
        ("mission-sent", "OtherwiseAnswered"),
        ("consulted>, <outcome/declined", "Declined"),
        ("invoked", "Unanswered"),
    ],
)
def test_joint_answer(outcome: str, answer: str) -> None:
    found = called(f"; casus:requestedBy <state/A> ; casus:outcome <outcome/{outcome}>", "1996-01-01")
    assert found == {"BA certain": [answer], "CA certain": [answer]}


def test_what_some_gave_by_name_the_others_did_not_give() -> None:
    more = "; casus:requestedBy <state/A> ; casus:outcome <outcome/deployed>"
    found = called(more, "1996-01-01", takes_part("CALL", "B", "troop-contributor"))
    assert found == {"BA certain": ["Met"], "CA certain": ["Unanswered"]}


def test_a_suspended_duty_is_not_called_on() -> None:
    assert called("; casus:requestedBy <state/A>", "1996-01-01", suspension("1995-12-31")) == {}


# Exclusivity


def test_exclusivity_conflict_lasts_until_the_outsider_joins() -> None:
    exclusive = (
        "<treaty/BLOC/article/1> casus:provisionOf <treaty/BLOC> ; casus:createsObligation <treaty/BLOC/o> .\n"
        "<treaty/BLOC/o> a casus:AllianceExclusivityObligation .\n"
    )
    in_bloc = [party(code, begins, treaty="BLOC") for code, begins in (("A", "1991-01-01"), ("B", "1998-01-01"))]
    timeline = world(PACT, exclusive, *in_bloc, party("A"), party("B"))
    (conflict,) = timeline.conflicts
    assert (conflict.state, conflict.outsider, conflict.other_treaty) == (state("A"), state("B"), node("treaty/PACT"))
    assert date.fromordinal(conflict.period.certain_from) == date(1991, 1, 1)
    assert date.fromordinal(conflict.period.certain_until) == date(1997, 12, 31)


# What must never happen

dates = st.dates(date(1990, 1, 1), date(1994, 12, 31)).flatmap(
    lambda day: st.sampled_from([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]])
)
DOUBTS = ("", "; casus:confidence <confidence/uncertain>", '; casus:endsNotBefore "1993-01-01T00:00:00Z"^^xsd:dateTime')
episodes = st.tuples(st.sampled_from("ABC"), dates, st.none() | dates, st.sampled_from(DOUBTS))


def widest(begins: str, ends: str | None) -> tuple[date, date]:
    """The first and last day on which an episode may hold, worked out from its dates as text."""
    first = date.fromisoformat((begins + "-01-01")[:10])
    if ends is None:
        return first, date.max
    if len(ends) == 10:
        return first, date.fromisoformat(ends)
    year, month = int(ends[:4]), int(ends[5:] or 12)
    return first, date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@settings(max_examples=25, deadline=None)
@given(st.lists(episodes, min_size=2, max_size=6), st.lists(st.dates(date(1989, 1, 1), date(1996, 1, 1)), min_size=5))
def test_duties_keep_within_the_episodes_of_both(
    drawn: list[tuple[str, str, str | None, str]], days: list[date]
) -> None:
    stays: dict[str, list[tuple[date, date]]] = {}
    text = ""
    for number, (code, begins, ends, doubt) in enumerate(drawn):
        if ends is not None and "endsNotBefore" in doubt:
            ends = None  # noqa: PLW2901 - an end is known or not
        text += party(code, begins, ends or "", more=doubt, n=number)
        stays.setdefault(code, []).append(widest(begins, ends))
    timeline = world(PACT, text)
    for duty in timeline.duties:
        period = duty.period
        assert period.possible_from <= period.possible_until
        if period.certain:
            assert period.possible_from <= period.certain_from
            assert period.certain_until <= period.possible_until
    for day in days:
        bound = {code for code, spans in stays.items() if any(first <= day <= last for first, last in spans)}
        relations = {relation[:3]: relation.certainty for relation in timeline.on(day)}
        for duty in timeline.duties:
            assert in_states(duty) <= bound or duty.on(day) is None
            # A treaty that binds all alike: what one owes the other, the other owes the one.
            there = (duty.holder, duty.kind.relation, duty.beneficiary)
            back = (duty.beneficiary, duty.kind.relation, duty.holder)
            assert relations.get(there) is relations.get(back)


def in_states(duty: Duty) -> set[str]:
    return {duty.holder.value[-1], duty.beneficiary.value[-1]}
