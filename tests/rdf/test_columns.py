"""Statements as Parquet: read by all that reads RDF, with errors that name the row."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from kg.errors import ParseError
from kg.rdf.columns import count_rows, read_columns, write_columns
from kg.rdf.load import load_file

LINES = """<http://example.org/a> <http://example.org/p> "x \\"y\\" ." .
<http://example.org/a> <http://example.org/p> <http://example.org/b> .
"""


def written(path: Path, rows: str) -> Path:
    duckdb.execute(f"COPY (FROM (VALUES {rows}) AS row (subject, predicate, object)) TO '{path}' (FORMAT parquet)")
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    lines, columns = tmp_path / "data.nt", tmp_path / "data.parquet"
    lines.write_text(LINES)
    write_columns(lines, columns)
    assert (count_rows(columns), read_columns(columns).decode()) == (2, LINES)
    first, _ = load_file(columns)
    names = [NamedNode(f"http://example.org/{local}") for local in "ap"]
    assert first.triple == Triple(*names, Literal('x "y" .'))


def test_an_error_names_the_row(tmp_path: Path) -> None:
    path = written(tmp_path / "bad.parquet", "('<x:a>', '<x:p>', '<x:b>'), ('<x:a>', 'p', '<x:b>')")
    with pytest.raises(ParseError, match=r"bad\.parquet:2: not N-Triples"):
        load_file(path)


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    duckdb.execute(f"COPY (SELECT 1 AS subject, 2 AS verb) TO '{path}' (FORMAT parquet)")
    with pytest.raises(ParseError, match="there is no column predicate, object; there are subject, verb"):
        load_file(path)


def test_a_row_without_a_term_is_named(tmp_path: Path) -> None:
    path = written(tmp_path / "holes.parquet", "('<x:a>', '<x:p>', '<x:b>'), ('<x:a>', '<x:p>', NULL)")
    with pytest.raises(ParseError, match=r"holes\.parquet:2: this row has no object"):
        load_file(path)


@pytest.mark.parametrize("value", ["1", "DATE '1949-04-04'", "['<x:b>']", "'<x:b>'::BLOB"])
def test_a_column_that_is_not_text_is_named(tmp_path: Path, value: str) -> None:
    path = written(tmp_path / "numbers.parquet", f"('<x:a>', '<x:p>', {value})")
    for read in load_file, count_rows:
        with pytest.raises(ParseError, match=r"numbers\.parquet: not text, .*: column object \("):
            read(path)


def test_what_is_no_parquet_is_called_so(tmp_path: Path) -> None:
    path = tmp_path / "text.parquet"
    path.write_text(LINES)
    with pytest.raises(ParseError, match="not Parquet"):
        load_file(path)
