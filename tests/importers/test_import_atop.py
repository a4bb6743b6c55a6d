"""A user's own copy of ATOP, here made up, becomes a project whose statements lead back to row and column."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from filelock import FileLock
from madeup import MEMBERS, member, write_dyad_years, write_tables

from kg.build.kept_timeline import load_timeline
from kg.build.pipeline import build
from kg.build.store import open_store
from kg.day import Certainty
from kg.duties.model import Duty
from kg.errors import BadInput, ProjectError
from kg.graph import Graph
from kg.importers.atop.folder import AtopImport, import_atop
from kg.project import open_project
from kg.rdf.turtle import format_file
from kg.terms import local_name

PREFIXES = """
    PREFIX t: <https://example.org/pacts/id/treaty/>
    PREFIX casus: <https://w3id.org/casus/ontology#>
    PREFIX atop: <https://example.org/pacts/ontology#>
    PREFIX state: <https://w3id.org/casus/id/state/>
"""


@pytest.fixture(scope="module")
def pacts(run_folder: Path, cache: Path) -> Graph:
    """The made-up alliances alone, imported and built."""
    out = run_folder / "pacts"
    with FileLock(run_folder / "pacts.lock"):
        if not out.exists():
            import_atop(write_tables(run_folder / "pacts-tables"), out, alone=True)
        return Graph(open_project(out))


@pytest.fixture(scope="module")
def duties(pacts: Graph) -> list[Duty]:
    return list(load_timeline(pacts.build).duties)


def between(duties: list[Duty], holder: str, beneficiary: str, kind: str) -> list[Duty]:
    return [
        duty
        for duty in duties
        if (local_name(duty.holder), local_name(duty.beneficiary)) == (holder, beneficiary)
        and duty.kind.notation.lower() == kind
    ]


def answers(graph: Graph, query: str) -> list[str]:
    store = open_store(graph.build.store)
    return sorted(" ".join(term.value.rpartition("/")[2] for term in row) for row in store.query(PREFIXES + query))


def test_the_data_conform_without_a_warning(pacts: Graph) -> None:
    assert pacts.build.info.warnings == 0


def test_a_row_is_a_stay_and_a_number_is_the_states_that_bore_it(pacts: Graph) -> None:
    found = answers(pacts, "SELECT ?s ?b { ?e casus:toTreaty t:ATOP-9002 ; casus:party ?s ; casus:begins ?b }")
    assert found == [
        "ATOP-365-1917 1917-09-15T00:00:00Z",
        "OTT 1912-05-01T00:00:00Z",
        "RSF 1917-11-07T00:00:00Z",
        "RUE 1912-05-01T00:00:00Z",
        "SUN 1922-12-31T00:00:00Z",
        "TUR 1922-11-02T00:00:00Z",
    ]


def test_what_a_row_pledges_goes_to_every_other_member(duties: list[Duty]) -> None:
    (there,), (back,) = between(duties, "FRA", "ESP", "defense"), between(duties, "ESP", "FRA", "defense")
    for duty in (there, back):
        assert duty.on(date(1900, 1, 10)) is Certainty.CERTAIN
        assert duty.on(date(1910, 6, 1)) is Certainty.CERTAIN
        assert duty.on(date(1910, 6, 15)) is Certainty.POSSIBLE  # the day of the month is not known
        assert duty.on(date(1910, 7, 1)) is None


def test_phases_are_wordings_over_time(pacts: Graph, duties: list[Duty]) -> None:
    (first,) = between(duties, "RUE", "OTT", "nonaggression")
    assert [local_name(wording.text) for wording in first.wordings] == ["phase-1", "phase-2"]
    (one,) = between(duties, "RUE", "OTT", "defense")
    assert one.on(date(1915, 1, 31)) is None
    assert one.on(date(1915, 2, 1)) is Certainty.CERTAIN
    assert between(duties, "OTT", "RUE", "defense") == []
    (counsel,) = between(duties, "OTT", "RUE", "consultation")
    assert counsel.on(date(1916, 1, 1)) is None
    assert answers(pacts, "SELECT ?a { ?a casus:replaces ?b }") == ["phase-2"]


def test_against_whom_is_said_where_atop_says_it(pacts: Graph) -> None:
    assert answers(pacts, "SELECT ?o ?s { ?o casus:owedOnlyAgainst ?s }") == ["defense AUH"]
    assert answers(pacts, "SELECT ?c { ?o casus:hasCondition ?c }") == ["named-location"]


def test_what_is_open_is_certain_to_the_end_of_coverage_and_not_after(duties: list[Duty]) -> None:
    (duty,) = between(duties, "PRT", "GBR", "defense")
    assert duty.on(date(2016, 12, 31)) is Certainty.POSSIBLE  # toward whom what Britain owes varies, nobody says
    assert all(duty.on(date(2017, 1, 1)) is not Certainty.CERTAIN for duty in duties)


def test_where_atop_has_no_pledge_tables_say_0_to_the_end_of_coverage(pacts: Graph) -> None:
    table = pacts.table("dyad_years", system="cow", directed=False)
    year, pledge = (table.columns.index(name) for name in ("year", "atop_offense"))
    known = [row for row in table if row[pledge] is not None]
    assert 0 in {row[pledge] for row in known}
    assert max(row[year] for row in known) <= 2016


def test_members_outside_the_list_of_states_are_states_of_the_project(pacts: Graph) -> None:
    assert answers(pacts, "SELECT ?s { ?e casus:party ?s ; casus:inStateSystem false }") == ["ATOP-8152"]
    assert pacts.explain(
        "<https://example.org/pacts/id/state/ATOP-8152>", "rdf:type", "casus:State"
    ).leaves  # it is described


def test_values_whose_meaning_is_known_are_terms_and_the_others_stay_as_they_are(pacts: Graph) -> None:
    assert answers(pacts, "SELECT ?y { t:ATOP-9001 casus:initialTermYears ?y }") == ["5"]
    assert answers(pacts, "SELECT ?y { t:ATOP-9001 casus:secrecy ?y }") == ["secret"]
    assert answers(pacts, "SELECT ?y { t:ATOP-9001 atop:milcon ?y }") == ["3"]
    assert answers(pacts, "SELECT ?s ?y { ?e casus:party ?s ; atop:termmode ?y }") == ["GBR 2"]
    assert answers(pacts, "SELECT ?s { ?e casus:party ?s ; atop:dipaid 'NA' }") == ["PRT"]


def test_a_proof_ends_in_row_and_column(pacts: Graph) -> None:
    proof = pacts.explain("state:RUE", "casus:owesDefenseTo", "state:OTT", as_of="1916-01-01")
    cells = {reading for leaf in proof.leaves for reading in leaf.rows}
    assert "some_members.csv, row 6: defense" in cells
    assert "some_members.csv, rows 4, 6: dayent, moent, yrent" in cells
    assert "some_members.csv, rows 5, 7: member" in cells
    assert "from some_members.csv, row 6: defense" in str(proof)


def test_each_row_is_accounted_for(pacts: Graph) -> None:
    with (pacts.project.root / "import.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["file"], row["row"]) for row in rows] == [
        *(("some_alliances.csv", str(number)) for number in range(2, 5)),
        *(("some_members.csv", str(number)) for number in range(2, 12)),
    ]
    assert {row["outcome"] for row in rows} == {"imported"}


def test_the_files_are_in_the_house_layout(pacts: Graph) -> None:
    for path in pacts.project.sources:
        if path.is_relative_to(pacts.project.root) and path.name != "dataset.ttl":
            present, wanted = format_file(path, pacts.project.names)
            assert present == wanted, path


def varying(tmp_path: Path, pledges: list[tuple[int, int, range, str]], **options: bool) -> AtopImport:
    dyad_years = write_dyad_years(tmp_path / "ddyr" / "dyads.csv", pledges, **options)
    return import_atop(write_tables(tmp_path / "tables"), tmp_path / "out", dyad_years=dyad_years, alone=True)


@pytest.mark.parametrize("names", [False, True])
def test_the_dyad_years_tell_toward_whom_pledges_hold_that_vary(tmp_path: Path, names: bool) -> None:
    imported = varying(tmp_path, [(200, 235, range(1880, 2017), "defense")], names=names)
    assert imported.possible_only == ()
    made = load_timeline(build(imported.project)).duties
    (duty,) = between(list(made), "GBR", "PRT", "defense")
    assert duty.on(date(1890, 1, 1)) is Certainty.CERTAIN
    assert between(list(made), "GBR", "NOR", "defense") == []
    (back,) = between(list(made), "PRT", "NOR", "defense")
    assert back.on(date(2016, 12, 31)) is Certainty.CERTAIN
    text = (imported.project.root / "graph" / "dyad-years.ttl").read_text(encoding="utf-8")
    assert "casus:owedOnlyTo state:PRT" in text
    assert '"dyads.csv#row=2-138"' in text


def test_what_the_dyad_years_leave_open_is_told(tmp_path: Path) -> None:
    imported = varying(tmp_path, [(200, 235, range(1880, 1990), "defense"), (200, 200, range(1990, 2000), "consul")])
    notes = [entry.note for entry in imported.account.entries if entry.note]
    assert notes == ["defense toward 235 in 110 of 120 years"]


def test_without_dyad_years_nothing_of_what_varies_is_certain(duties: list[Duty]) -> None:
    assert between(duties, "GBR", "NOR", "defense")
    uncertain = [duty for duty in duties if local_name(duty.treaty) == "ATOP-9003"]
    assert uncertain
    assert not any(duty.period.certain for duty in uncertain)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (member(9001, 220, (1900, 2, 30)), "no day of year, month and day 1900, 2, 30"),
        (member(9001, 220, (1900, 2, 3), (1899, 2, 3)), r"leaves \(1899-02-03\) before it enters"),
        (member(9001, 220, (0, 0, 0)), "does not say when the member entered"),
        (member(9001, 220, (1900, 2, 3), defense=7), "defense is 7, and takes 0 or 1"),
        (member(9001, "FRA", (1900, 2, 3)), "member is FRA, and takes a number"),
    ],
)
def test_a_row_that_cannot_be_read_is_left_out_with_the_reason(
    tmp_path: Path, row: dict[str, object], reason: str
) -> None:
    imported = import_atop(write_tables(tmp_path / "tables", [*MEMBERS, row]), tmp_path / "out", alone=True)
    (entry,) = [entry for entry in imported.account.entries if entry.outcome.value == "left out"]
    assert entry.row == len(MEMBERS) + 2
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(entry.note)


def test_nothing_is_left_half_made(tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "tables", [member(9001, 220, (0, 0, 0))], [])
    with pytest.raises(BadInput, match="no row of the table of members can be read"):
        import_atop(folder, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    with pytest.raises(ProjectError, match="there is something already"):
        import_atop(write_tables(tmp_path / "other"), tmp_path / "tables")


def test_versions_and_their_coverage(tmp_path: Path) -> None:
    newer = [row | {"version": "5.1"} for row in MEMBERS]
    imported = import_atop(write_tables(tmp_path / "tables", newer), tmp_path / "out", alone=True)
    assert (imported.version, imported.coverage) == ("5.1", date(2018, 12, 31))
    text = (imported.project.root / "graph" / "members.ttl").read_text(encoding="utf-8")
    assert 'casus:endsNotBefore "2018-12-31T00:00:00Z"' in text


def test_the_command_says_what_it_has_done(kg: Callable[..., Result], tmp_path: Path) -> None:
    folder = write_tables(tmp_path / "tables")
    result = kg("import", "atop", folder, "-o", tmp_path / "world", "--base", "https://example.org/world/")
    assert result.exit_code == 0, result.output
    assert "ATOP 4.01, to 2016-12-31: 3 alliances" in result.output
    assert "some_members.csv: 10 rows imported" in result.output
    assert "of 1 alliance nothing is certain" in result.output
    assert open_project(tmp_path / "world").names.base == "https://example.org/world/"
    again = kg("import", "atop", folder, "-o", tmp_path / "world")
    assert again.exit_code == 2
    assert "there is something already" in again.output
