"""The tables over HTTP: the bytes of a release, described column by column, and snippets that read them."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from test_pages import BROWSER, Page

from kg.errors import BadInput
from kg.export.csvw import METADATA
from kg.export.table_codebook import CODEBOOK
from kg.export.table_files import table_format
from kg.export.table_reading import in_python, in_r
from kg.export.tables import tables

NAMES = [table.file for table in tables()]


@pytest.mark.parametrize("name", [*NAMES, METADATA, CODEBOOK])
def test_the_bytes_are_those_of_a_release(world: FlaskClient, release: Path, name: str) -> None:
    response = world.get(f"/tables/{name}")
    assert response.status_code == 200
    assert response.data == (release / "tables" / name).read_bytes()
    types = {METADATA: "application/csvm+json", CODEBOOK: "text/markdown; charset=utf-8"}
    assert response.content_type.startswith(types.get(name, "text/csv; charset=utf-8"))
    assert '</tables/csv-metadata.json>; rel="describedby"' in response.headers["Link"]


def test_a_long_table_comes_piece_by_piece_and_compressed(world: FlaskClient) -> None:
    head = world.head("/tables/duties.csv")
    assert int(head.headers["Content-Length"]) > 1_000_000
    response = world.get("/tables/duties.csv", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.data) < int(head.headers["Content-Length"]) / 5


def test_what_a_client_has_already_is_not_sent_again(world: FlaskClient) -> None:
    tag = world.get("/tables/states.csv").headers["ETag"]
    assert world.get("/tables/states.csv", headers={"If-None-Match": tag}).status_code == 304


def test_the_codebook_tells_every_column(world: FlaskClient) -> None:
    text = unescape(world.get("/tables", headers=BROWSER).text)
    for table in tables():
        section = text.partition(f'<h2 id="{table.name}">')[2].partition("</section>")[0]
        assert f"/tables/{table.file}" in section
        told = re.findall(r'<th scope="row"><code>(\w+)</code></th>', section)
        assert told == list(table.header)
        assert all(column.about in section for column in table.columns)
    assert "NA if not known" in text
    links = Page(text).links()
    assert links["csv-metadata.json"] == "/tables/csv-metadata.json"


def test_search_engines_find_the_files_and_the_license(world: FlaskClient) -> None:
    text = world.get("/tables", headers=BROWSER).text
    (markup,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    dataset = json.loads(markup)
    assert dataset["@type"] == "Dataset"
    assert dataset["license"] == "https://creativecommons.org/licenses/by/4.0/"
    files = {item["contentUrl"]: item["encodingFormat"] for item in dataset["distribution"]}
    assert all(files[f"http://localhost/tables/{name}"] == "text/csv" for name in NAMES)
    assert "cow_code" in dataset["variableMeasured"]


@pytest.mark.parametrize("name", [table.name for table in tables()])
def test_the_python_snippet_reads_the_table_with_its_types(world: FlaskClient, tmp_path: Path, name: str) -> None:
    table = next(table for table in tables() if table.name == name)
    file = tmp_path / table.file
    file.write_bytes(world.get(f"/tables/{table.file}").data)
    shown = unescape(world.get("/tables", headers=BROWSER).text)
    assert in_python(table, f"http://localhost/tables/{table.file}") in shown
    space: dict[str, object] = {}
    exec(in_python(table, str(file)), space)
    frame = space[name]
    rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    assert list(frame.columns) == list(table.header)  # type: ignore[attr-defined]
    assert len(frame) == len(rows)  # type: ignore[arg-type]
    for column in table.columns:
        missing = sum(row[column.name] in ("", column.null) for row in rows)
        assert int(frame[column.name].isna().sum()) == missing, column.name  # type: ignore[index]


def test_codes_stay_codes(world: FlaskClient, tmp_path: Path) -> None:
    table = next(table for table in tables() if table.name == "states")
    file = tmp_path / "states.csv"
    file.write_bytes(world.get("/tables/states.csv").data)
    space: dict[str, object] = {}
    exec(in_python(table, str(file)), space)
    states = space["states"].set_index("id")  # type: ignore[attr-defined]
    assert states.loc["AFG", "un_m49"] == "004"
    assert states.loc["NAM", "iso_alpha2"] == "NA"
    assert 'un_m49 = "character"' in in_r(table, "x")


def test_the_r_snippet_names_the_type_of_each_column_and_what_is_missing() -> None:
    by_name = {table.name: table for table in tables()}
    dyads = in_r(by_name["dyad_years"], "http://localhost/tables/dyad_years.csv")
    assert 'na.strings = c("", "NA")' in dyads
    assert 'defense = "integer"' in dyads
    memberships = in_r(by_name["memberships"], "x")
    assert 'begins = "Date"' in memberships
    assert 'na.strings = c("")' in memberships
    for table in tables():
        assert len(re.findall(r'\w+ = "\w+"', in_r(table, "x"))) == len(table.columns)


@pytest.mark.parametrize("name", ["nope.csv", "states", "..%2Fbuild.json", "%2e%2e", "states.csv%00", "<script>.csv"])
def test_there_are_no_other_files(world: FlaskClient, name: str) -> None:
    response = world.get(f"/tables/{name}")
    assert response.status_code == 404
    assert response.text.count("\n") == 1
    assert "<script>.csv" not in world.get(f"/tables/{name}", headers=BROWSER).text


def test_it_speaks_russian(world: FlaskClient) -> None:
    text = world.get("/tables", headers=BROWSER | {"Accept-Language": "ru"}).text
    assert "Таблицы для R, Python и электронных таблиц" in text


def test_the_sitemap_has_the_pages(world: FlaskClient) -> None:
    text = world.get("/sitemap.xml").text
    for page in ("/tables", "/compare", "/claims"):
        assert f"<loc>http://localhost{page}</loc>" in text


def test_without_dated_sources_there_are_no_tables_as_there_is_no_release(little_world: FlaskClient) -> None:
    assert little_world.get("/tables/csv-metadata.json").status_code == 200
    response = little_world.get("/tables/dyad_years.csv")
    assert response.status_code == 404
    assert "no source says when it was issued" in response.text


@pytest.mark.parametrize("name", [table.name for table in tables()])
def test_parquet_has_the_same_cells_with_their_types(world: FlaskClient, name: str) -> None:
    """Read back and written as text again, column by column."""
    from pyarrow import BufferReader, parquet

    table = next(table for table in tables() if table.name == name)
    response = world.get(f"/tables/{table.name}.parquet")
    assert response.mimetype == "application/vnd.apache.parquet"
    read = parquet.read_table(BufferReader(response.data))
    rows = list(csv.DictReader(io.StringIO(world.get(f"/tables/{table.file}").text)))
    assert read.column_names == list(table.header)

    def as_text(value: object, null: str) -> str:
        match value:
            case None:
                return null
            case bool():
                return str(value).lower()
            case list():
                return " ".join(value)
        return str(value)

    for column in table.columns:
        cells = [as_text(value, column.null or "") for value in read.column(column.name).to_pylist()]
        assert cells == [row[column.name] for row in rows]


def test_namibia_is_known_in_parquet(world: FlaskClient) -> None:
    from pyarrow import BufferReader, parquet

    states = parquet.read_table(BufferReader(world.get("/tables/states.parquet").data))
    alpha2 = dict(zip(*(states.column(name).to_pylist() for name in ("id", "iso_alpha2")), strict=True))
    assert alpha2["NAM"] == "NA"


@pytest.mark.parametrize(("name", "library"), [("parquet", "parquet"), ("dta", "stata")])
def test_what_cannot_be_written_is_not_offered(
    world: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str, library: str
) -> None:
    assert f'href="/tables/states.{name}"' in world.get("/tables", headers=BROWSER).text
    monkeypatch.setattr(f"kg.export.{library}.find_spec", lambda name: None)
    assert f'href="/tables/states.{name}"' not in world.get("/tables", headers=BROWSER).text
    with pytest.raises(BadInput, match=r"pip install 'casus-kg\["):
        table_format(name)
