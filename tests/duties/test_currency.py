"""What is known of days after the one to which the sources of a graph reach."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from worlds import (
    CERTAIN,
    PACT,
    POSSIBLE,
    PRESUMED,
    bounds,
    defense,
    known_to,
    party,
    related,
    statements,
    world,
    write_project,
)

import kg
from kg.day import Certainty
from kg.duties.currency import read_currency

KNOWN = known_to("1998-06-30")


@pytest.mark.parametrize(
    ("day", "certainty"), [("1998-06-30", CERTAIN), ("1998-07-01", PRESUMED), ("2040-01-01", PRESUMED)]
)
def test_an_open_end_is_certain_to_the_day_to_which_the_sources_reach(day: str, certainty: Certainty) -> None:
    timeline = world(PACT, KNOWN, party("A"), party("B"))
    assert defense(timeline, day) is certainty
    assert related(timeline, day, "A", "partyTo", "treaty/PACT") is certainty
    assert {triple.predicate.value.rpartition("#")[2] for triple in timeline.as_of(date.fromisoformat(day))} == (
        {"partyTo", "owesDefenseTo", "alliedWith"}
        if certainty is CERTAIN
        else {"possiblyPartyTo", "possiblyOwesDefenseTo", "possiblyAlliedWith"}
    )


def test_a_thing_that_is_known_to_last_to_a_day_is_possible_after_it() -> None:
    timeline = world(PACT, party("A", more='; casus:knownTo "1995-12-31T00:00:00Z"^^xsd:dateTime'), party("B"))
    assert [defense(timeline, day) for day in ("1995-12-31", "1996-01-01")] == [CERTAIN, POSSIBLE]


def test_a_graph_that_does_not_say_how_far_its_sources_reach_presumes_nothing() -> None:
    assert defense(world(PACT, party("A"), party("B")), "2040-01-01") is CERTAIN


def test_an_end_on_record_ends_what_is_presumed() -> None:
    timeline = world(PACT, KNOWN, party("A", ends="2000-12-31"), party("B"))
    assert [defense(timeline, f"{year}-06-01") for year in (2000, 2001)] == [PRESUMED, None]


def test_what_was_doubtful_stays_possible() -> None:
    timeline = world(PACT, KNOWN, party("A", more="; casus:confidence <confidence/uncertain>"), party("B"))
    assert [defense(timeline, f"{year}-06-01") for year in (1997, 2000)] == [POSSIBLE, POSSIBLE]


def test_what_was_suspended_is_presumed_to_be_so_still() -> None:
    suspended = (
        f"<episode/S> a casus:SuspensionEpisode ; casus:interrupts <episode/A-PACT-1> {bounds('1997-01-01')} .\n"
    )
    assert defense(world(PACT, KNOWN, suspended, party("A"), party("B")), "2000-01-01") is None


def test_the_derived_graph_calls_nothing_certain_after_that_day() -> None:
    timeline = world(PACT, KNOWN, party("A"), party("B"))
    ends = {t.object.value for t in timeline.triples() if t.predicate.value.endswith("#certainlyHoldsUntil")}
    assert ends == {"1998-06-30T00:00:00Z"}
    assert not any(t.predicate.value.endswith("#possiblyHoldsUntil") for t in timeline.triples())


def test_of_several_datasets_the_one_whose_sources_reach_least_far_counts() -> None:
    other = KNOWN.replace("<data>", "<more>").replace("1998", "1996")
    assert read_currency(statements(KNOWN + other)).known_to == date(1996, 6, 30)
    assert read_currency(statements(KNOWN.replace("a void:Dataset ; ", ""))).known_to is None


def test_the_answer_about_a_later_day_says_so(tmp_path: Path) -> None:
    graph = kg.open(write_project(tmp_path / "p", PACT, KNOWN, party("A"), party("B")))
    assert graph.currency.caveat(date(1998, 6, 30)) is None
    assert graph.currency.caveat(date(2000, 1, 1)) == (
        "the sources reach to 1998-06-30; what holds on 2000-01-01 is presumed or possible, and not certain"
    )
    (one, _) = graph.duties(on="2000-01-01")
    assert one.certainty is PRESUMED
