"""Answers as timeline, map, bars and network: by what their columns hold, and a sentence where none suits."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask.testing import FlaskClient
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from test_pages import BROWSER, Page

from kg.terms import CASUS, RDF, RDFS, XSD, Term
from kg.web.columns import Register, Sheet, day_of_term, number_of

ARM, TUR = (NamedNode(f"http://example.org/{code}") for code in ("ARM", "TUR"))
STATEMENTS = [
    Triple(ARM, RDF.type, CASUS.State),
    Triple(ARM, RDFS.label, Literal("Armenia", language="en")),
    Triple(ARM, CASUS.isoAlpha3, Literal("ARM")),
    Triple(TUR, RDF.type, CASUS.State),
    Triple(TUR, RDFS.label, Literal("Turkey", language="en")),
    Triple(NamedNode("http://example.org/pact"), RDFS.label, Literal("Pact", language="en")),
    Triple(NamedNode("http://example.org/a"), RDFS.label, Literal("Two", language="en")),
    Triple(NamedNode("http://example.org/b"), RDFS.label, Literal("Two", language="en")),
]


def typed(value: str, name: str) -> Literal:
    return Literal(value, datatype=XSD[name])


@pytest.mark.parametrize(
    ("term", "day"),
    [
        (typed("2020-02-29T00:00:00Z", "dateTime"), date(2020, 2, 29)),
        (typed("2020-02-29", "date"), date(2020, 2, 29)),
        (Literal("1994-04-20"), date(1994, 4, 20)),
        (Literal("1994-04"), date(1994, 4, 1)),
        (typed("1994", "gYear"), date(1994, 1, 1)),
        (Literal("2021-02-30"), None),
        (Literal("1994-04-20", language="en"), None),
        (Literal("1994-04-20 to 1995"), None),
        (typed("1994", "integer"), None),
        (ARM, None),
        (None, None),
    ],
)
def test_a_day_is_read_from_what_tells_one(term: Term | None, day: date | None) -> None:
    assert day_of_term(term) == day


def test_whole_numbers_are_years_only_where_the_column_says_so() -> None:
    assert day_of_term(typed("1994", "integer"), years=True) == date(1994, 1, 1)
    assert day_of_term(typed("12", "integer"), years=True) is None


@pytest.mark.parametrize(
    ("term", "number"),
    [
        (typed("12", "integer"), 12),
        (typed("1.5", "decimal"), 1.5),
        (typed("many", "integer"), None),
        (typed("true", "boolean"), None),
        (Literal("12"), None),
    ],
)
def test_a_number_is_what_is_typed_as_one(term: Term, number: float | None) -> None:
    assert number_of(term) == number


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("s", [ARM, Literal("Turkey", language="en"), None], "state"),
        ("s", [Literal("ARM"), Literal("Turkey")], "state"),
        ("s", [Literal("ARM"), Literal("Pact")], "thing"),
        ("s", [NamedNode("http://example.org/x"), BlankNode("b")], "thing"),
        ("s", [Literal("Two")], "text"),  # two things are called so
        ("s", [Literal("Nowhere")], "text"),
        ("s", [typed("1", "integer"), Literal("")], "number"),
        ("year", [typed("1999", "integer")], "day"),
        ("s", [typed("1999", "integer")], "number"),
        ("s", [Literal("1999"), Literal("")], "day"),
        ("s", [Literal("1999"), Literal("unknown")], "text"),
        ("s", [None, Literal("")], None),
    ],
)
def test_a_column_is_of_a_kind_if_all_its_values_are(name: str, values: list[Term | None], kind: str | None) -> None:
    (column,) = Sheet((name,), [(value,) for value in values], Register(STATEMENTS, "http://example.org/")).columns
    assert column.kind == kind


def test_terms_of_the_ontology_are_named_by_no_text() -> None:
    assert Register(STATEMENTS, "http://example.org/p").named(Literal("Armenia")) is None
    assert Register(STATEMENTS, "http://example.org/p").named(Literal("Pact")) is not None


def see(world: FlaskClient, query: str, view: str, **parameters: str) -> str:
    response = world.get("/sparql", query_string={"query": query, "view": view, **parameters}, headers=BROWSER)
    assert response.status_code == 200, response.text
    return response.text.partition('id="answer"')[2]


def titles(html: str) -> list[str]:
    return re.findall(r"<title>([^<]*)</title>", html)


MEMBERS = """SELECT ?state ?from ?until {
  ?episode casus:inOrganization organization:CSTO ; casus:member ?state ; casus:begins ?from
  OPTIONAL { ?episode casus:ends ?until }
} ORDER BY ?state ?from"""


def test_days_make_a_timeline_with_a_lane_for_each_name(world: FlaskClient) -> None:
    html = see(world, MEMBERS, "timeline")
    broad = html.partition("lanes narrow")[0]
    assert "Uzbekistan · 2006-08-16 · 2012-12-19" in titles(broad)
    assert "Armenia · 2003-09-18" in titles(broad)
    assert len(re.findall('class="lane ', broad)) == 7
    assert "/doc/id/state/UZB" in html
    assert "<code>state</code>, <code>from</code>, <code>until</code>" in html


def test_a_timeline_puts_the_earlier_day_first_whatever_the_order_of_columns(world: FlaskClient) -> None:
    query = MEMBERS.replace("?state ?from ?until {", "?until ?from ?state {")
    assert "<code>until</code>" in see(world, query, "timeline")
    rows = "VALUES (?name ?last ?first) { ('one' '1999-01-01' '1990-01-01') }"
    right = see(world, f"SELECT ?name ?first ?last {{ {rows} }}", "timeline").partition("<figcaption")[0]
    swapped = see(world, f"SELECT ?name ?last ?first {{ {rows} }}", "timeline").partition("<figcaption")[0]
    assert re.findall(r'd="(M[^"]*z)"', right) == re.findall(r'd="(M[^"]*z)"', swapped) != []


def test_a_single_day_is_a_dot(world: FlaskClient) -> None:
    html = see(world, "SELECT ?event ?on { ?event a casus:Request ; casus:begins ?on }", "timeline")
    assert html.count("<circle") > 10


def test_states_make_a_map_with_shades_for_a_number(world: FlaskClient) -> None:
    episodes = "?episode casus:inOrganization ?of ; casus:member/casus:isoAlpha3 ?code"
    query = f"SELECT ?code (COUNT(*) AS ?n) {{ {episodes} }} GROUP BY ?code"
    html = see(world, query, "map")
    assert any(title.startswith("Armenia · ") for title in titles(html))
    assert {"shade-1", "shade-5"} <= set(re.findall(r'<i class="(shade-\d)"', html))
    assert "<code>code</code>, <code>n</code>" in html


def test_a_map_says_which_states_have_no_shape_and_what_fills_mean(world: FlaskClient) -> None:
    query = 'SELECT ?s ?how { VALUES (?s ?how) { ("Armenia" "certain") ("Georgia" "possible") } }'
    html = see(world, query, "map")
    assert re.findall(r'<i class="(\w+)"></i>(\w+)', html) == [("certain", "certain"), ("possible", "possible")]
    gone = see(world, "SELECT ?s { ?s a casus:State FILTER (?s IN (state:ARM, state:AUH)) }", "map")
    assert "No shape on the map: Austria-Hungary." in gone


def test_numbers_make_bars(world: FlaskClient) -> None:
    html = see(world, 'SELECT ?name ?n { VALUES (?name ?n) { ("one" 1) ("<two>" 2.5) } }', "bar")
    assert titles(html.partition("bars narrow")[0]) == ["one · 1", "&lt;two&gt; · 2.5"]


def test_bars_are_named_by_as_many_columns_as_tell_them_apart(world: FlaskClient) -> None:
    rows = 'VALUES (?name ?of ?n) { ("one" "a" 1) ("two" "b" 2) }'
    assert ">one</text>" in see(world, f"SELECT ?name ?of ?n {{ {rows} }}", "bar")
    assert ">two, b</text>" in see(world, f"SELECT ?name ?of ?n {{ {rows.replace('one', 'two')} }}", "bar")


def test_two_columns_of_things_make_a_network(world: FlaskClient) -> None:
    query = 'SELECT ?a ?b ?why { VALUES (?a ?b ?why) { (state:ARM "Russia"@en "pact") ("FRA" state:RUS "none") } }'
    html = see(world, query, "graph")
    assert titles(html) == ["pact", "none", "Armenia", "Russia", "France"]
    assert "/doc/id/state/FRA" in html


def test_a_constructed_graph_is_a_network_with_the_names_of_its_properties(world: FlaskClient) -> None:
    query = "CONSTRUCT { state:ARM casus:begins 1 ; casus:continues state:RUS } {}"
    html = see(world, query, "graph")
    assert {"Armenia", "Russia", "continues"} <= set(titles(html))


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        ("timeline", "A timeline needs a column of days"),
        ("map", "A map needs a column of states"),
        ("bar", "Bars need a column of numbers"),
        ("graph", "A network needs two columns of things"),
    ],
)
def test_a_view_without_its_columns_says_what_it_needs_and_shows_the_table(
    world: FlaskClient, view: str, sentence: str
) -> None:
    html = see(world, 'SELECT ?x { VALUES ?x { "nothing" } }', view)
    assert sentence in html
    assert "<td" in html
    assert "<svg" not in html and "picture.svg" not in html


def test_the_query_says_its_view_unless_the_address_does(world: FlaskClient) -> None:
    query = f"# View: timeline\n{MEMBERS}"
    page = world.get("/sparql", query_string={"query": query}, headers=BROWSER).text
    assert 'aria-current="page">Timeline</a>' in page
    assert 'aria-current="page">Table</a>' in see(world, query, "table")
    assert 'aria-current="page">Table</a>' in see(world, f"# View: pie\n{MEMBERS}", "")
    refused = world.get("/sparql", query_string={"query": query, "view": "pie"}, headers=BROWSER)
    assert refused.status_code == 400
    assert "view must be one of table, timeline, map, bar, graph" in refused.text


def test_views_leave_the_answers_for_programs_alone(world: FlaskClient) -> None:
    answer = world.get("/sparql", query_string={"query": MEMBERS, "view": "map"}, headers={"Accept": "text/csv"})
    assert answer.mimetype == "text/csv"


def test_each_view_is_a_link_to_the_same_query(world: FlaskClient) -> None:
    page = Page(world.get("/sparql", query_string={"query": MEMBERS, "as-of": ""}, headers=BROWSER).text)
    links = page.links()
    for text, view in (
        ("Table", "table"),
        ("Timeline", "timeline"),
        ("Map", "map"),
        ("Bars", "bar"),
        ("Network", "graph"),
    ):
        assert f"&view={view}#answer" in str(links[text])
    assert "Map" not in Page(world.get("/sparql?query=ASK{}", headers=BROWSER).text).links()


def test_what_is_too_much_to_draw_is_cut_and_said(world: FlaskClient) -> None:
    rows = " ".join(f'("{number}" {number})' for number in range(100))
    html = see(world, f"SELECT ?name ?n {{ VALUES (?name ?n) {{ {rows} }} }}", "bar")
    assert "Not all of the answer is drawn; the table has more." in html
    few = see(world, 'SELECT ?name ?n { VALUES (?name ?n) { ("one" 1) } }', "bar")
    assert "Not all of the answer" not in few
