"""Answers for programs: rows, data frames, rdflib, files, and what a notebook shows."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pandas
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.errors import MissingFile, QueryTooLarge
from kg.sparql.answer import Answer
from kg.sparql.query import run

DATA = """
PREFIX ex: <http://example.org/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
BASE <https://w3id.org/casus/id/>
<state/ARM> ex:code 371 ; ex:since "1992-05-15T00:00:00Z"^^xsd:dateTime ; ex:landlocked true ; ex:share 0.5 .
<state/BLR> ex:code "x"^^xsd:integer ; ex:name "B<l>r" .
"""
TABLE = """
SELECT ?state ?code ?since ?landlocked ?share {
  ?state <http://example.org/code> ?code
  OPTIONAL { ?state <http://example.org/since> ?since ; <http://example.org/landlocked> ?landlocked ;
    <http://example.org/share> ?share }
} ORDER BY ?state"""
ARMENIA = NamedNode("https://w3id.org/casus/id/state/ARM")


@pytest.fixture
def table() -> Answer:
    return run(store(), TABLE)


def store() -> Store:
    filled = Store()
    filled.load(DATA, format=RdfFormat.TURTLE)
    return filled


def numbers(count: int) -> Answer:
    return run(Store(), f"SELECT ?n {{ VALUES ?n {{ {' '.join(map(str, range(count)))} }} }}")


def test_a_row_has_its_terms_by_name_by_place_and_in_order(table: Answer) -> None:
    row = table[0]
    assert row["state"] == row["?state"] == row[0] == ARMENIA
    assert row["code"] == Literal(371)
    state, code, *_ = row
    assert (state, code) == row[:2] == (ARMENIA, Literal(371))
    assert table[1]["since"] is None
    with pytest.raises(KeyError, match=r"no variable \?name; the answer has state, code"):
        row["name"]
    assert repr(row).startswith("Row(state=state:ARM, code=371, since=1992-05-15,")


def test_an_answer_is_a_sequence_that_is_read_as_often_as_one_likes(table: Answer) -> None:
    assert [row["state"] for row in table] == [row["state"] for row in table]
    assert len(table) == 2
    assert table[-1] == list(table)[1]
    assert table
    assert not run(store(), "SELECT * { ?s <http://example.org/absent> ?o }")
    assert run(store(), "ASK { ?s ?p ?o }")
    assert not run(store(), "ASK { ?s <http://example.org/absent> ?o }")


def test_looking_at_an_answer_takes_nothing_from_it() -> None:
    answer = numbers(50)
    assert repr(answer).endswith("(the first 20 rows)")
    assert answer.serialize("csv") == numbers(50).serialize("csv")
    assert len(list(answer.rows)) == len(answer) == len(answer.to_pandas()) == 50
    assert answer.serialize("csv") == numbers(50).serialize("csv")


def test_an_answer_shows_itself_as_a_table(table: Answer) -> None:
    lines = repr(table).splitlines()
    assert lines[0].split() == ["state", "code", "since", "landlocked", "share"]
    assert lines[2].split() == ["state:ARM", "371", "1992-05-15", "true", "0.5"]
    assert lines[3:] == ["state:BLR  x", "(2 rows)"]
    assert repr(run(store(), "ASK {}")) == "true"


def test_a_notebook_shows_a_table_in_which_nothing_is_markup() -> None:
    shown = run(store(), "SELECT ?name { ?s <http://example.org/name> ?name }")._repr_html_()
    assert "<th>name</th>" in shown
    assert "<td>B&lt;l&gt;r</td>" in shown
    assert shown.endswith("<p>1 row</p>")
    assert run(store(), "ASK {}")._repr_html_() == "<p>true</p>"


def test_a_data_frame_has_values_of_their_types(table: Answer) -> None:
    frame = run(store(), TABLE.replace("OPTIONAL", "")).to_pandas()
    assert frame.columns.to_list() == ["state", "code", "since", "landlocked", "share"]
    assert frame.loc[0].to_list() == [ARMENIA.value, 371, datetime(1992, 5, 15, tzinfo=UTC), True, 0.5]
    assert pandas.api.types.is_integer_dtype(frame["code"].dtype)
    assert pandas.api.types.is_datetime64_any_dtype(frame["since"].dtype)
    whole = table.to_pandas()
    assert whole["code"].to_list() == [371, "x"]  # a literal that is not of its type stays text
    assert whole["since"].isna().to_list() == [False, True]
    assert run(store(), "ASK {}").to_pandas()["boolean"].to_list() == [True]


def test_a_data_frame_reaches_back_before_pandas_own_dates() -> None:
    answer = run(Store(), 'SELECT ("1648-10-24T00:00:00Z"^^xsd:dateTime AS ?peace) {}')
    assert str(answer.to_pandas()["peace"][0]).startswith("1648-10-24")


def test_rdflib_gets_a_graph_or_a_result(table: Answer) -> None:
    result = table.to_rdflib()
    assert [row.state for row in result] == [rdflib.URIRef(row["state"].value) for row in table]
    assert run(store(), "ASK {}").to_rdflib().askAnswer is True
    graph = run(store(), "DESCRIBE <state/ARM>").to_rdflib()
    assert isinstance(graph, rdflib.Graph)
    assert len(graph) == 4


def test_an_answer_is_written_to_a_path_or_a_file(table: Answer, tmp_path: Path) -> None:
    expected = table.serialize("csv")
    table.write("csv", tmp_path / "out" / "states.csv")
    assert (tmp_path / "out" / "states.csv").read_bytes() == expected
    with (tmp_path / "text.csv").open("w", encoding="utf-8", newline="") as text:
        table.write("csv", text)
    assert (tmp_path / "text.csv").read_bytes() == expected
    out = io.BytesIO()
    table.write("csv", out)
    assert out.getvalue() == expected


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    with pytest.raises(QueryTooLarge):
        numbers(50).write("csv", tmp_path / "out.csv", most=10)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(MissingFile):
        run(Store(), "ASK {}").write("csv", tmp_path)
