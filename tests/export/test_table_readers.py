"""The tables in the programs of the field: what each reads, with types, joined to other data by number and year."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pandas
import pytest
from filelock import FileLock

from kg.build.store import Build
from kg.errors import BadInput
from kg.export.table_codebook import CODEBOOK
from kg.export.table_files import TABLE_FORMATS
from kg.export.tables import tables
from kg.graph import Graph

#: Disputes between states, made up: the attacker and the attacked, by number, and the year.
CONFLICTS = [(365, 369, 2014), (365, 369, 2022), (373, 371, 2020), (2, 645, 2003), (260, 2, 1990), (255, 2, 1990)]
KEY = ["ccode1", "ccode2", "year"]

RSCRIPT = shutil.which("Rscript")
needs_r = pytest.mark.skipif(RSCRIPT is None, reason="needs Rscript, of R")


@pytest.fixture(scope="module")
def folder(run_folder: Path, shipped: Build) -> Path:
    """The tables of the shipped project in all formats, written as a user writes them, by the first that asks."""
    folder = run_folder / "all-tables"
    with FileLock(run_folder / "all-tables.lock"):
        if not folder.exists():
            Graph.of(shipped).export(folder, only="tables", table_formats=list(TABLE_FORMATS))
    return folder / "tables"


@pytest.fixture(scope="module")
def conflicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("conflicts") / "conflicts.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([KEY, *CONFLICTS])
    return path


@pytest.fixture(scope="module")
def expected(folder: Path) -> list[tuple[str, ...]]:
    """Who had pledged nonaggression to whom it is in conflict with, read without any library."""
    with (folder / "dyad_years_cow.csv").open(encoding="utf-8", newline="") as file:
        pledges = {tuple(row[name] for name in KEY): row["atop_nonaggression"] for row in csv.DictReader(file)}
    keys = [tuple(map(str, conflict)) for conflict in CONFLICTS]
    return [(*key, pledges.get(key, "NA")) for key in sorted(keys)]


def as_texts(rows: list[tuple[object, ...]]) -> list[tuple[str, ...]]:
    return sorted(tuple("NA" if pandas.isna(cell) else str(int(cell)) for cell in row) for row in rows)  # type: ignore[call-overload]


def test_some_conflicts_are_between_those_who_pledged_nonaggression(expected: list[tuple[str, ...]]) -> None:
    found = {row[:3]: row[3] for row in expected}
    assert found["365", "369", "2014"] == "1", "the treaty of 1997 between Russia and Ukraine"
    assert found["2", "645", "2003"] == "NA"
    assert found["260", "2", "1990"] == found["255", "2", "1990"] == "1", "Germany of 1990 has two numbers"


def test_pandas(
    folder: Path, conflicts: Path, expected: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    space: dict[str, pandas.DataFrame] = {}
    exec((folder / "read.py").read_text(encoding="utf-8"), space)
    joined = pandas.read_csv(conflicts).merge(space["dyad_years_cow"], how="left", on=KEY)
    rows = joined[[*KEY, "atop_nonaggression"]].astype("object")
    assert as_texts([tuple(row) for row in rows.where(rows.notna(), None).to_numpy()]) == expected
    assert space["states"].set_index("id").loc["NAM", "iso_alpha2"] == "NA"


def test_polars(folder: Path, conflicts: Path, expected: list[tuple[str, ...]]) -> None:
    polars = pytest.importorskip("polars", reason="needs polars")
    for table in (
        polars.read_csv(
            folder / "dyad_years_cow.csv", null_values={"atop_nonaggression": "NA"}, infer_schema_length=None
        ),
        polars.read_parquet(folder / "dyad_years_cow.parquet"),
    ):
        other = polars.read_csv(conflicts).with_columns(polars.col("year").cast(table["year"].dtype))
        joined = other.join(table, on=KEY, how="left").select([*KEY, "atop_nonaggression"])
        assert as_texts(joined.rows()) == expected
    states = polars.read_csv(folder / "states.csv", schema_overrides={"un_m49": polars.String})
    assert states.filter(polars.col("id") == "NAM")["iso_alpha2"].item() == "NA"


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_duckdb(folder: Path, conflicts: Path, expected: list[tuple[str, ...]], suffix: str) -> None:
    duckdb = pytest.importorskip("duckdb", reason="needs duckdb")
    read = {"csv": "read_csv('{}', nullstr=['', 'NA'])", "parquet": "read_parquet('{}')"}[suffix]
    rows = duckdb.sql(
        f"SELECT ccode1, ccode2, year, atop_nonaggression FROM read_csv('{conflicts}') AS conflicts "
        f"LEFT JOIN {read.format(folder / f'dyad_years_cow.{suffix}')} AS pledges USING (ccode1, ccode2, year)"
    ).fetchall()
    assert as_texts(rows) == expected


@pytest.mark.parametrize("name", [table.name for table in tables()])
def test_stata_has_the_cells_of_the_csv(folder: Path, name: str) -> None:
    table = next(table for table in tables() if table.name == name)
    read = pandas.read_stata(folder / f"{name}.dta", preserve_dtypes=True)
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = pandas.io.stata.StataReader(folder / f"{name}.dta").variable_labels()
    for column, there in zip(table.columns, read.columns, strict=True):
        assert there == {"class": "class_"}.get(column.name, column.name)
        assert labels[there] == column.about[:80]
        cells = [row[column.name] for row in rows]
        known = [cell not in ("", column.null) for cell in cells]
        if column.type == "string" or column.list:
            assert list(read[there]) == cells
            continue
        assert list(read[there].notna()) == known
        shown = {"date": lambda value: f"{value:%Y-%m-%d}", "boolean": lambda value: str(bool(value)).lower()}
        show: Callable[[object], str] = shown.get(column.type, lambda value: str(int(value)))
        typed = [cell.lstrip("0") or "0" if column.type == "gYear" else cell for cell in cells]
        assert [show(value) for value, is_known in zip(read[there], known, strict=True) if is_known] == [
            cell for cell, is_known in zip(typed, known, strict=True) if is_known
        ]


def run_r(program: str, folder: Path) -> list[str]:
    assert RSCRIPT is not None
    ran = subprocess.run([RSCRIPT, "-e", program], cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


@needs_r
def test_r(folder: Path, conflicts: Path, expected: list[tuple[str, ...]]) -> None:
    lines = run_r(
        f'source("read.R")\nconflicts <- read.csv("{conflicts.as_posix()}")\n'
        'joined <- merge(conflicts, dyad_years_cow, by = c("ccode1", "ccode2", "year"), all.x = TRUE)\n'
        'write.csv(joined[c("ccode1", "ccode2", "year", "atop_nonaggression")], row.names = FALSE, quote = FALSE)\n'
        'cat(states$iso_alpha2[states$id == "NAM"], states$un_m49[states$id == "AFG"], class(states$begins), "\\n")\n',
        folder,
    )
    assert sorted(tuple(line.split(",")) for line in lines[1:-1]) == expected
    assert lines[-1].split() == ["NA", "004", "Date"]


@needs_r
def test_r_has_as_many_rows_and_known_cells_as_the_csv(folder: Path) -> None:
    program = "".join(
        f'cat("{table.name}", nrow({table.name}), sum(!is.na({table.name})), "\\n")\n' for table in tables()
    )
    found = {
        line.split()[0]: tuple(map(int, line.split()[1:])) for line in run_r(f'source("read.R")\n{program}', folder)
    }
    for table in tables():
        nulls = [{"", column.null} if column.null else {""} for column in table.columns]
        with (folder / table.file).open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))[1:]
        known = sum(cell not in null for row in rows for cell, null in zip(row, nulls, strict=True))
        assert found[table.name] == (len(rows), known)


@needs_r
def test_haven(folder: Path, conflicts: Path, expected: list[tuple[str, ...]]) -> None:
    assert RSCRIPT is not None
    if subprocess.run([RSCRIPT, "-e", "library(haven)"], capture_output=True, check=False).returncode:
        pytest.skip("needs R's package haven")
    lines = run_r(
        f'pledges <- haven::read_dta("dyad_years_cow.dta")\nconflicts <- read.csv("{conflicts.as_posix()}")\n'
        'joined <- merge(conflicts, pledges, by = c("ccode1", "ccode2", "year"), all.x = TRUE)\n'
        'write.csv(joined[c("ccode1", "ccode2", "year", "atop_nonaggression")], row.names = FALSE, quote = FALSE)\n',
        folder,
    )
    assert sorted(tuple(line.split(",")) for line in lines[1:]) == expected


EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def counted(folder: Path) -> dict[str, tuple[int, int, int]]:
    """By kind of pledge: dyad-years, conflicts in them, conflicts of which it is not known; without any library."""
    with (folder / "dyad_years_cow.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for kind in ("defense", "offense", "neutrality", "nonaggression", "consultation"):
        said = {tuple(int(row[name]) for name in KEY): row[f"atop_{kind}"] for row in rows}
        cells = [said.get(conflict, "NA") for conflict in CONFLICTS]
        found[kind] = (list(said.values()).count("1"), cells.count("1"), cells.count("NA"))
    return found


def test_the_notebook_counts_pledges_and_conflict(
    folder: Path, conflicts: Path, counted: dict[str, tuple[int, int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLES", str(folder))
    monkeypatch.setenv("CONFLICTS", str(conflicts))
    space: dict[str, pandas.DataFrame] = {}
    for cell in json.loads((EXAMPLES / "pledges_and_conflict.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
    rows = space["table"].itertuples()
    assert {row.pledge: (row.dyad_years, row.conflicts, row.not_known) for row in rows} == counted
    assert counted["nonaggression"][1:] == (5, 1), "all had pledged nonaggression, but in 2003"


@needs_r
def test_the_script_in_r_counts_the_same(
    folder: Path, conflicts: Path, counted: dict[str, tuple[int, int, int]]
) -> None:
    assert RSCRIPT is not None
    script = EXAMPLES / "pledges_and_conflict.R"
    ran = subprocess.run([RSCRIPT, script, folder, conflicts], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    rows = csv.DictReader(ran.stdout.splitlines())
    numbers = ("dyad_years", "conflicts", "not_known")
    assert {row["pledge"]: tuple(int(row[name]) for name in numbers) for row in rows} == counted


def test_undirected_is_the_maximum_of_both_directions(folder: Path) -> None:
    for code_list, code in (("cow", "ccode"), ("gw", "gwcode")):
        one = pandas.read_parquet(folder / f"dyad_years_{code_list}.parquet")
        both = pandas.read_parquet(folder / f"undirected_dyad_years_{code_list}.parquet")
        low, high = one[[f"{code}1", f"{code}2"]].min(axis=1), one[[f"{code}1", f"{code}2"]].max(axis=1)
        pledges = [name for name in one.columns if name.startswith(("atop_", "casus_")) and name != "casus_complete"]
        greatest = one.assign(low=low, high=high).groupby(["low", "high", "year"])[pledges].max()
        there = both.set_index([f"{code}1", f"{code}2", "year"])[pledges]
        assert (both[f"{code}1"] < both[f"{code}2"]).all()
        assert len(there) == len(greatest)
        pandas.testing.assert_frame_equal(
            there, greatest.rename_axis([f"{code}1", f"{code}2", "year"]), check_dtype=False
        )


def test_the_codebook_tells_every_table_and_column(folder: Path) -> None:
    text = (folder / CODEBOOK).read_text(encoding="utf-8")
    for table in tables():
        section = text.partition(f"\n## {table.name}\n")[2].partition("\n## ")[0]
        assert table.title in section
        assert all(f"| `{column.name}` | {column.about} |" in section for column in table.columns)
        assert f'use "{table.name}.dta", clear' in section


def test_the_same_build_gives_the_same_bytes(folder: Path, shipped: Build, tmp_path: Path) -> None:
    again = Graph.of(shipped).export(tmp_path, only="tables", table_formats=["dta", "parquet"])
    assert {path.suffix for path in again} == {".dta", ".parquet", ".md"}
    assert all(path.read_bytes() == (folder / path.name).read_bytes() for path in again)


def test_a_program_has_the_tables_with_their_types(folder: Path, shipped: Build) -> None:
    graph = Graph.of(shipped)
    found = graph.table("dyad_years", system="cow", directed=False)
    frame = found.to_pandas()
    read = pandas.read_parquet(folder / "undirected_dyad_years_cow.parquet")
    assert list(frame.columns) == list(read.columns) == list(found.columns)
    assert (frame["atop_defense"].sum(), len(frame)) == (read["atop_defense"].sum(), len(read))
    assert str(frame["ccode1"].dtype) == str(frame["atop_defense"].dtype) == "Int64"
    listed = graph.table("states")
    states = {row[0]: dict(zip(listed.columns, row, strict=True)) for row in listed}
    assert (states["NAM"]["iso_alpha2"], states["SUN"]["predecessors"]) == ("NA", ("RSF",))
    for wrong in ("nope", "treaties"):
        with pytest.raises(BadInput, match="there is no table"):
            graph.table(wrong, system="cow")


def test_the_command_writes_the_tables_alone(kg: Callable[..., object], shipped: Build, tmp_path: Path) -> None:
    result = kg("export", "--only", "tables", "--format", "csv, dta", "-o", tmp_path)
    assert result.exit_code == 0, result.output  # type: ignore[attr-defined]
    assert {path.suffix for path in (tmp_path / "tables").iterdir()} == {".csv", ".json", ".dta", ".md", ".R", ".py"}
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ("--only", "tables", "--format", "xlsx"),
            "there is no format 'xlsx' of tables; choose from csv, parquet, dta",
        ),
        (("--only", "tables", "--as-of", "2010-01-01"), "leave --as-of out"),
        (("--only", "graphs"), "'graphs' is not"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_written(
    kg: Callable[..., object], tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    result = kg("export", "-o", tmp_path / "new", *arguments)
    assert result.exit_code == 2  # type: ignore[attr-defined]
    assert told in result.output  # type: ignore[attr-defined]
    assert not (tmp_path / "new").exists()
