"""The commands as a user meets them: results, messages, exit statuses."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from worlds import KINDS_TURTLE

from kg.cli import COMMANDS
from kg.rdf.formats import GRAPH_FORMATS, graph_format

MEMBERS = """SELECT ?code {{
  ?e casus:inOrganization organization:CSTO ; casus:member/casus:isoAlpha3 ?code ; casus:begins ?begins
  FILTER (?begins <= "{0}T00:00:00Z"^^xsd:dateTime)
  FILTER NOT EXISTS {{ ?e casus:ends ?ends FILTER (?ends < "{0}T00:00:00Z"^^xsd:dateTime) }}
}} ORDER BY ?code"""


@pytest.mark.parametrize(
    ("date", "members"),
    [
        ("2005-01-01", "ARM BLR KAZ KGZ RUS TJK"),
        ("2010-01-01", "ARM BLR KAZ KGZ RUS TJK UZB"),
        ("2013-01-01", "ARM BLR KAZ KGZ RUS TJK"),
    ],
)
def test_members_of_the_csto_on_a_date(kg, shipped, date: str, members: str) -> None:
    result = kg("query", MEMBERS.format(date), "--format", "csv")
    assert result.stdout.split() == ["code", *members.split()]


def test_query_reads_a_file_and_standard_input(kg, shipped, project, tmp_path: Path) -> None:
    question = project.questions[0]
    from_file = kg("query", question, "--format", "csv").stdout
    assert from_file == kg("query", "-", "--format", "csv", input=question.read_text()).stdout
    assert from_file.splitlines()[0] == "state,since"


@pytest.mark.parametrize(
    ("format_name", "expected"),
    [("csv", "true\n"), ("table", "true\n"), ("json", '"boolean":true'), ("xml", "<boolean>true</boolean>")],
)
def test_ask_in_every_format(kg, shipped, format_name: str, expected: str) -> None:
    assert expected in kg("query", "ASK { state:ARM a casus:State }", "--format", format_name).stdout


def test_a_table_shows_short_names_and_plain_dates(kg, shipped) -> None:
    episode = "?e casus:inOrganization organization:CSTO ; casus:member state:UZB ; casus:begins ?begins"
    result = kg("query", f"SELECT ?e ?begins {{ {episode} }}")
    assert "<episode/UZB-CSTO-1>" in result.stdout
    assert "2006-08-16 " in result.stdout
    assert "1 row" in result.stderr


def test_construct_is_turtle(kg, shipped) -> None:
    result = kg("query", "CONSTRUCT { ?s a casus:State } WHERE { ?s a casus:State ; casus:isoAlpha3 'ARM' }")
    assert "state:ARM a casus:State" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["query", "SELECT ?s { ?s ?p }"], 2, "kg: "),
        (["query", "absent.rq"], 2, "kg: absent.rq: no such file or directory"),
        (["reason", "absent.ttl"], 2, "kg: absent.ttl: no such file or directory"),
        (["validate", "absent.ttl"], 2, "kg: absent.ttl: no such file or directory"),
        (["reason", "absent.xlsx"], 2, "kg: absent.xlsx: no such file or directory"),
        (["reason", __file__], 2, ".py: no RDF format has the suffix '.py'; known are"),
        (["validate", str(Path(__file__).parent)], 2, "cli: is a directory"),
        (["query", ""], 2, "kg: the query is empty"),
        (["serve", "--public-url", "data.example.org"], 2, "kg: not an address of HTTP: data.example.org"),
        (["build", "--project", "absent"], 2, "there is no such folder"),
        (["--project", "absent", "build"], 2, "there is no such folder"),
        (["query"], 2, "Missing argument"),
        (["fly"], 2, "No such command 'fly'"),
        (["reason", "--engine", "magic"], 2, "'magic' is not one of"),
    ],
)
def test_mistakes_are_answered_with_a_line_and_a_status(kg, shipped, arguments, status, message) -> None:
    result = kg(*arguments)
    assert result.exit_code == status
    assert message in result.stderr
    assert result.stdout == ""


def test_build_prints_its_folder_and_phases_once(kg, write, tmp_path: Path) -> None:
    write("ontology/o.ttl", "<o> a owl:Ontology .")
    write("graph/g.ttl", "<state/ARM> a casus:State .")
    (tmp_path / "shapes").mkdir()
    first = kg("build", "--project", tmp_path)
    assert Path(first.stdout.strip(), "build.json").is_file()
    said = [line.split()[0] for line in first.stderr.splitlines()]
    assert [word for word in said if not word.endswith(":")] == [  # what takes long on a busy machine says so between
        "load",
        "reason",
        "derive",
        "store",
        "validate",
    ]
    second = kg("--project", tmp_path, "build")
    assert (second.stdout, second.stderr) == (first.stdout, "")


def test_validate_says_what_is_wrong_and_where(kg, write) -> None:
    data = write("data.ttl", "<a> a casus:Thing ; casus:n 1, 2 .")
    shapes = write(
        "shapes.ttl",
        "<s> a sh:NodeShape ; sh:targetClass casus:Thing ;\n"
        "  sh:property [ sh:path casus:n ; sh:maxCount 1 ; sh:message 'one n at most' ] .",
    )
    result = kg("validate", data, "--shapes", shapes)
    assert result.exit_code == 1
    assert "one n at most" in result.stdout
    assert f"{data}:" in result.stdout
    report = json.loads(kg("validate", data, "--shapes", shapes, "--format", "json").stdout)
    assert "one n at most" in json.dumps(report)
    assert "sh:conforms false" in kg("validate", data, "--shapes", shapes, "--format", "turtle").stdout
    assert kg("validate", data, "--shapes", write("none.ttl", "")).exit_code == 0


def test_reason_writes_the_closure_of_any_file(kg, write, tmp_path: Path) -> None:
    data = write("data.ttl", "<c> rdfs:subClassOf <d> . <x> a <c> .")
    closure = kg("reason", data).stdout
    assert f"<https://w3id.org/casus/id/x> <{'http://www.w3.org/1999/02/22-rdf-syntax-ns#type'}> " in closure
    assert "<https://w3id.org/casus/id/d> ." in closure
    out = tmp_path / "closure.ttl"
    kg("reason", data, "-o", out)
    assert kg("reason", out).stdout == closure


def test_reason_names_the_clash_and_exits_with_3(kg, write) -> None:
    data = write("data.ttl", "<c> owl:disjointWith <d> .\n<x> a <c> .\n<x> a <d> .")
    result = kg("reason", data)
    assert (result.exit_code, result.stdout) == (3, "")
    assert "cax-dw" in result.stderr
    assert result.stderr.count(f"{data}:") == 3
    proof = run_hint(kg, result.stderr)
    assert (proof.exit_code, proof.stdout.splitlines()[0]) == (3, "contradiction 1 of 1")


def test_a_claim_is_checked_with_its_proof_and_a_table_row_by_row(kg, shipped, tmp_path: Path) -> None:
    result = kg("check-claim", "Uzbekistan member of CSTO on 2010-01-01")
    assert result.stdout.startswith("holds         Uzbekistan member of CSTO, 2010-01-01\n")
    assert "graph/organizations/CSTO.ttl:" in result.stdout
    table = tmp_path / "claims.csv"
    table.write_text("subject,predicate,object,date\nUzbekistan,member of,CSTO,2015\n")
    assert kg("check-claim", str(table)).stdout.startswith("does not hold Uzbekistan member of CSTO, 2015\n")
    mistake = kg("check-claim", "a | b")
    assert mistake.exit_code == 2
    assert "has a subject, a predicate, an object" in mistake.stderr


def test_claims_are_shown_with_their_verdicts_and_can_be_narrowed(kg, shipped) -> None:
    result = kg("claims", "--status", "disputed", "--section", "11")
    assert "CLM-135" in result.stdout
    assert "corroborated" not in result.stdout
    sections = json.loads(kg("claims", "--format", "json").stdout)
    assert sum(len(section["claims"]) for section in sections) == 185
    mistake = kg("claims", "--status", "true")
    assert (mistake.exit_code, mistake.stdout) == (2, "")
    assert "disputed" in mistake.stderr


@pytest.mark.parametrize(
    ("day", "answer"),
    [("1998-01-01", "true"), ("2003-01-01", "false"), ("2010-01-01", "true"), ("2014-01-01", "false")],
)
def test_as_of_a_date_the_relations_of_that_day_hold(kg, shipped, day: str, answer: str) -> None:
    assert kg("query", "--as-of", day, "ASK { state:UZB casus:memberOf|casus:partyTo ?x . "
              "VALUES ?x { organization:CSTO treaty:CST } }", "--format", "csv").stdout.strip() == answer  # fmt: skip


def test_a_bad_date_is_told_before_anything_is_built(kg, shipped) -> None:
    for command in (["query", "ASK {}"], ["explain", "state:RUS", "casus:owesTo", "state:UZB"]):
        result = kg(*command, "--as-of", "2024-13-01")
        assert (result.exit_code, result.stdout) == (2, "")
        assert "2024-13-01" in result.stderr


def test_explain_goes_down_to_files_lines_and_sources(kg, shipped) -> None:
    proof = kg("explain", "state:UZB", "casus:everMemberOf", "organization:CSTO").stdout
    assert "prp-spo2: " in proof
    assert "graph/organizations/CSTO.ttl:" in proof
    assert "source:TASS-20121219  TASS, " in proof
    assert json.loads(kg("explain", "id/state/ARM", "a", "casus:State", "--format", "json").stdout)
    assert "does not follow" in kg("explain", "state:SRB", "casus:everMemberOf", "organization:CSTO").stdout
    mistake = kg("explain", "land:ARM", "a", "casus:State")
    assert (mistake.exit_code, mistake.stdout) == (2, "")
    assert "unknown prefix 'land'" in mistake.stderr


@pytest.fixture
def pact(write, tmp_path: Path) -> Path:
    """The folder of a project in which two states owe each other defense while both are party to a pact."""
    write("ontology/pact.ttl", "casus:Person owl:disjointWith casus:State .\n")
    bound = 'casus:toTreaty <treaty/P> ; casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime .\n'
    write(
        "graph/pact.ttl",
        "<treaty/P> casus:hasProvision <treaty/P/1> .\n<treaty/P/1> casus:provisionOf <treaty/P> ;\n"
        "  casus:createsObligation <treaty/P/1/defense> .\n<treaty/P/1/defense> a casus:DefenseObligation .\n"
        f"<episode/A> casus:party <state/A> ; {bound}<episode/B> casus:party <state/B> ; {bound}",
    )
    write("ontology/kinds.ttl", KINDS_TURTLE)
    write("shapes/none.ttl", "")
    return tmp_path


def run_hint(kg, stderr: str):
    """Run the command with which an error ends."""
    return kg(*shlex.split(stderr.rpartition("; for the proof: kg ")[2]))


def test_an_inconsistent_project_is_explained_down_to_the_lines_to_mend(kg, write, pact: Path) -> None:
    write("graph/person.ttl", "<state/A> a casus:Person, casus:State .\n")
    for command in (["build"], ["query", "ASK {}"], ["reason"], ["export", "-o", pact / "release"], ["serve"]):
        stopped = kg(*command, "--project", pact)
        assert (stopped.exit_code, stopped.stdout) == (3, "")
        answer = run_hint(kg, stopped.stderr)
        assert answer.exit_code == 3
        assert answer.stdout.startswith("contradiction 1 of 1\n  cax-dw: ")
        assert "\nOne of these must be changed:\n  graph/person.ttl:10  state:A rdf:type" in answer.stdout
    (pact / "graph" / "person.ttl").unlink()
    mended = kg("explain", "--inconsistency", "--project", pact)
    assert (mended.exit_code, mended.stdout) == (0, "consistent: there is no contradiction\n")


def test_a_contradiction_of_one_day_is_explained_for_that_day(kg, write, pact: Path) -> None:
    write("ontology/asymmetric.ttl", "casus:owesDefenseTo a owl:AsymmetricProperty .\n")
    assert kg("build", "--project", pact).exit_code == 0
    for command in (["query", "ASK {}"], ["export", "-o", pact / "release"]):
        stopped = kg(*command, "--as-of", "1995-01-01", "--project", pact)
        assert (stopped.exit_code, stopped.stdout) == (3, "")
        answer = run_hint(kg, stopped.stderr)
        assert answer.exit_code == 3
        assert "state:A casus:owesDefenseTo state:B\n  │    duty-on-the-date: " in answer.stdout
    assert kg("explain", "--inconsistency", "--as-of", "1989-01-01", "--project", pact).exit_code == 0


@pytest.mark.parametrize("arguments", ["", "state:A a"])
def test_explain_wants_a_statement_or_inconsistency(kg, arguments: str) -> None:
    result = kg("explain", *arguments.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("Error: give a statement, SUBJECT PREDICATE OBJECT, or --inconsistency\n")


def test_explain_takes_files_before_the_statement(kg, write) -> None:
    first = write("first.ttl", "<a> a casus:Narrow .\n")
    second = write("second.ttl", "casus:Narrow rdfs:subClassOf casus:Wide .\n")
    answer = kg("explain", first, second, "<a>", "a", "casus:Wide")
    assert answer.exit_code == 0
    assert "  cax-sco: " in answer.stdout
    assert f"{second}:" in answer.stdout
    assert "does not follow" in kg("explain", first, "<a>", "a", "casus:Wide").stdout
    write("third.ttl", "casus:Wide owl:disjointWith casus:Narrow .\n")
    clash = kg("explain", "--inconsistency", first, second, second.with_name("third.ttl"))
    assert (clash.exit_code, clash.stdout.splitlines()[0]) == (3, "contradiction 1 of 1")
    assert kg("explain", "--inconsistency", first, second).stdout == "consistent: there is no contradiction\n"
    absent = kg("explain", "absent.ttl", "<a>", "a", "casus:Wide")
    assert (absent.exit_code, absent.stdout) == (2, "")
    assert "absent.ttl" in absent.stderr


def test_what_if_a_state_left(kg, shipped) -> None:
    result = kg("what-if", "--without", "id/state/ARM", "--from", "2027-01-01")
    assert "- to Russia under Collective Security Treaty, article 4" in result.stdout
    assert kg("what-if").exit_code == 2


def test_format_check_changes_nothing_and_format_does(kg, write) -> None:
    data = write("data.ttl", "<b> a casus:State .\n<a> a casus:State .")
    before = data.read_text()
    assert kg("format", "--check", data).exit_code == 1
    assert data.read_text() == before
    assert kg("format", data).exit_code == 0
    assert kg("format", "--check", data).exit_code == 0


def test_every_command_has_help_worth_reading(kg) -> None:
    listed = kg("--help").stdout
    for name in COMMANDS:
        text = kg(name, "--help").stdout
        summary = text.split("\n\n")[1].split()
        assert " ".join(summary[:5]) in " ".join(listed.split())
        assert "--project" in text or name in ("init", "import")  # which make one, or have commands of their own


def test_help_needs_no_heavy_module() -> None:
    code = "import sys, kg.cli; print({'rdflib', 'flask', 'pyshacl', 'pyoxigraph'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "set()"


@pytest.mark.parametrize("name", ["question.rq", "question.sparql", "question.txt", "a question", "question"])
def test_a_query_is_read_from_any_file_that_is_there(kg, shipped, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("\ufeffASK { state:ARM a casus:State }", encoding="utf-8")
    assert kg("query", path, "--format", "csv").stdout == "true\n"


@pytest.mark.parametrize("name", ["absent.rq", "absent/q.sparql", "my question.rq", "q.txt", "questions"])
def test_a_query_that_can_only_be_a_file_is_missed(kg, shipped, name: str) -> None:
    result = kg("query", name)
    assert (result.exit_code, result.stderr) == (2, f"kg: {name}: no such file or directory\n")


def test_a_folder_is_no_query(kg, shipped, tmp_path: Path) -> None:
    assert kg("query", tmp_path).stderr == f"kg: {tmp_path}: is a directory\n"


@pytest.mark.parametrize("text", ["DESCRIBE<state/ARM>", "DESCRIBE state:ARM", "ASK{}", "ASK { ?s ?p 'a/b.rq' }"])
def test_a_text_is_a_query(kg, shipped, text: str) -> None:
    assert kg("query", text).exit_code == 0


def test_a_table_is_cut_where_nobody_reads_on(kg, shipped) -> None:
    result = kg("query", "SELECT ?p { ?s ?p ?o } LIMIT 100001")
    assert len(result.stdout.splitlines()) == 100_000 + 4
    assert result.stderr == "the first 100,000 rows; --format csv writes all\n"
    assert kg("query", "SELECT ?p { ?s ?p ?o } LIMIT 1001").stderr == "1001 rows\n"


@pytest.mark.parametrize(
    ("name", "begins"),
    [("json-ld", '{"@context"'), ("xml", "<?xml"), ("N-Triples", "<"), ("ttl", "@prefix"), ("text/turtle", "@prefix")],
)
def test_a_graph_is_written_in_any_format_under_any_of_its_names(kg, shipped, name: str, begins: str) -> None:
    assert kg("query", "CONSTRUCT WHERE { state:ARM a ?c }", "--format", name).stdout.startswith(begins)


@pytest.mark.parametrize("name", [form.name for form in GRAPH_FORMATS])
def test_a_closure_is_written_in_every_format(kg, write, tmp_path: Path, name: str) -> None:
    data = write("data.ttl", "<c> rdfs:subClassOf <d> . <x> a <c> .")
    out = tmp_path / f"closure{graph_format(name).suffixes[0]}"
    assert kg("reason", data, "--format", name, "-o", out).exit_code == 0
    assert kg("reason", out).stdout == kg("reason", data).stdout


def test_files_of_a_project_that_are_not_read_are_named(kg, write, tmp_path: Path) -> None:
    write("project/ontology/o.ttl", "<o> a owl:Ontology .")
    for name in ("a.nt", "b.jsonld", "c.owl", "d.ttl.gz", "notes.txt", ".hidden.nt", "catalog-v001.xml"):
        write(f"project/graph/{name}", "")
    write("project/shapes/s.ttl", "")
    for command in ("build", "validate"):
        said = kg(command, "--project", tmp_path / "project").stderr
        assert [line.split()[0] for line in said.splitlines() if "is not read" in line] == [
            "graph/a.nt", "graph/b.jsonld", "graph/c.owl", "graph/d.ttl.gz",
        ]  # fmt: skip


def test_turtle_is_read_in_any_case_and_through_symlinked_folders(kg, write, tmp_path: Path) -> None:
    write("project/ontology/o.ttl", "<o> a owl:Ontology .")
    write("project/shapes/s.ttl", "")
    write("elsewhere/deep/data.ttl", "<state/A> a casus:State .")
    upper = write(
        "project/graph/UPPER.TTL", "<https://w3id.org/casus/id/state/B> a <https://w3id.org/casus/ontology#State> ."
    )
    (upper.parent / "linked").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere" / "deep" / "loop").symlink_to(tmp_path / "elsewhere")
    query = (
        "SELECT ?s ?g { GRAPH ?g { ?s a casus:State } FILTER STRSTARTS(STR(?g), STR(<../graph/graph/>)) } ORDER BY ?s"
    )
    answer = kg("query", query, "--format", "csv", "--project", tmp_path / "project")
    assert [row.rpartition("/graph/")[2] for row in answer.stdout.splitlines()[1:]] == [
        "linked/deep/data.ttl",
        "UPPER.TTL",
    ]


def test_a_project_without_data_is_told(kg, tmp_path: Path) -> None:
    for folder in ("ontology", "graph", "shapes"):
        (tmp_path / folder).mkdir()
    result = kg("build", "--project", tmp_path)
    assert result.exit_code == 0
    assert "there is no .ttl in ontology/ or graph/; the graph is empty" in result.stderr


def test_what_export_needs_is_warned_of_before(kg, write, tmp_path: Path, project) -> None:
    write("casus.toml", 'name = "own"\ntitle = "Own"\nbase = "https://example.org/own/"\nextends = "casus"\n')
    for folder in ("ontology", "graph", "shapes"):
        (tmp_path / folder).mkdir()
    source = (
        "<source/X> a casus:Source ; rdfs:label 'x'@en ; casus:sourceKind <source-kind/book> ; casus:seen <seen/yes> ; "
    )
    write("graph/g.ttl", source + "dcterms:bibliographicCitation 'x'@en .")
    build = kg("build", "--project", tmp_path)
    assert (build.exit_code, build.stderr.splitlines()[-1]) == (0, "1 warning; kg validate shows them")
    assert "No source says when it was issued" in kg("validate", "--project", tmp_path).stdout
    assert kg("export", "--project", tmp_path, "-o", tmp_path / "release").exit_code == 2
    write("graph/g.ttl", source + "dcterms:bibliographicCitation 'x'@en ; dcterms:issued '2001'^^xsd:gYear .")
    assert "warning" not in kg("build", "--project", tmp_path).stderr
    assert kg("export", "--project", tmp_path, "-o", tmp_path / "release").exit_code == 0
