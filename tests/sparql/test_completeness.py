"""Which lists a query reads, and which of them are not known to be complete."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from pyoxigraph import NamedNode, RdfFormat, parse
from shipped import ID
from worlds import ONTOLOGY, PACT, known_to, node, party, statements, term, write_project

from kg import open as open_graph
from kg.project import shipped_names
from kg.sparql.completeness import Completeness, told
from kg.terms import OWL, RDF, local_name
from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.site import Site

QUESTIONS = sorted((Path(__file__).resolve().parents[2] / "ontology" / "questions").glob("*.rq"))


def complete(thing: str, holds: str, begins: str, ends: str = "", extent: str = "complete") -> str:
    """That the list about a thing is complete from a day on."""
    until = f'; casus:ends "{ends}T00:00:00Z"^^xsd:dateTime ' if ends else ""
    return (
        f"<completeness/{thing}-{holds}-{begins}> casus:completeOf <{thing}> ; casus:completeClass casus:{holds} ; "
        f'casus:completenessExtent <extent/{extent}> ; casus:begins "{begins}T00:00:00Z"^^xsd:dateTime {until}.\n'
    )


@pytest.fixture(scope="module")
def lists() -> Completeness:
    """The shipped ontology, and a world of which some lists are complete."""
    ontology = [quad.triple for path in ONTOLOGY.glob("*.ttl") for quad in parse(path=path, format=RdfFormat.TURTLE)]
    world = (
        known_to("2020-12-31")
        + complete("treaty/NAT", "PartyEpisode", "1949-04-04")
        + complete("treaty/CST", "PartyEpisode", "1992-05-15", "2010-12-31")
        + complete("treaty/ANZUS", "PartyEpisode", "1951-09-01", extent="incomplete")
        + complete("organization/NATO", "MembershipEpisode", "1949-04-04", "2020-12-31")
        + '<treaty/CST> casus:signedOn "1992-05-15T00:00:00Z"^^xsd:dateTime .\n'
    )
    return Completeness([*ontology, *statements(world)])


def open_lists(lists: Completeness, query: str, day: str | None = None) -> set[str]:
    found = lists.open_lists(query, date.fromisoformat(day) if day else None, shipped_names())
    return {holds.value.rpartition("#")[2] for holds in found}


@pytest.mark.parametrize(
    "pattern",
    [
        "?e casus:toTreaty treaty:NAT ; casus:party ?s",
        "?e a casus:PartyEpisode ; casus:toTreaty treaty:NAT ; casus:begins ?day",
        "?e a casus:Episode ; casus:toTreaty treaty:NAT",
        "?s casus:memberOf organization:NATO",
        "organization:NATO casus:everHadMember ?s",
    ],
)
def test_what_is_tied_to_a_thing_whose_list_is_complete_is_all_there_is(lists: Completeness, pattern: str) -> None:
    assert open_lists(lists, f"SELECT * {{ {pattern} }}") == set()


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("?e a casus:PartyEpisode", {"PartyEpisode"}),
        ("?e casus:toTreaty ?t ; casus:party state:RUS", {"PartyEpisode"}),
        ("?e casus:toTreaty treaty:ANZUS", {"PartyEpisode"}),
        ("?e casus:toTreaty treaty:CST", {"PartyEpisode"}),
        ("?s casus:memberOf organization:CSTO", {"MembershipEpisode"}),
        ("?s casus:memberOf organization:NATO ; casus:memberOf ?other", {"MembershipEpisode"}),
        ("?e a casus:PartyEpisode FILTER NOT EXISTS { ?e casus:toTreaty treaty:NAT }", {"PartyEpisode"}),
        ("?e a casus:PartyEpisode . ?f a casus:PartyEpisode ; casus:toTreaty treaty:NAT", {"PartyEpisode"}),
        ("?d a casus:DueDuty ; casus:dutyHolder state:RUS", {"PartyEpisode", "Provision"}),
        ("?s casus:owesDefenseTo state:RUS", {"PartyEpisode", "Provision"}),
        ("?s casus:possiblyMemberOf ?o", {"MembershipEpisode"}),
        ("?e a casus:Exercise", {"Exercise"}),
        ("?s a casus:State", {"State"}),
        ("treaty:NAT casus:hasProvision ?p", {"Provision"}),
        ("?e casus:begins ?day", {"Episode", "Event", "Instrument"}),
    ],
)
def test_of_all_else_there_is_at_least_what_the_graph_has(lists: Completeness, pattern: str, found: set[str]) -> None:
    assert open_lists(lists, f"SELECT * {{ {pattern} }}") == found


def test_a_list_may_be_complete_on_one_day_and_not_on_another(lists: Completeness) -> None:
    query = "SELECT ?s { ?s casus:partyTo treaty:CST }"
    assert [open_lists(lists, query, day) for day in ("2000-01-01", "2011-01-01")] == [set(), {"PartyEpisode"}]
    assert open_lists(lists, "SELECT ?s { ?s casus:memberOf organization:NATO }", "1990-01-01") == set()
    assert open_lists(lists, "SELECT ?s { ?s casus:memberOf organization:NATO }", "2021-01-01") != set()


@pytest.mark.parametrize("pattern", ["?c a casus:Claim", "?s a casus:Source", "?c skos:inScheme ?s", "?s ?p ?o"])
def test_what_the_graph_itself_decides_is_all_there_is(lists: Completeness, pattern: str) -> None:
    assert open_lists(lists, f"SELECT * {{ {pattern} }}") == set()


def test_the_note_names_the_lists() -> None:
    assert told([], shipped_names()) is None
    assert told([NamedNode(term("PartyEpisode").value)], shipped_names()) == (
        "what is listed or counted is at least that; not known to be complete: casus:PartyEpisode"
    )


def test_what_points_at_a_thing_may_be_all_or_at_least_that(lists: Completeness) -> None:
    assert lists.has_all(term("toTreaty"), node("treaty/NAT"), None)
    assert not lists.has_all(term("toTreaty"), node("treaty/ANZUS"), None)
    assert not lists.has_all(term("provisionOf"), node("treaty/NAT"), None)
    assert lists.has_all(term("claimSource"), node("treaty/NAT"), None)


def test_each_relation_of_the_world_is_drawn_from_a_list(lists: Completeness) -> None:
    modules = ("actors", "episodes", "events", "treaties", "obligations", "duties", "statements")
    triples = [
        quad.triple for name in modules for quad in parse(path=ONTOLOGY / f"{name}.ttl", format=RdfFormat.TURTLE)
    ]
    relations = {t.subject for t in triples if (t.predicate, t.object) == (RDF.type, OWL.ObjectProperty)}
    without = {local_name(relation) for relation in relations if not lists.lists(relation)}
    assert len(relations) > 100
    assert without == QUALITIES


#: Relations to concepts and areas, between wordings, and of dates: none tells that there is a thing.
QUALITIES = {
    "beginPrecision", "endPrecision", "nationality", "replacedBy", "replaces", "secrecy", "termRule",
}  # fmt: skip


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_no_question_reads_a_list_of_the_world_without_saying_so(lists: Completeness, path: Path) -> None:
    """Here only four lists are complete; whoever asks for others is told that there may be more."""
    query = path.read_text(encoding="utf-8")
    read = {name for name in WORLD if re.search(rf"casus:{name}\b", query.partition("\n\n")[2])}
    if read:
        assert open_lists(lists, query) or "treaty:NAT" in query or "organization:NATO" in query


#: Terms of which each statement is drawn from a list of the world.
WORLD = (
    "PartyEpisode", "MembershipEpisode", "Provision", "Invocation", "Exercise", "DueDuty", "dutyHolder", "memberOf",
    "toTreaty", "inOrganization", "provisionOf", "Request", "Participation", "owesDefenseTo", "Treaty", "Instrument",
)  # fmt: skip


DRAWN = "casus:partyTo casus:drawnFrom casus:PartyEpisode .\n"


def test_rows_are_counted_with_at_least_where_there_may_be_more(tmp_path: Path, kg: Callable[..., Result]) -> None:
    folder = write_project(
        tmp_path / "p", PACT, DRAWN, complete("treaty/PACT", "PartyEpisode", "1980-01-01"), party("A"), party("B")
    )
    graph = open_graph(folder)
    some, all_ = "SELECT ?s { ?s casus:partyTo ?t }", f"SELECT ?s {{ ?s casus:partyTo <{ID}treaty/PACT> }}"
    assert repr(graph.query(some, as_of="1995-01-01")).endswith("(at least 2 rows)")
    assert repr(graph.query(all_, as_of="1995-01-01")).endswith("(2 rows)")
    told_of = {text: kg("query", text, "--as-of", "1995-01-01", "--project", folder).stderr for text in (some, all_)}
    note = "what is listed or counted is at least that; not known to be complete: casus:PartyEpisode"
    assert told_of == {some: f"{note}\nat least 2 rows\n", all_: "2 rows\n"}


def test_pages_say_at_least_where_there_may_be_more(tmp_path: Path) -> None:
    folder = write_project(
        tmp_path / "p",
        PACT,
        DRAWN,
        complete("treaty/PACT", "PartyEpisode", "1980-01-01"),
        party("A"),
        party("B"),
        party("A", treaty="OTHER"),
    )
    graph = open_graph(folder)
    site = Site(identity=graph.project.identity, build=graph.build)
    browser = create_app(LocalExecutor(graph.store("1995-01-01")), site).test_client()

    def page(query: str) -> str:
        text = browser.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"}).text
        return " ".join(text.split())

    assert "at least 3 rows" in page("SELECT ?s { ?s casus:partyTo ?t }")
    assert "not known to be complete" in page("SELECT ?s { ?s casus:partyTo ?t }")
    assert "at least" not in page(f"SELECT ?s {{ ?s casus:partyTo <{ID}treaty/PACT> }}")
    assert "At least these" not in browser.get("/doc/id/treaty/PACT.html").text
    assert "At least these" in browser.get("/doc/id/treaty/OTHER.html").text
