"""Queries that nobody would write: each gets an answer of a documented kind in bounded time, and no process is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from running import Answer, Server, running

WORKERS = 3
#: A query may run so long, and an answer may take so much longer on a busy machine.
SECONDS, ROOM = 1, 10
#: The same examples each time, as many as take a few seconds.
FUZZ = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
QUESTIONS = sorted((Path(__file__).parents[2] / "ontology" / "questions").glob("*.rq"))
FORMATS = ["text/csv", "application/sparql-results+json", "text/turtle", "text/html", "application/json"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("data") / "data.ttl"
    file.write_text(
        "@prefix x: <http://example.org/> . x:a x:p x:b, 1, 'two'@en, 3.5, true, '\\u0000', 1e400, [] ."
        "x:b x:q x:c . x:c x:q x:b, x:a . x:c x:p '2000-02-30T00:00:00Z'^^x:dateTime, '٣', '🏳️‍🌈'@ar .",
        encoding="utf-8",
    )
    with running(file, workers=WORKERS, query_seconds=SECONDS, long_after=0.5, query_memory=200) as server:
        yield server


@pytest.fixture(scope="module")
def documented(server: Server) -> dict[str, dict[str, set[str]]]:
    """For each method the statuses that /openapi.json has for /sparql, with their content types."""
    paths = json.loads(server.send("/openapi.json").text)["paths"]
    return {
        method: {status: set(response.get("content", ())) for status, response in operation["responses"].items()}
        for method, operation in paths["/sparql"].items()
    }


@pytest.fixture(scope="module", autouse=True)
def unharmed(server: Server) -> Iterator[None]:
    """At the end all processes answer, and none has ended in another way than by being stopped."""
    yield
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(server.ask("ASK {}"))) for _ in range(3 * WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * 3 * WORKERS
    metrics = server.send("/metrics").text
    assert f'casus_queries{{state="idle"}} {WORKERS}.0\n' in metrics
    assert "QueryFailed" not in metrics
    assert "Traceback" not in server.log.read_text()


def check(answer: Answer, statuses: dict[str, set[str]]) -> None:
    """Whether an answer is one of those documented and came in time."""
    assert str(answer.status) in statuses, answer
    assert answer.headers["content-type"].partition(";")[0] in statuses[str(answer.status)], answer
    assert answer.seconds < SECONDS + ROOM
    if answer.status == 503:
        assert "retry-after" in answer.headers
    if answer.status >= 400 and answer.headers["content-type"].startswith("text/plain"):
        assert answer.text.endswith("\n") and answer.text.count("\n") == 1, answer.text


#: What SPARQL is made of, and what could be mistaken for it. HERE is somebody who would like to be called.
VOCABULARY = """
    SELECT ASK CONSTRUCT DESCRIBE WHERE FROM NAMED GRAPH SERVICE SILENT OPTIONAL UNION MINUS FILTER BIND VALUES UNDEF
    DISTINCT REDUCED ORDER BY GROUP HAVING LIMIT OFFSET ASC DESC AS NOT EXISTS IN PREFIX BASE LATERAL INSERT DELETE DATA
    LOAD CLEAR COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR = REGEX REPLACE SUBSTR CONCAT STRLEN UCASE
    ENCODE_FOR_URI CONTAINS IF COALESCE IRI URI BNODE STRDT STRLANG UUID RAND NOW YEAR TZ MD5 SHA512 LANGMATCHES ABS
    ROUND ISIRI SAMETERM a true false * + - / | ^ ! && || < > <= >= != = , ; . .. ( ) { } [ ] () [] {| |} << >> <<( )>>
    ?s ?p ?o ?a $s ?1 ?ª ? $ x: x:p _:b :p rdf:type state:ARM x:a\\-b x:%41 %zz <http://example.org/p> <p> <> < #
    'a' "b" '''c''' \"\"\"d\"\"\" 'e'@en 'f'^^xsd:integer '\\u0041' '\\ud800' '\\' "\\ \\u007B \\U0001F600 ' " ''' @en
    ^^ 0 1 -1 1.5 .5 1e9 1e999999 99999999999999999999999999999999 00 '-9223372036854775808'^^xsd:long 1SERVICE
    trueSERVICE SERVICE<HERE> <HERE> SERVICE?s{} \ufeff \u200b \u202e é 🏳️‍🌈 \U0010ffff
"""
TOKENS = st.sampled_from([*VOCABULARY.split(), "#\n", "\0", "\t"])
SOUP = st.lists(st.tuples(TOKENS, st.sampled_from([" ", " ", " ", "", "\n"])), max_size=60).map(
    lambda pieces: "".join(token + gap for token, gap in pieces)
)
QUERIES = [
    *(question.read_text(encoding="utf-8") for question in QUESTIONS),
    "SELECT * { ?s (casus:p|^casus:q)+/(!(casus:p|^a))* ?o }",
    "CONSTRUCT { ?s ?p [ a ?o ] } WHERE { GRAPH ?g { ?s ?p ?o FILTER (STRLEN(STR(?o)) > 2 || ?o IN (1, 2)) } }",
    "DESCRIBE <http://example.org/a> ?x { ?x ?p [] MINUS { ?x a ?p } }",
    "SELECT (UCASE(?o) AS ?x) (SUM(?n) AS ?m) { VALUES (?o ?n) { ('a' 1) (UNDEF 2) } } GROUP BY ?o HAVING (?m > 1)",
]


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A query of which pieces are taken out, doubled, put elsewhere, or replaced."""
    text = draw(st.sampled_from(QUERIES))
    for _ in range(draw(st.integers(1, 6))):
        begin = draw(st.integers(0, len(text)))
        end = min(len(text), begin + draw(st.integers(0, 40)))
        piece = draw(st.one_of(st.just(""), st.just(text[begin:end] * 2), TOKENS, st.text(max_size=3)))
        text = text[:begin] + piece + text[end:]
        if draw(st.booleans()):
            at = draw(st.integers(0, len(text)))
            text = text[at:] + text[:at] if draw(st.integers(0, 9)) == 0 else text[:at] + text[begin:end] + text[at:]
    return text[:5000]


#: What can be put into itself: before it and after it.
NESTS = [
    ("{", "}"), ("(", ")"), ("[<p> ", "]"), ("!(", ")"), ("-(", ")"), ("OPTIONAL {", "}"), ("{} UNION {", "}"),
    ("MINUS {", "}"), ("{ SELECT * {", "} }"), ("FILTER EXISTS {", "}"), ("FILTER NOT EXISTS {", "}"),
    ("GRAPH ?g {", "}"), ("IF(", ", 1, 2)"), ("REGEX(", ", 'a')"), ("COALESCE(", ")"),
    ("CONCAT(", ")"), ("1 IN (", ")"), ("1 + (", ")"), ("!(^", ")"), ("(<p>|", ")*"),
    ("(", ")+"), ("<p>/(", ")"), ("<< ", " ?p ?o >>"), ("<<( ", " ?p ?o )>>"),
]  # fmt: skip
HEADS = [
    ("ASK {", "}"), ("ASK { ?s ?p ", "}"), ("ASK { ?s ", " ?o }"), ("ASK { FILTER (", ") }"),
    ("SELECT (", " AS ?x) {}"), ("ASK { ", " ?p ?o }"), ("CONSTRUCT {", "} WHERE {}"),
    ("SELECT * {} ORDER BY (", ")"), ("", ""),
]  # fmt: skip


@st.composite
def nested(draw: st.DrawFn) -> str:
    """Brackets of one or two kinds in each other, about as deep as they may be."""
    before, after = draw(st.sampled_from(HEADS))
    core = draw(st.sampled_from(["", "1", "?s", "<p>", "?s ?p ?o", "'a'"]))
    for opening, closing in draw(st.lists(st.sampled_from(NESTS), min_size=1, max_size=2)):
        depth = draw(st.integers(5, 70))
        core = opening * depth + core + closing * draw(st.sampled_from([depth, depth, depth, depth - 1, 0]))
    return before + core + after


NUMBERS = st.one_of(
    st.integers(-(10**40), 10**40).map(str), st.floats().map(str), st.sampled_from(["9" * 400, "-0", "1e-9999"])
)
TYPES = st.sampled_from(["dateTime", "date", "gYear", "duration", "dayTimeDuration", "decimal", "integer", "double"])
BIG = st.one_of(
    NUMBERS.map(lambda n: f"SELECT * {{ ?s ?p ?o }} LIMIT {n}"),
    NUMBERS.map(lambda n: f"SELECT * {{ ?s ?p ?o }} OFFSET {n}"),
    st.tuples(NUMBERS, NUMBERS).map(lambda n: f"SELECT (SUBSTR('abc', {n[0]}, {n[1]}) AS ?x) {{}}"),
    st.tuples(NUMBERS, st.sampled_from("+-*/"), NUMBERS).map(lambda n: f"SELECT ({n[0]} {n[1]} {n[2]} AS ?x) {{}}"),
    st.tuples(TYPES, NUMBERS, NUMBERS).map(
        lambda n: f"SELECT (xsd:{n[0]}('{n[1]}') + '{n[2]}'^^xsd:{n[0]} AS ?x) {{}}"
    ),
    st.tuples(NUMBERS, NUMBERS).map(lambda n: f"SELECT (YEAR('{n[0]}-01-01T00:00:{n[1]}Z'^^xsd:dateTime) AS ?x) {{}}"),
    NUMBERS.map(lambda n: f"SELECT (ROUND({n}) AS ?x) (xsd:integer({n}) AS ?y) (STRDT('{n}', xsd:double) AS ?z) {{}}"),
)


@FUZZ
@given(
    query=st.one_of(st.text(st.characters(codec="utf-8"), max_size=80), SOUP, mutated(), nested(), BIG),
    accept=st.sampled_from(FORMATS),
)
def test_no_query_breaks_the_server(
    server: Server, listener: list[object], documented: dict[str, dict[str, set[str]]], query: str, accept: str
) -> None:
    text = query.replace("HERE", f"http://127.0.0.1:{listener[0]}/")
    check(server.ask(text, accept=accept, timeout=SECONDS + 2 * ROOM), documented["post"])
    assert len(listener) == 1, "somebody has called"


ENCODED = st.one_of(
    st.sampled_from(
        ["%", "%%", "%0", "%zz", "%u0041", "%00", "%0a", "%C0%80", "%FF", "%ED%A0%80", "%F4%90%80%80", "+", "%2B", "[]",
         "&", "=", ";", "query=", "query", "&query=ASK%20{}", "update=", "as-of=", "format=csv", "format=", "a" * 9000]
    ),
    st.text(st.characters(codec="utf-8"), max_size=5).map(quote),
)  # fmt: skip
ACCEPT = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    st.lists(
        st.sampled_from(
            ["text/html", "text/turtle", "*/*", "text/*", "*", "application/*", "q=", ";q=0", ";q=-1", ";q=1e9",
             ";q=nan", "; q=0.5", ';q="1"', ",", ",,", ";", "/", ";version=1.1", "text/csv;q=0.5;q=0.7", "a/b" * 999]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


@FUZZ
@given(pieces=st.lists(ENCODED, max_size=8), accept=ACCEPT, head=st.booleans())
def test_no_encoding_and_no_header_breaks_the_server(
    server: Server, documented: dict[str, dict[str, set[str]]], pieces: list[str], accept: str, head: bool
) -> None:
    address = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o }"}) * (not head) + "".join(pieces)
    check(server.send(address, accept=accept), documented["get"])
