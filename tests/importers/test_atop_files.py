"""The user's tables are found by their columns, in CSV or Stata, and what is wrong with them is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from madeup import ALLIANCES, COLUMNS, MEMBERS, write_table, write_tables

from kg.errors import BadInput, MissingFile
from kg.importers.atop.beneficiaries import DyadYears
from kg.importers.atop.codebook import Codebook
from kg.importers.atop.datafiles import find_tables, open_table

CODEBOOK = Codebook()


def test_a_missing_value_is_empty_and_a_whole_number_has_no_decimals(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\ufeffATOPID,Member,dayent,length\n9001,220,NA,60.0\n\n9001,230,.,\n", encoding="utf-8")
    rows = list(open_table(path).rows())
    assert [(row.number, dict(row.values)) for row in rows] == [
        (2, {"atopid": "9001", "member": "220", "dayent": "", "length": "60"}),
        (4, {"atopid": "9001", "member": "230", "dayent": "", "length": ""}),
    ]


def test_names_of_files_and_letters_of_columns_do_not_matter(tmp_path: Path) -> None:
    write_table(
        tmp_path / "x.csv", map(str.upper, COLUMNS), [{k.upper(): v for k, v in row.items()} for row in MEMBERS]
    )
    (tmp_path / "notes.csv").write_text("a;b\n1;2\n")
    found = find_tables(tmp_path, CODEBOOK)
    assert (found.members.path.name, found.alliances) == ("x.csv", None)
    assert found.members.columns == COLUMNS


def test_stata_files_say_the_same(tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(MEMBERS).astype({"version": float, "atopid": float})
    frame = frame.apply(pandas.to_numeric, errors="coerce")
    frame.to_stata(tmp_path / "atop5_1m.dta", write_index=False)
    stata = list(find_tables(tmp_path, CODEBOOK).members.rows())
    write_tables(tmp_path / "csv")
    text = list(find_tables(tmp_path / "csv", CODEBOOK).members.rows())
    assert [row.number for row in stata] == list(range(1, len(MEMBERS) + 1))
    names = [name for name in COLUMNS if name != "version"]
    assert [[row[name] for name in names] for row in stata] == [[row[name] for name in names] for row in text]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "does not begin with the names of its columns"),
        ("a.csv", "atopid,atopid\n1,2\n", "two columns are called atopid"),
        ("a.csv", "atopid,member\n1\n", "row 2 has 1 values, and the table has 2 columns"),
        ("a.csv", 'atopid,member\n1,"2\n', "not a table in CSV"),
        ("a.csv", b"atopid\n\xff\xfe\n", "not a table in CSV"),
        ("a.dta", b"no Stata", "not a Stata file"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(tmp_path: Path, name: str, content: str | bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadInput, match=message):
        list(open_table(path).rows())


def test_what_is_wrong_with_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="cannot be read"):
        find_tables(tmp_path / "absent", CODEBOOK)
    with pytest.raises(MissingFile, match="no table of ATOP's members"):
        find_tables(tmp_path, CODEBOOK)
    write_tables(tmp_path)
    write_table(tmp_path / "older.csv", COLUMNS, MEMBERS)
    with pytest.raises(BadInput, match=r"several tables of members: older\.csv, some_members\.csv"):
        find_tables(tmp_path, CODEBOOK)


def test_a_table_of_members_needs_their_pledges(tmp_path: Path) -> None:
    columns = [name for name in COLUMNS if name not in ("defense", "consul")]
    rows = [{name: row[name] for name in columns} for row in MEMBERS]
    write_table(tmp_path / "members.csv", columns, rows)
    with pytest.raises(BadInput, match="lacks the columns defense, consul"):
        find_tables(tmp_path, CODEBOOK)


def test_directed_dyad_years_are_known_by_their_columns(tmp_path: Path) -> None:
    write_tables(tmp_path, MEMBERS, ALLIANCES)
    with pytest.raises(BadInput, match="no directed dyad-years: there is no column statea or ccode1 or mem1"):
        DyadYears(tmp_path / "some_members.csv", CODEBOOK, ["200"], lambda number: None)
