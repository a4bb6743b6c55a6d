"""Sheets become a project, whose duties follow and whose proofs end in the rows, and come out with the same cells."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from made_up import Sheets, cells, made_up, write_csv, write_xlsx

import kg as package
from kg.errors import BadInput, MissingFile
from kg.importers.sheets.bring_in import import_sheets
from kg.importers.sheets.problem import SheetErrors
from kg.importers.sheets.sheet_mapping import read_mapping
from kg.importers.sheets.take_out import export_sheets
from kg.rdf.load import load_files

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> package.Graph:
    """A project of the made-up workbook."""
    folder = tmp_path_factory.mktemp("made")
    import_sheets(write_xlsx(made_up(), folder / "pacts.xlsx"), folder / "project")
    return package.open(folder / "project")


def exported(project: Path, place: Path) -> Sheets:
    """The sheets that come out of a project into which one workbook was brought."""
    graph = package.open(project)
    files = [path for path in graph.project.sources if path.is_relative_to(project)]

    export_sheets((quad.triple for quad in load_files(files)), graph.names, place)
    return cells(next(place.iterdir()))


def test_the_project_builds_and_duties_follow(made: package.Graph) -> None:
    assert made.build.info.warnings == 0
    held = {(str(duty.holder), str(duty.beneficiary)) for duty in made.duties(on="1965-01-01", kind="defense")}
    base = "https://example.org/project/id/state/"
    assert (f"<{base}XRU>", f"<{base}XGR>") in held
    assert not made.duties(on="1975-01-01", kind="defense", holder="state:XGR", beneficiary="state:XRU")


def test_a_proof_ends_in_the_users_own_row(made: package.Graph) -> None:
    proof = made.explain("state:XRU", "casus:owesDefenseTo", "state:XGR", as_of="1965-01-01")
    rows = {row for leaf in proof.leaves for row in leaf.rows}
    assert {"pacts.xlsx, clauses, row 2", "pacts.xlsx, parties, row 2", "pacts.xlsx, parties, row 3"} <= rows
    assert "clauses.ttl:" in str(proof)
    assert ", from pacts.xlsx, clauses, row 2" in str(proof)


def test_states_come_with_their_codes(made: package.Graph) -> None:
    answer = made.query("SELECT ?cow ?gw { state:GBR casus:cowCode ?cow ; casus:gwCode ?gw }")
    assert [(row["cow"].value, row["gw"].value) for row in answer] == [("200", "200")]
    changed = made.query("SELECT DISTINCT ?v { ?code casus:codeOf state:DEU ; casus:codeValue ?v } ORDER BY ?v")
    assert [row["v"].value for row in changed] == ["255", "260"]


def test_what_cells_say_is_stated(made: package.Graph) -> None:
    asked = """ASK {
      <event/HELP> a casus:Deployment ; casus:respondsTo <event/CALL> ; casus:outcome ?outcome .
      <event/CALL> casus:invokes <treaty/PACT/article/1> ; casus:requestedBy state:XGR .
      <participation/HELP-XRU-troop-contributor> casus:strength 1200 .
      <episode/XGR-PACT-3> a casus:SuspensionEpisode ; casus:interrupts <episode/XGR-PACT-2> .
      <episode/FRA-PACT-1> casus:beginsNotBefore ?after ; casus:endsNotAfter ?before .
      <episode/GBR-PACT-1> a casus:ObserverEpisode ; casus:affiliate state:GBR .
      <episode/XGR-PACT-P-1> casus:confidence confidence:uncertain .
      <treaty/PACT> casus:instrumentOf <organization/League-of-Zenda> .
      <treaty/PACT/article/3-a/obligation/assistance> casus:owedOnlyBy state:XRU ; casus:owedOnlyTo state:XGR .
      <treaty/PACT/article/4> casus:hasSubject subject:duration .
    }"""
    assert made.query(asked).boolean


def test_the_same_cells_come_out(made: package.Graph, tmp_path: Path) -> None:
    sheets = made_up()
    assert exported(made.project.root, tmp_path / "out") == sheets


def test_it_matters_not_how_the_sheets_are_written(made: package.Graph, tmp_path: Path) -> None:
    """Semicolons, a byte order mark and workbooks are all the same; what differs is where the rows are."""
    folder = write_csv(made_up(), tmp_path / "pacts", delimiter=";", encoding="utf-8-sig")
    import_sheets(folder, tmp_path / "project")
    told = (made.project.root / "graph" / "sheets" / "pacts" / "clauses.ttl").read_text(encoding="utf-8")
    ours = (tmp_path / "project" / "graph" / "sheets" / "pacts" / "clauses.ttl").read_text(encoding="utf-8")
    assert ours == told.replace("pacts.xlsx, clauses, row", "pacts/clauses.csv, row").replace("pacts.xlsx", "pacts")
    assert exported(tmp_path / "project", tmp_path / "out") == made_up()


def test_numbers_and_dates_of_a_workbook_are_read_as_they_look(tmp_path: Path) -> None:
    def change(workbook) -> None:
        workbook["treaties"]["D2"] = datetime(1950, 3, 1)
        workbook["states"]["C2"] = 901.0
        workbook["parties"]["C7"] = 1985

    import_sheets(write_xlsx(made_up(), tmp_path / "pacts.xlsx", change), tmp_path / "project")
    assert exported(tmp_path / "project", tmp_path / "out") == made_up()


def test_what_was_brought_in_before_is_replaced(tmp_path: Path) -> None:
    sheets = made_up()
    import_sheets(write_csv(sheets, tmp_path / "pacts"), tmp_path / "project")
    sheets["treaties"][1][1] = "Treaty of Strelsau"
    del sheets["events"], sheets["participants"]
    (tmp_path / "pacts" / "events.csv").unlink()
    (tmp_path / "pacts" / "participants.csv").unlink()
    import_sheets(write_csv(sheets, tmp_path / "pacts"), tmp_path / "project")
    graph = package.open(tmp_path / "project")
    assert [row["l"].value for row in graph.query("SELECT ?l { <treaty/PACT> rdfs:label ?l }")] == [
        "Treaty of Strelsau"
    ]
    assert not graph.query("ASK { ?e a casus:Event }").boolean
    assert {path.name for path in (tmp_path / "project" / "graph" / "sheets").iterdir()} == {"pacts"}


def test_sheets_add_to_a_project_that_is_there(tmp_path: Path) -> None:
    project = tmp_path / "project"
    import_sheets(write_csv(made_up(), tmp_path / "pacts"), project)
    more = {
        "sources": [["id", "kind", "citation"], ["MORE", "book", "A history of the pact"]],
        "parties": [
            ["treaty", "state", "from", "until", "sources", "confidence"],
            ["PACT", "ITA", "1960", "1970", "MORE;GK", "general"],
        ],
    }
    import_sheets(write_csv(more, tmp_path / "more"), project)
    held = package.open(project).duties(on="1965-01-01", kind="defense", holder="state:ITA")
    assert {str(duty.beneficiary).rpartition("/")[2] for duty in held} >= {"XRU>", "XGR>"}
    with pytest.raises(SheetErrors, match=r"sources, row 2, id: 'MORE': the project has a thing of this name"):
        import_sheets(write_csv(more, tmp_path / "again"), project)


def test_a_failed_import_leaves_the_project_as_it_was(tmp_path: Path) -> None:
    project = tmp_path / "project"
    import_sheets(write_csv(made_up(), tmp_path / "pacts"), project)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    sheets = made_up()
    sheets["parties"][1][2] = "1949-13"
    with pytest.raises(SheetErrors):
        import_sheets(write_csv(sheets, tmp_path / "pacts"), project)
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_what_was_changed_since_is_said_to_be_not_in_the_sheets(kg, tmp_path: Path) -> None:
    import_sheets(write_csv(made_up(), tmp_path / "pacts"), tmp_path / "project")
    asked = ["export", "--only", "sheets", "--project", tmp_path / "project", "-o"]
    assert kg(*asked, tmp_path / "out").stderr == ""
    assert kg("format", "--project", tmp_path / "project").exit_code == 0
    assert kg(*asked, tmp_path / "again").stderr == "", "the layout says nothing"
    treaties = tmp_path / "project" / "graph" / "sheets" / "pacts" / "treaties.ttl"
    treaties.write_text(treaties.read_text("utf-8").replace("Strelsau", "Zenda"), "utf-8")
    assert "graph/sheets/pacts/ was changed since" in kg(*asked, tmp_path / "third").stderr


MAPPING = """
[sheets]
pacts = "treaties"
remarks = ""

[columns.pacts]
code = "id"
score = ""

[values.pacts.kind]
"paper" = "treaty"

[values.parties.role]
"onlooker" = "-"
"""


def test_a_mapping_says_what_things_are_called(tmp_path: Path) -> None:
    sheets = made_up()
    sheets["pacts"] = sheets.pop("treaties")
    sheets["pacts"][0][0] = "code"
    sheets["pacts"][1][2] = "paper"
    for row, cell in zip(sheets["pacts"], ("score", "7", ""), strict=True):
        row.append(cell)
    sheets["parties"][5][4] = "onlooker"
    sheets["remarks"] = [["text", "by"], ["I like it", "me"]]
    (tmp_path / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    mapping = read_mapping(tmp_path / "mapping.toml")
    done = import_sheets(write_csv(sheets, tmp_path / "own"), tmp_path / "project", mapping=mapping)
    assert (done.rows["pacts"], done.carried) == (2, {"parties": 1, "remarks": 1})
    graph = package.open(tmp_path / "project")
    scores = graph.query("SELECT ?s { <treaty/PACT> <https://example.org/project/ontology#score> ?s }")
    assert [row["s"].value for row in scores] == ["7"]
    assert exported(tmp_path / "project", tmp_path / "out") == sheets


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[sheets]\nx = 'tretis'", "there is no sheet 'tretis'; nearest: treaties"),
        ("[columns.treaties]\nx = 'nam'", "there is no column of treaties 'nam'; nearest: name"),
        ("[colums]", "unknown: colums"),
        ("sheets = 1", "must be a table"),
        ("x", "not TOML"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=told):
        read_mapping(tmp_path / "mapping.toml")
    with pytest.raises(MissingFile):
        read_mapping(tmp_path / "absent.toml")


def test_two_sheets_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text('[sheets]\npacts = "treaties"', encoding="utf-8")
    sheets = made_up()
    sheets["pacts"] = sheets["treaties"]
    with pytest.raises(SheetErrors, match=r"treaties: pacts is the sheet treaties already"):
        import_sheets(
            write_csv(sheets, tmp_path / "own"), tmp_path / "project", mapping=read_mapping(tmp_path / "mapping.toml")
        )


def test_objections_can_be_overruled(tmp_path: Path) -> None:
    sheets = made_up()
    sheets["treaties"][1][3] = "1950-07-01"  # signed after it was in force
    source = write_csv(sheets, tmp_path / "pacts")
    with pytest.raises(SheetErrors, match="before signed"):
        import_sheets(source, tmp_path / "project")
    done = import_sheets(source, tmp_path / "project", anyway=True)
    assert ("treaties", 2, "in_force") in [(told.sheet, told.row, told.column) for told in done.warnings]


def test_the_command_tells_errors_in_three_forms(kg, tmp_path: Path) -> None:
    sheets = made_up()
    sheets["parties"][2][1] = "FRO"
    source = write_csv(sheets, tmp_path / "pacts")
    asked = ["import", "sheets", source, "-o", tmp_path / "project"]
    text, as_json, as_csv = (kg(*asked, "--format", name) for name in ("text", "json", "csv"))
    assert {answer.exit_code for answer in (text, as_json, as_csv)} == {1}
    assert text.stdout.startswith("parties, row 3, state: 'FRO': no such state; nearest: ")
    (told,) = json.loads(as_json.stdout)
    assert (told["sheet"], told["row"], told["column"], told["value"]) == ("parties", 3, "state", "FRO")
    assert as_csv.stdout.splitlines()[1].startswith("parties,3,state,FRO,")
    assert "nothing was written" in text.stderr


def test_a_check_writes_nothing(kg, tmp_path: Path) -> None:
    source = write_csv(made_up(), tmp_path / "pacts")
    result = kg("import", "sheets", source, "-o", tmp_path / "project", "--check")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "treaties 2, parties 8" in result.stderr
    assert not (tmp_path / "project").exists()


@pytest.mark.parametrize("place", ["sheets", "sheets.xlsx"])
def test_the_template_is_brought_in_and_comes_out_again(kg, tmp_path: Path, place: str) -> None:
    assert kg("template", "--example", "-o", tmp_path / place).exit_code == 0
    assert kg("import", "sheets", tmp_path / place, "-o", tmp_path / "project").exit_code == 0
    out = tmp_path / ("out.xlsx" if place.endswith("xlsx") else "out")
    assert kg("export", "--only", "sheets", "-o", out, "--project", tmp_path / "project").exit_code == 0
    assert kg("import", "sheets", out if out.is_file() else out / "sheets", "-o", tmp_path / "second").exit_code == 0
    if out.is_dir():
        assert cells(out / "sheets") == cells(tmp_path / place)
    assert package.open(tmp_path / "second").duties(on="2000-01-01", holder="state:PHL")


def test_the_template_says_what_each_column_holds(kg, tmp_path: Path) -> None:
    kg("template", "-o", tmp_path / "sheets")
    about = (tmp_path / "sheets" / "about.tsv").read_text(encoding="utf-8")
    assert "clauses\tkind\tyes\tyes, with ; between them\tone of the values" in about
    assert "armed-attack" in about
    again = kg("template", "-o", tmp_path / "sheets")
    assert (again.exit_code, "there is something already" in again.stderr) == (2, True)


@pytest.fixture(scope="module")
def fact_sheets(request: pytest.FixtureRequest) -> Path:
    """The folder of the fact sheets, which are not part of the repository."""
    folder = request.config.getoption("--fact-sheets")
    if folder is None:
        pytest.skip("no copy of the fact sheets: run with --fact-sheets FOLDER")
    return folder.resolve()


def test_both_fact_sheets_go_in_and_come_out(fact_sheets: Path, tmp_path: Path) -> None:
    """The second continues the first. What the shapes object to in them was mended by hand in the shipped project."""
    mapping = read_mapping(HERE / "facts.toml")
    for name in ("facts", "facts2"):
        done = import_sheets(fact_sheets / name, tmp_path / "project", mapping=mapping, anyway=True)
        rows = cells(fact_sheets / name)
        assert {n: done.rows.get(n, 0) + done.carried.get(n, 0) for n in rows} == {n: len(rows[n]) - 1 for n in rows}

    triples = [quad.triple for quad in load_files(sorted((tmp_path / "project" / "graph" / "sheets").rglob("*.ttl")))]
    export_sheets(triples, package.open(tmp_path / "project").names, tmp_path / "out")
    for name in ("facts", "facts2"):
        assert cells(tmp_path / "out" / name) == cells(fact_sheets / name)
