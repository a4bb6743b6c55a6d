"""Queries that nobody would write, for whoever asks a server."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

QUESTIONS = sorted((Path(__file__).parents[2] / "ontology" / "questions").glob("*.rq"))

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

ODD_QUERIES = st.one_of(st.text(st.characters(codec="utf-8"), max_size=80), SOUP, mutated(), nested(), BIG)
