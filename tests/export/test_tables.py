"""Tables: the metadata tell the truth of the files, references lead somewhere, and no row is lost."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Store
from shipped import PREFIXES
from worlds import PACT, party, statements, world

from kg.build.kept_timeline import load_timeline
from kg.duties.dyads import dyad_years
from kg.export.codes import state_codes
from kg.export.csvw import METADATA
from kg.export.dyad_table import dyad_rows
from kg.export.table_codebook import CODEBOOK
from kg.export.table_rows import known_years, rows_of
from kg.export.tables import Table, tables
from kg.project import shipped_names

NAMES = [table.name for table in tables()]
CLASSES = {
    "states": "casus:State",
    "codes": "casus:CodeAssignment",
    "organizations": "casus:Organization",
    "treaties": "casus:Instrument",
    "provisions": "casus:Provision",
    "obligations": "casus:Obligation",
    "events": "casus:Event",
    "participations": "casus:Participation",
    "claims": "casus:Claim",
    "sources": "casus:Source",
    "duties": "casus:Duty",
}


@pytest.fixture(scope="module")
def folder(release: Path) -> Path:
    return release / "tables"


@pytest.fixture(scope="module")
def described(folder: Path) -> dict[str, Any]:
    """The metadata of each table, by its name."""
    said = json.loads((folder / METADATA).read_text("utf-8"))
    return {table["url"].removesuffix(".csv"): table for table in said["tables"]}


@pytest.fixture(scope="module")
def rows(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of each table, as any reader of CSV sees them."""
    found = {}
    for name in NAMES:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            found[name] = list(csv.DictReader(file, strict=True))
    return found


def columns(table: dict[str, Any]) -> list[dict[str, Any]]:
    return table["tableSchema"]["columns"]


def is_valid(cell: str, datatype: Any) -> bool:
    """Whether a cell is what its datatype says: Metadata Vocabulary for Tabular Data, section 5.11."""
    base, pattern = (datatype["base"], datatype["format"]) if isinstance(datatype, dict) else (datatype, None)
    if base == "boolean":
        return cell in (pattern or "true|false").split("|")
    if base == "date":
        return date.fromisoformat(cell).isoformat() == cell
    wanted = {"integer": r"-?\d+", "gYear": r"\d{4}", "string": pattern or r"(?s).+"}[base]
    return re.fullmatch(wanted, cell) is not None


def test_the_metadata_are_those_of_the_dataset(folder: Path) -> None:
    said = json.loads((folder / METADATA).read_text("utf-8"))
    assert said["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert said["dc:license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert said["dc:title"] == "Casus: a knowledge graph of alliances and their obligations"


def test_every_file_is_described(folder: Path, described: dict[str, Any]) -> None:
    beside = {METADATA, CODEBOOK, "read.R", "read.py"}
    assert {path.name for path in folder.iterdir()} == beside | {f"{name}.csv" for name in described}


@pytest.mark.parametrize("name", NAMES)
def test_the_columns_are_those_described(folder: Path, described: dict[str, Any], name: str) -> None:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    assert header == [column["titles"] for column in columns(described[name])]
    assert all(column["dc:description"] for column in columns(described[name]))


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_has_its_datatype(described: dict[str, Any], rows: Any, name: str) -> None:
    for column in columns(described[name]):
        for row in rows[name]:
            cell = row[column["name"]]
            assert cell or not column.get("required"), (column["name"], row)
            values = cell.split(column["separator"]) if "separator" in column else [cell]
            if cell and cell != column.get("null"):
                assert all(is_valid(value, column["datatype"]) for value in values), (column["name"], cell)


@pytest.mark.parametrize("name", NAMES)
def test_no_column_is_empty(rows: Any, name: str) -> None:
    filled = {column for row in rows[name] for column, cell in row.items() if cell}
    # A bound stands only where the date itself is not known.
    bounds = {"begins_not_before", "begins_not_after", "ends_not_before", "ends_not_after"}
    assert set(rows[name][0]) - filled <= bounds


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_unique_and_in_order(described: dict[str, Any], rows: Any, name: str) -> None:
    types = {column["name"]: int if column["datatype"] == "integer" else str for column in columns(described[name])}
    parts = described[name]["tableSchema"]["primaryKey"]
    keys = [tuple(types[part](row[part]) for part in parts) for row in rows[name]]
    assert keys == sorted(set(keys))


@pytest.mark.parametrize("name", NAMES)
def test_references_lead_to_a_row(described: dict[str, Any], rows: Any, name: str) -> None:
    keys = {f"{other}.csv": {row.get("id") for row in rows[other]} for other in NAMES}
    for reference in described[name]["tableSchema"]["foreignKeys"]:
        column, target = reference["columnReference"], reference["reference"]
        assert target["columnReference"] == "id"
        assert {row[column] for row in rows[name]} - {""} <= keys[target["resource"]], column
    for column in columns(described[name]):
        if "dc:references" in column:
            values = {value for row in rows[name] for value in row[column["name"]].split()}
            assert values <= keys[column["dc:references"]["@id"]], column["name"]


@pytest.mark.parametrize(("name", "kind"), CLASSES.items())
def test_there_is_a_row_for_each_thing(rows: Any, store: Store, name: str, kind: str) -> None:
    (count,) = store.query(f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ ?x a {kind} }}", prefixes=PREFIXES)
    assert len(rows[name]) == int(count["n"].value)


def test_all_episodes_but_the_tenures_of_offices_are_memberships(rows: Any, store: Store) -> None:
    asked = "SELECT (COUNT(DISTINCT ?x) AS ?n) { ?x a casus:Episode MINUS { ?x a casus:OfficeTenure } }"
    (count,) = store.query(asked, prefixes=PREFIXES)
    assert len(rows["memberships"]) == int(count["n"].value)


def test_a_row_is_about_an_iri_of_the_graph(described: dict[str, Any], rows: Any, store: Store) -> None:
    for name, kind in CLASSES.items():
        template = described[name]["tableSchema"]["aboutUrl"]
        for row in rows[name][:20]:
            iri = template.replace("{+id}", row["id"])
            assert store.query(f"ASK {{ <{iri}> a {kind} }}", prefixes=PREFIXES), iri


def test_a_few_cells(rows: Any) -> None:
    by_id = {name: {row["id"]: row for row in rows[name]} for name in CLASSES | {"memberships": ""}}
    assert by_id["states"]["AFG"]["un_m49"] == "004", "codes keep their zeros"
    left = by_id["memberships"]["AZE-CST-1"]
    assert (left["kind"], left["state"], left["treaty"], left["ends"]) == ("PartyEpisode", "AZE", "CST", "1999-04-20")
    assert left["sources"] == "ATOP4 GIBLER WP-CSTO-2006"
    clause = by_id["obligations"]["CST/article/4-2010/obligation/defense"]
    assert (clause["kind"], clause["provision"]) == ("DefenseObligation", "CST/article/4-2010")
    assert by_id["events"]["EV-KAZ-2022"]["invoked_provisions"] == "CST/article/4-2010"
    assert by_id["organizations"]["NATO"]["alliance"] == "true"


def test_duties_say_what_the_timeline_says(rows: Any, shipped) -> None:
    duties = {duty.iri.value.rpartition("/id/duty/")[2]: duty for duty in load_timeline(shipped).duties}
    assert duties.keys() == {row["id"] for row in rows["duties"]}
    for row in rows["duties"]:
        duty = duties[row["id"]]
        assert row["kind"] == duty.kind.iri.value.rpartition("#")[2]
        assert bool(row["suspended_by"]) == bool(duty.suspensions)


def test_dyad_years_reach_from_the_first_pledge_to_the_newest_source(rows: Any, shipped) -> None:
    years = [int(row["year"]) for row in rows["dyad_years"]]
    assert (min(years), max(years)) == (1839, 2026)  # the guarantee of Belgium
    assert len(years) == sum(1 for _ in dyad_years(load_timeline(shipped), 1839, 2026))


CODES = state_codes(
    statements(
        '<state/B> casus:cowCode "009" ; casus:gwCode "010" .\n'
        '<code/1> casus:codeOf <state/A> ; casus:codeValue "001" ; casus:inCodeList <code-list/COW> ; '
        'casus:ends "1990-12-31T00:00:00Z"^^xsd:dateTime .\n'
        '<code/2> casus:codeOf <state/A> ; casus:codeValue "002" ; casus:inCodeList <code-list/COW> ; '
        'casus:begins "1991-01-01T00:00:00Z"^^xsd:dateTime .\n'
    )
)


def dyads(last_year: int, *turtle: str) -> list[dict[str, str]]:
    """The rows of a world's dyad-years, by the names of their columns."""
    columns = table("dyad_years").header
    found = dyad_rows(columns, known_years(world(*turtle), last_year), CODES, shipped_names())
    return [dict(zip(columns, row, strict=True)) for row in found]


def test_a_pledge_is_there_is_known_not_to_be_or_nothing_is_known_of_it() -> None:
    (first, *_, last) = dyads(
        1991, PACT, "<treaty/PACT> casus:atopNeutrality false .", party("A", begins="1990"), party("B")
    )
    kinds = ("defense", "offense", "neutrality", "nonaggression", "consultation")
    assert [first[kind] for kind in kinds] == ["1", "NA", "0", "NA", "NA"]
    assert [first[f"possible_{kind}"] for kind in kinds] == ["1", "NA", "0", "NA", "NA"]
    assert (first["year"], first["holder"], first["treaties"], last["year"], last["holder"]) == (
        "1990", "A", "PACT", "1991", "B",
    )  # fmt: skip


def test_what_is_only_possible_is_no_pledge_for_certain_and_no_absence() -> None:
    (row, *_) = dyads(1990, PACT, party("A", more="; casus:confidence <confidence/uncertain>"), party("B"))
    assert (row["defense"], row["possible_defense"]) == ("NA", "1")


def test_what_is_promised_to_others_is_known_not_to_be_promised_to_this_one() -> None:
    more = (
        "<treaty/PACT/article/4/obligation/defense> casus:owedOnlyBy <state/A> .\n"
        "<treaty/PACT/article/5> casus:provisionOf <treaty/PACT> ; casus:createsObligation <obligation/talk> .\n"
        "<obligation/talk> a casus:ConsultationObligation .\n"
    )
    (row,) = (row for row in dyads(1990, PACT, more, party("A"), party("B")) if row["holder"] == "B")
    assert (row["consultation"], row["defense"], row["offense"]) == ("1", "0", "NA")


def test_a_row_has_the_codes_of_its_year_in_both_lists() -> None:
    rows = dyads(1992, PACT, party("A"), party("B"))
    assert [row["holder_cow"] for row in rows if row["holder"] == "A"] == ["001", "002", "002"]
    assert {(row["holder_cow"], row["holder_gw"]) for row in rows if row["holder"] == "B"} == {("009", "010")}
    assert {row["holder_gw"] for row in rows if row["holder"] == "A"} == {""}


def test_a_pledge_is_absent_only_where_the_instruments_are_known(rows: Any) -> None:
    cells = Counter(row[kind] for row in rows["dyad_years"] for kind in ("defense", "offense", "neutrality"))
    assert cells.keys() == {"0", "1", "NA"}


def test_a_state_has_the_code_that_it_had_in_the_year(rows: Any) -> None:
    held = {(row["year"], row["holder_cow"]) for row in rows["dyad_years"] if row["holder"] == "DEU"}
    shown = [(year, code) for year, code in sorted(held) if year in ("1914", "1948", "1955", "1989", "1990", "1991")]
    assert shown == [("1914", "255"), ("1955", "260"), ("1989", "260"), ("1990", "255"), ("1991", "255")]


def test_a_world_without_pledges_has_no_dyad_years() -> None:
    assert dyads(2026, PACT) == []


def table(name: str) -> Table:
    return next(table for table in tables() if table.name == name)


def test_several_values_make_one_row(store: Store) -> None:
    """A query answers with a row for each value; the table has them in one cell, in order."""
    events = rows_of(table("events"), store, shipped_names())
    found = {row[0]: dict(zip(names(table("events")), row, strict=True)) for row in events}
    hosts = found["EX-IB-2012"]["host_states"].split()
    assert hosts == sorted(hosts)
    assert len(found) == len(events)


def names(of: Table) -> list[str]:
    return [column.name for column in of.columns]
