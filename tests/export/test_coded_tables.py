"""Dyad-years and state-years by the numbers of a list of states, as other data of the field has them."""

from __future__ import annotations

from worlds import PACT, known_to, party, statements, world

from kg.export.coded_years import CodedYears
from kg.export.codes import state_codes
from kg.export.coverage import Coverage
from kg.export.table_rows import known_years
from kg.export.tables import find_table
from kg.project import shipped_names

PLEDGES = ("defense", "offense", "neutrality", "nonaggression", "consultation")
#: A has one number to the end of 1990 and another from 1991 on, and both in 1990 if it changes on its last day but one.
CODES = """
<state/B> casus:cowCode "9" .
<state/C> casus:cowCode "2" .
<code/1> casus:codeOf <state/A> ; casus:codeValue "260" ; casus:inCodeList <code-list/COW> ;
    casus:ends "1990-10-02T00:00:00Z"^^xsd:dateTime .
<code/2> casus:codeOf <state/A> ; casus:codeValue "255" ; casus:inCodeList <code-list/COW> ;
    casus:begins "1990-10-03T00:00:00Z"^^xsd:dateTime .
"""
COMPLETE = """
<completeness/all> casus:completeClass casus:Instrument ; casus:completenessExtent <extent/complete> ;
    casus:begins "1980-01-01T00:00:00Z"^^xsd:dateTime ; casus:ends "1991-12-31T00:00:00Z"^^xsd:dateTime .
"""
NO_OFFENSE = "<treaty/PACT> casus:atopOffense false .\n"


def years(last_year: int, *turtle: str) -> CodedYears:
    triples = statements("".join([CODES, *turtle]))
    codes = state_codes(triples)["cow"]
    return CodedYears(known_years(world(*turtle), last_year), codes, Coverage(triples).is_complete, shipped_names())


def rows(found: list[tuple[str, ...]], name: str, **flags: bool) -> list[dict[str, str]]:
    header = find_table(name, "cow", **flags).header
    return [dict(zip(header, row, strict=True)) for row in found]


def directed(last_year: int, *turtle: str) -> dict[tuple[str, str, str], dict[str, str]]:
    found = rows(years(last_year, *turtle).directed(PLEDGES), "dyad_years")
    return {(row["ccode1"], row["ccode2"], row["year"]): row for row in found}


def test_a_state_has_a_row_under_each_number_of_the_year() -> None:
    found = directed(1991, PACT, party("A"), party("B"))
    assert {(one, year) for one, other, year in found if other == "9"} == {
        ("260", "1990"), ("255", "1990"), ("255", "1991"),
    }  # fmt: skip
    assert found["260", "9", "1990"]["atop_defense"] == found["255", "9", "1990"]["atop_defense"] == "1"


def test_rows_are_in_the_order_of_numbers() -> None:
    found = [key[:2] for key in directed(1989, PACT, party("A", "1989"), party("B", "1989"), party("C", "1989"))]
    assert found == [("2", "9"), ("2", "260"), ("9", "2"), ("9", "260"), ("260", "2"), ("260", "9")]


def test_two_states_that_bear_one_number_in_a_year_share_its_row() -> None:
    number = '<state/D> casus:cowCode "9" .\n'
    ends, begins = party("B", "1985-01-01", "1988-06-30"), party("D", "1988-07-01")
    found = directed(1989, number, PACT, party("A", "1985-01-01"), ends, begins)
    assert found["260", "9", "1988"]["state2"] == "B D"
    assert found["9", "260", "1988"]["state1"] == "B D"
    assert found["9", "260", "1989"]["state1"] == "D"
    assert ("9", "9", "1988") not in found


def test_there_is_no_pledge_only_where_all_instruments_are_known() -> None:
    parties = party("A", "1988"), party("B", "1988")
    known = directed(1993, PACT, NO_OFFENSE, COMPLETE, *parties)["9", "255", "1991"]
    assert (known["atop_offense"], known["casus_offense_possible"], known["casus_complete"]) == ("0", "0", "1")
    assert known["atop_neutrality"] == "NA", "nobody said that the pact has no such pledge"
    after = directed(1993, PACT, NO_OFFENSE, COMPLETE, *parties)["9", "255", "1992"]
    assert (after["atop_offense"], after["casus_offense_possible"], after["casus_complete"]) == ("NA", "NA", "0")
    assert (after["atop_defense"], after["casus_defense_possible"]) == ("1", "1"), "what is pledged is known anywhere"


def test_nothing_is_complete_after_the_sources_end() -> None:
    found = directed(1992, PACT, NO_OFFENSE, COMPLETE, known_to("1991-06-30"), party("A", "1988"), party("B", "1988"))
    assert [found["9", "255", year]["atop_offense"] for year in ("1990", "1991")] == ["0", "NA"]
    assert (found["9", "255", "1992"]["atop_defense"], found["9", "255", "1992"]["casus_defense_possible"]) == (
        "NA", "1",
    )  # fmt: skip


def test_a_list_of_one_treaty_does_not_make_the_graph_complete() -> None:
    of_one = COMPLETE.replace("casus:completeClass", "casus:completeOf <treaty/PACT> ; casus:completeClass")
    assert directed(1991, PACT, NO_OFFENSE, of_one, party("A"), party("B"))["9", "255", "1991"]["atop_offense"] == "NA"


def test_undirected_is_the_maximum_of_both_directions() -> None:
    one_sided = "<treaty/PACT/article/4/obligation/defense> casus:owedOnlyBy <state/A> .\n"
    talk = (
        "<treaty/PACT/article/5> casus:provisionOf <treaty/PACT> ; casus:createsObligation <obligation/talk> .\n"
        "<obligation/talk> a casus:ConsultationObligation .\n"
    )
    turtle = (PACT, one_sided, talk, COMPLETE, party("A", "1988"), party("B", "1988"))
    both = directed(1991, *turtle)
    assert (both["9", "255", "1991"]["atop_defense"], both["255", "9", "1991"]["atop_defense"]) == ("0", "1")
    (row,) = (
        row
        for row in rows(years(1991, *turtle).undirected(PLEDGES), "dyad_years", directed=False)
        if (row["ccode2"], row["year"]) == ("255", "1991")
    )
    assert (row["ccode1"], row["state1"], row["state2"], row["atop_defense"]) == ("9", "B", "A", "1")


def test_a_state_year_is_the_maximum_of_its_dyads() -> None:
    uncertain = party("C", "1988", more="; casus:confidence <confidence/uncertain>")
    found = rows(years(1989, PACT, party("A", "1988"), party("B", "1988"), uncertain).by_state(PLEDGES), "state_years")
    said = {
        row["ccode"]: (row["atop_defense"], row["casus_defense_possible"]) for row in found if row["year"] == "1989"
    }
    assert said == {"260": ("1", "1"), "9": ("1", "1"), "2": ("NA", "1")}
