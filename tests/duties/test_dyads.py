"""The directed dyad-year table, in ATOP's terms."""

from __future__ import annotations

import pytest
from worlds import CERTAIN, PACT, POSSIBLE, PRESUMED, known_to, node, party, state, world

from kg.build.kept_timeline import load_timeline
from kg.build.store import Build
from kg.day import Certainty
from kg.duties.dyads import DyadYear, dyad_years
from kg.duties.timeline import Timeline, derive
from kg.errors import BadInput
from kg.project import Project
from kg.rdf.load import load_project
from kg.reasoning.closure import close

CONSULT = """
<treaty/PACT/article/2> casus:provisionOf <treaty/PACT> ;
    casus:createsObligation <treaty/PACT/article/2/obligation/consultation> .
<treaty/PACT/article/2/obligation/consultation> a casus:ConsultationObligation .
"""


def defense_by_year(timeline: Timeline, first: int, last: int, holder: str = "A") -> dict[int, Certainty | None]:
    return {
        row.year: row.pledges.get("defense") for row in dyad_years(timeline, first, last) if row.holder == state(holder)
    }


def test_a_row_for_each_direction_and_year() -> None:
    rows = list(dyad_years(world(PACT, CONSULT, party("A"), party("B")), 1995, 1996))
    assert [(row.year, row.holder, row.beneficiary) for row in rows] == [
        (1995, state("A"), state("B")),
        (1995, state("B"), state("A")),
        (1996, state("A"), state("B")),
        (1996, state("B"), state("A")),
    ]
    assert rows[0] == DyadYear(
        1995, state("A"), state("B"), {"defense": CERTAIN, "consultation": CERTAIN}, treaties=(node("treaty/PACT"),)
    )


def test_any_day_of_the_year_counts() -> None:
    timeline = world(PACT, party("A", "1991-12-31", "1993-01-01"), party("B"))
    assert defense_by_year(timeline, 1990, 1995) == {1991: CERTAIN, 1992: CERTAIN, 1993: CERTAIN}


def test_a_year_may_be_only_possible() -> None:
    ends = '; casus:endsNotBefore "1992-12-19T00:00:00Z"^^xsd:dateTime'
    timeline = world(PACT, party("A", more=ends), party("B"))
    assert defense_by_year(timeline, 1992, 1994) == {1992: CERTAIN, 1993: POSSIBLE, 1994: POSSIBLE}


def test_a_year_after_the_sources_end_is_presumed() -> None:
    timeline = world(PACT, known_to("1993-06-30"), party("A"), party("B"))
    assert defense_by_year(timeline, 1992, 1994) == {1992: CERTAIN, 1993: CERTAIN, 1994: PRESUMED}


def test_a_year_of_suspension_does_not_count() -> None:
    suspended = """
    <episode/S> a casus:SuspensionEpisode ; casus:interrupts <episode/A-PACT-1> ;
        casus:begins "1991-05-01T00:00:00Z"^^xsd:dateTime ; casus:ends "1993-05-01T00:00:00Z"^^xsd:dateTime .
    """
    timeline = world(PACT, party("A"), party("B"), suspended)
    assert defense_by_year(timeline, 1990, 1994) == {1990: CERTAIN, 1991: CERTAIN, 1993: CERTAIN, 1994: CERTAIN}


def test_two_treaties_make_one_row() -> None:
    other = PACT.replace("PACT", "OTHER")
    timeline = world(PACT, other, party("A"), party("B"), *(party(code, treaty="OTHER") for code in "AB"))
    (row,) = (row for row in dyad_years(timeline, 1995, 1995) if row.holder == state("A"))
    assert row.treaties == (node("treaty/OTHER"), node("treaty/PACT"))
    (row,) = (
        row for row in dyad_years(timeline, 1995, 1995, treaties=[node("treaty/PACT")]) if row.holder == state("A")
    )
    assert row.treaties == (node("treaty/PACT"),)


@pytest.mark.parametrize(("first", "last"), [(2000, 1999), (0, 1999), (1999, 10000)])
def test_bad_years(first: int, last: int) -> None:
    with pytest.raises(BadInput, match=f"{first} to {last}"):
        dyad_years(world(PACT), first, last)


def test_the_shipped_table(project: Project) -> None:
    closure = close(load_project(project))
    timeline = derive(closure.asserted | closure.inferred)
    table = {
        (row.holder.value[-3:], row.beneficiary.value[-3:], row.year): row
        for row in dyad_years(timeline, 1949, 2016, treaties=[node("treaty/CST"), node("treaty/NAT")])
    }
    assert ("USA", "ESP", 1981) not in table, "Spain signed in 1981 and joined in 1982"
    assert table["USA", "ESP", 1982].pledges.get("defense") is CERTAIN
    assert ("RUS", "UZB", 1993) not in table
    assert [table["RUS", "UZB", year].pledges["defense"] for year in (1994, 1999, 2006, 2012, 2013)] == [
        CERTAIN,
        CERTAIN,
        CERTAIN,
        CERTAIN,
        POSSIBLE,
    ]
    assert not {("RUS", "UZB", year) for year in range(2000, 2006)} & table.keys()
    for holder, beneficiary, year in table:
        assert (beneficiary, holder, year) in table


def test_years_asked_together_are_those_asked_one_by_one(shipped: Build) -> None:
    timeline = load_timeline(shipped)
    together = [row for row in dyad_years(timeline, 1930, 2024) if row.year % 7 == 0]
    assert together == [row for year in range(1932, 2025, 7) for row in dyad_years(timeline, year, year)]
