"""Every row of the fact sheets is in the graph, or in the list of rows not carried over, with the reason."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from pyoxigraph import Store

from kg.sparql.query import run

HERE = Path(__file__).parent
CONTRIBUTING = HERE.parent / "CONTRIBUTING.md"
#: A table of the fact sheets -> the class of what its rows have become.
CLASSES = {
    "articles": "Provision",
    "claims": "Claim",
    "events": "Event",
    "memberships": "Episode",
    "numbers": "Amount",
    "offices": "OfficeTenure",
    "organisations": "Organization",
    "organs": "Organ",
    "participants": "Participation",
    "sources": "Source",
    "states": "State",
    "treaties": "Instrument",
}
#: How many rows the fact sheets have, so that a shortened copy of the ids is noticed.
ROWS = {
    "articles": 516, "claims": 185, "events": 295, "memberships": 999, "numbers": 32, "offices": 59,
    "organisations": 35, "organs": 34, "participants": 708, "sources": 907, "states": 230, "treaties": 190,
}  # fmt: skip


def ids(table: str) -> list[str]:
    """The ids of a table of the fact sheet."""
    with (HERE / "data" / "fact-sheet-ids.csv").open(encoding="utf-8", newline="") as file:
        return [row["id"] for row in csv.DictReader(file) if row["table"] == table]


def in_graph(store: Store, table: str) -> set[str]:
    """The identifiers of the things in the graph that rows of this table have become."""
    rows = run(store, f"SELECT ?id {{ ?thing a casus:{CLASSES[table]} ; dcterms:identifier ?id }}").rows
    return {id_.value for (id_,) in rows}


def left_out(table: str) -> dict[str, str]:
    """The ids of the rows that CONTRIBUTING.md lists as not carried over, each with its reason."""
    text = CONTRIBUTING.read_text(encoding="utf-8")
    _, found, section = text.partition("## Rows of the fact sheet not carried over\n")
    assert found, "CONTRIBUTING.md lists the rows not carried over"
    rows = re.findall(r"^\| (\w+) \| ([^|]+?) \| ([^|]+?) \|$", section.partition("\n## ")[0], re.MULTILINE)
    return {id_: reason for name, id_, reason in rows if name == table}


@pytest.mark.parametrize("table", CLASSES)
def test_every_row_is_in_the_graph_or_listed_as_left_out(store: Store, table: str) -> None:
    rows, listed, found = ids(table), left_out(table), in_graph(store, table)
    assert len(rows) == len(set(rows)) == ROWS[table]
    assert set(rows) - found - set(listed) == set(), "neither in the graph nor listed in CONTRIBUTING.md"
    assert set(listed) - (set(rows) - found) == set(), "listed in CONTRIBUTING.md, but in the graph or no row at all"


def beyond_the_sheets() -> set[str]:
    """The instruments that CONTRIBUTING.md lists as added beyond the fact sheets."""
    _, found, section = CONTRIBUTING.read_text(encoding="utf-8").partition("## Instruments beyond the fact sheets\n")
    assert found, "CONTRIBUTING.md lists the instruments beyond the fact sheets"
    return set(re.findall(r"`([A-Z0-9-]+)`", section.partition("\n## ")[0]))


def test_what_the_graph_holds_beyond_the_sheets_is_listed(store: Store) -> None:
    """An identifier that the sheets lack is a slip, but for three sources and the instruments that are listed."""
    known = {id_ for table in CLASSES for id_ in ids(table)}
    for table in CLASSES:
        beyond = in_graph(store, table) - known
        assert (
            beyond == beyond_the_sheets()
            if table == "treaties"
            else beyond <= {"CLDR", "NATO-PR-2012-083", "VK-20251020"}
        )
