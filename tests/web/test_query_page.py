"""The query page: questions by what they are about, mistakes in their place, answers with labels and as code."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pyoxigraph import NamedNode, Triple
from running import Server, running
from test_pages import BROWSER, Page, ask

from kg.build.questions import Question, stated_question, stated_view
from kg.project import open_project, shipped_names
from kg.terms import CASUS, RDFS
from kg.web.mistakes import Mistake, find_mistake
from kg.web.operation import Operation
from kg.web.questions import group_questions
from kg.web.snippets import snippets

#: Names that would be code in a shell, in Python or in R if they were not quoted.
HOSTILE = """SELECT ?name {
  VALUES ?name { "it's $(touch owned) `touch owned`" "\\"\\"\\"" '''" + stop() + "''' "back\\\\slash" "Ереван"
    "{0} %s" }
} ORDER BY ?name # "
"""


def summaries(page: Page) -> list[str]:
    return [text for tag, text in page.texts if tag == "summary"]


def test_questions_stand_under_the_part_of_the_ontology_that_they_trace(world: FlaskClient) -> None:
    page = world.get("/query").text
    titles = re.findall(r"<summary>(\S[^<]*?) <span", page)
    assert titles[0] == "Episodes and time"
    assert {"Events", "Obligations", "Duties over time", "Claims and provenance"} <= set(titles)
    assert titles[-1] == "Others"
    events = page.partition("<summary>Events ")[2].partition("</details>")[0]
    assert "question=55-exercises" in events and "question=77-reservations" not in events
    assert page.count('href="/query?question=') == len(open_project().questions)


def test_in_russian_the_groups_have_russian_names(world: FlaskClient) -> None:
    assert "<summary>События <span" in world.get("/query?lang=ru").text
    world.get("/query?lang=en")


def test_a_term_that_few_questions_name_says_more_of_one_than_a_common_one() -> None:
    events, episodes = (NamedNode(f"https://w3id.org/casus/ontology/{name}") for name in ("events", "episodes"))
    defined = [Triple(CASUS.begins, RDFS.isDefinedBy, episodes), Triple(CASUS.outcome, RDFS.isDefinedBy, events)]
    queries = ("casus:begins", "casus:begins casus:outcome", "ex:begins")
    questions = [Question(str(number), "?", f"ASK {{ {query} }}") for number, query in enumerate(queries)]
    grouped = group_questions(questions, shipped_names(), defined)
    assert [(group.module, [question.name for question in group.questions]) for group in grouped] == [
        (episodes, ["0"]),
        (events, ["1"]),
        (None, ["2"]),
    ]


def test_questions_are_found_by_words_of_their_text_or_query(world: FlaskClient) -> None:
    page = Page(world.get("/query", query_string={"find": "UZBEKISTAN came BACK"}).text)
    assert not [link for link in page.links().values() if link and "question=" in link]
    assert ("p", "No question has all of these words.") in page.texts
    found = Page(world.get("/query", query_string={"find": "Came  back left"}).text)
    links = [link for link in found.links().values() if link and "question=" in link]
    assert "/query?question=05-left-and-came-back&find=Came++back+left" in links
    assert len(links) == 1
    assert all("open" in attributes for attributes in found.attributes("details")[1:])
    by_query = Page(world.get("/query", query_string={"find": "knownTo checkedOn dueCertainty"}).text)
    assert [link for link in by_query.links().values() if link and "question=119" in link]


def test_the_group_of_the_chosen_question_is_open(world: FlaskClient) -> None:
    page = world.get("/query?question=77-reservations").text
    (opened,) = re.findall(r'<details class="group" open>\s*<summary>(.*?) <span', page)
    assert opened == "Statements"


@pytest.mark.parametrize(
    ("query", "message", "mistake"),
    [
        ("SELECT * {\n  ?s ?p }", "line 2, column 9: unexpected '}'", Mistake(2, 9, "  ?s ?p ", "}", "")),
        ("ASK { ?s foo:bar 1 }", "line 1, column 10: the prefix", Mistake(1, 10, "ASK { ?s ", "foo:bar", " 1 }")),
        ("ASK {\r\n", "line 1, column 6: ends", Mistake(1, 6, "ASK {", "", "")),
        ("ASK", "not SPARQL 1.1, at or before line 1, column 4", Mistake(1, 4, "ASK", "", "")),
        ("ASK", "the query ends before its '{'", None),
        ("ASK", "line 9, column 1: from elsewhere", None),
        ("ASK", "line 1, column 99: from elsewhere", None),
    ],
)
def test_the_place_of_a_mistake_is_read_from_the_message(query: str, message: str, mistake: Mistake | None) -> None:
    assert find_mistake(query, message) == mistake


def test_a_mistake_is_marked_in_its_line_and_the_query_is_kept(client: FlaskClient) -> None:
    query = "SELECT ?state {\n  ?state a casus:State ; nope:begins ?day .\n}"
    response = ask(client, query)
    assert response.status_code == 400
    page = Page(response.text)
    assert ("mark", "nope:begins") in page.texts
    assert ("span", "2:26") in page.texts
    assert page.of("textarea") == [("textarea", query)]
    (form,) = page.attributes("textarea")
    assert (form["aria-invalid"], form["aria-describedby"]) == ("true", "problem")
    assert (form["data-line"], form["data-column"]) == ("2", "26")
    assert page.attributes("p")[0]["id"] == "problem"


def test_a_mistake_without_a_place_is_only_told(client: FlaskClient) -> None:
    page = Page(ask(client, "SELECT").text)
    assert not page.of("mark")
    assert "aria-invalid" not in page.attributes("textarea")[0]


def test_a_thing_has_its_label_beside_its_name_unless_the_row_tells_it(world: FlaskClient) -> None:
    alone = ask(world, "SELECT ?state { ?state a casus:State } ORDER BY ?state")
    assert ("span", "Armenia") in Page(alone.text).texts
    query = 'SELECT ?state ?name { ?state a casus:State ; rdfs:label ?name FILTER (lang(?name) = "en") }'
    assert ("span", "Armenia") not in Page(ask(world, query).text).texts
    russian = world.get(
        "/sparql", query_string={"query": "SELECT ?s { ?s a casus:State }", "lang": "ru"}, headers=BROWSER
    )
    assert ("span", "Армения") in Page(russian.text).texts
    world.get("/query?lang=en")


def test_a_column_of_names_or_codes_leads_to_what_they_stand_for(world: FlaskClient) -> None:
    rows = '("Armenia"@en "RUS") ("France"@en "STEEL-1939")'
    page = Page(ask(world, f"SELECT ?name ?code {{ VALUES (?name ?code) {{ {rows} }} }}").text)
    links = page.links()
    assert str(links["Armenia"]).startswith("/doc/id/state/ARM")
    assert str(links["STEEL-1939"]).startswith("/doc/id/treaty/STEEL-1939")
    assert ("span", "Russia") in page.texts  # what a code means stands beside it
    mixed = Page(ask(world, 'SELECT ?name { VALUES ?name { "Armenia"@en "nothing"@en } }').text)
    assert "Armenia" not in mixed.links()


def test_an_answer_says_the_question_that_its_query_states(client: FlaskClient) -> None:
    page = Page(ask(client, "# Question: Is <it> so?\nASK {}").text)
    assert ("p", "Is <it> so?") in page.texts
    assert page.of("title") == [("title", "Is <it> so? – Casus")]


def test_a_query_states_its_view_and_its_question_at_its_head() -> None:
    assert stated_view("# Question: Who?\n# view: Timeline \nASK {}") == "timeline"
    assert stated_view("ASK {} # View: map") is None
    assert stated_question("\n# As of: 2020-01-01\n# Question: Who is it? \nASK {}") == "Who is it?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("data") / "data.nt"
    file.write_text('<http://example.org/s> <http://example.org/p> "Ереван"@ru .\n', encoding="utf-8")
    with running(file) as server:
        yield server


def code(server: Server, query: str, language: str) -> str:
    """The code in a language that stands on the page of an answer."""
    address = "/sparql?" + "query=" + "".join(f"%{byte:02x}" for byte in query.encode())
    text = server.send(address, accept="text/html").text
    page = Page(text.partition(f"<h3>{language}</h3>")[2].partition("</pre>")[0])
    return "".join(value for _, value in page.texts)


def run_python(code: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.parametrize(
    ("query", "answer"),
    [("ASK { ?s ?p 'Ереван'@ru }", "true"), ("CONSTRUCT WHERE { ?s ?p ?o }", "Ереван")],
)
def test_code_answers_each_kind_of_query(server: Server, tmp_path: Path, query: str, answer: str) -> None:
    assert answer in run_python(code(server, query, "Python"), tmp_path).replace("True", "true")
    shell = subprocess.run(
        code(server, query, "curl"), shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    # N-Triples may write what is not ASCII by its number.
    assert answer in shell.stdout.encode().decode("unicode_escape") or answer in shell.stdout


def test_code_asks_what_the_page_asked_and_nothing_of_a_query_becomes_code(server: Server, tmp_path: Path) -> None:
    expected = list(csv.reader(io.StringIO(server.ask(HOSTILE, accept="text/csv").text)))
    assert len(expected) == 7
    shell = subprocess.run(
        code(server, HOSTILE, "curl"), shell=True, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True
    )
    assert list(csv.reader(io.StringIO(shell.stdout))) == expected
    python = code(server, HOSTILE, "Python").replace("print(answer)", "print(answer.to_csv(index=False))")
    assert [row for row in csv.reader(io.StringIO(run_python(python, tmp_path))) if row] == expected
    assert not list(tmp_path.iterdir())


def test_code_in_r_asks_the_same(server: Server, tmp_path: Path) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("there is no Rscript here to run it with")
    text = code(server, HOSTILE, "R").replace("print(answer)", 'write.csv(answer, "answer.csv", row.names = FALSE)')
    subprocess.run(["Rscript", "-e", text], cwd=tmp_path, check=True)
    expected = list(csv.reader(io.StringIO(server.ask(HOSTILE, accept="text/csv").text)))
    with (tmp_path / "answer.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == expected


def test_code_names_the_day_the_graphs_and_the_public_address() -> None:
    operation = Operation("ASK {}", default_graphs=("http://example.org/a", "http://example.org/b"))
    for snippet in snippets("https://data.example.org/casus/sparql", operation, "boolean"):
        assert "https://data.example.org/casus/sparql" in snippet.code
        assert snippet.code.count("default-graph-uri") == 2
        assert "http://example.org/b" in snippet.code
