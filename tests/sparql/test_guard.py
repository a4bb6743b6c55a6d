"""What a query may not do, and what only looks as if it did it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.errors import QueryError
from kg.sparql import guard
from kg.sparql.guard import check

#: pyoxigraph obeys a call before it finds that it does not know this scheme: nothing leaves the machine.
ELSEWHERE = "<ftp://elsewhere/>"


def obeyed(text: str) -> bool | None:
    """Whether pyoxigraph, left alone, obeys a call in this text; None where it is no query."""
    prefixes = {"": "ftp://elsewhere/", "p": "ftp://elsewhere:"}
    try:
        Store().query(text, prefixes=prefixes, base_iri="ftp://elsewhere/")
    except SyntaxError:
        return None
    except OSError:
        return True
    except RuntimeError as error:
        return "service" in str(error)
    return False


@pytest.mark.parametrize(
    "query",
    [
        "ASK { SERVICE <ftp://elsewhere/> {} }",
        "ask{service<ftp://elsewhere/>{}}",
        "ASK { sErViCe\n\t# a comment\n<ftp://elsewhere/>\r\n{} }",
        "ASK { SERVICE :name {} }",
        "ASK { {} UNION { OPTIONAL { SERVICE <ftp://elsewhere/> {} } SERVICE <ftp://elsewhere/> {} } }",
        "SELECT * { { SELECT * { SERVICE <ftp://elsewhere/> {} } } }",
        "ASK { FILTER EXISTS { SERVICE <ftp://elsewhere/> {} } }",
        "ASK { VALUES ?s { <ftp://elsewhere/> } SERVICE ?s {} }",
        # pyoxigraph reads a keyword wherever its letters stand.
        "ASK { SERVICE:name{} }",
        "ASK { ?s ?p 1SERVICE<ftp://elsewhere/>{} }",
        "ASK { ?s ?p trueSERVICE<ftp://elsewhere/>{} }",
        "ASK { ?s ?p :a.b.SERVICE<ftp://elsewhere/>{} }",
        "ASK { ?s ?p p:SERVICE<ftp://elsewhere/>{} }",
        "ASK { ?s ?p p:SERVICE:name{} }",
        # What could be an IRI is a comparison, and hides nothing.
        "ASK { FILTER(1<2)SERVICE#>\n<ftp://elsewhere/>{} }",
        'ASK { FILTER(1<2#>"""\n)SERVICE <ftp://elsewhere/> {}#"""\n}',
        "ASK { FILTER(1<'>'||true)SERVICE <ftp://elsewhere/> {}#'\n}",
        "ASK { FILTER(1<<ftp://elsewhere/#>||true)SERVICE <ftp://elsewhere/> {}#>\n}",
        # Strings end where pyoxigraph ends them.
        "ASK { VALUES ?a {'''b'} SERVICE <ftp://elsewhere/> {} #\\uD800'''\n}",
        "ASK { VALUES ?a {'''b'} SERVICE <ftp://elsewhere/> {} #\\z'''\n}",
        "ASK { ?s ?p '\\\\' SERVICE <ftp://elsewhere/> {} # '\n}",
        "ASK { ?s <ftp://elsewhere/\\u0023'> ?o SERVICE <ftp://elsewhere/> {} # '\n}",
    ],
)
def test_calls_are_refused(query: str) -> None:
    assert obeyed(query) is not None, "else there is nothing to refuse"
    with pytest.raises(QueryError):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { \\u0053ERVICE <ftp://elsewhere/> {} }",
        "ASK { S\\U00000045RVICE <ftp://elsewhere/> {} }",
        "ASK { ?s ?p '\\u0027 SERVICE <ftp://elsewhere/> {} # ' }",
        "ASK { # \\u000A SERVICE <ftp://elsewhere/> {}\n}",
        "ASK { SERVICE",
        "ASK { SERVICE SILENT ?x {} }",
        "ASK { serviceSILENT:x {} }",
    ],
)
def test_calls_by_another_reading_of_sparql_are_refused(query: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused"):
        check(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?s ?p 'SERVICE <x> {}' }",
        'ASK { ?s ?p """a "SERVICE" <x> {}\n""" }',
        "ASK { ?s ?p 'it\\'s SERVICE <x> {}' }",
        "ASK { # SERVICE <x> {}\n }",
        "ASK { ?s <http://example.org/SERVICE> <http://example.org/service#> }",
        "ASK { ?SERVICE ?service $Service }",
        "PREFIX service: <http://example.org/> ASK { ?s service:offers service:x , :SERVICE ; :a.service 1 }",
        "PREFIX service: <http://example.org/> ASK { GRAPH service:g { ?s a :Service . ?s :service ?x OPTIONAL {} } }",
        "ASK { _:service ?p 'x'@service }",
        "ASK { FILTER(?a<?b&&?c>?d) FILTER(?a < 1 || ?b<'#') }",
        "ASK { ?s ?p (<x> <http://example.org/#y> 1) VALUES (?a ?b) { (<x> <y>) } }",
        "ASK { << ?s ?p ?o >> ?p <<( ?s ?p ?o )>> {| :p :o |} }",
        "ASK { ?s :p\\'q 'C:\\\\users' ; :p ''''quoted''', '', \"\" }",
    ],
)
def test_the_word_alone_is_no_call(query: str) -> None:
    assert check(query) == ()


spelling = st.lists(st.sampled_from([0, 1, 2, 3]), min_size=7, max_size=7).map(
    lambda ways: "".join(
        (letter, letter.lower(), f"\\u{ord(letter):04X}", f"\\U{ord(letter):08x}")[way]
        for letter, way in zip("SERVICE", ways, strict=True)
    )
)
gap = st.lists(st.sampled_from([" ", "\t", "\n", "\r\n", "# SERVICE { '\n", "#\r"]), max_size=4).map("".join)
before = st.sampled_from(["", "?s ?p ?o .", "?s ?p 'x' ", "{} UNION {} ", "FILTER(?a<1)", "BIND(1 AS ?x)", "?s ?p 1.5"])


@settings(deadline=None)
@given(before, spelling, st.sampled_from(["", "SILENT ", "silent#\n"]), st.lists(gap, min_size=3, max_size=3))
def test_however_it_is_spelled(pattern: str, service: str, silent: str, gaps: list[str]) -> None:
    query = f"ASK {{ {pattern}{gaps[0]}{service}{gaps[1]}{silent}{ELSEWHERE}{gaps[2]}{{}} }}"
    with pytest.raises(QueryError, match="SERVICE is refused"):
        check(query)


quoted = st.sampled_from(["'{}'", '"{}"', "'''{}'''", '"""{}"""', "# {}\n'x'", "<http://example.org/{}>"])
hidden = st.sampled_from(["SERVICE", "service", "x-SERVICE-", "SERVICE?x", "SERVICE:x"])


@settings(deadline=None)
@given(st.lists(st.tuples(quoted, hidden), min_size=1, max_size=5))
def test_wherever_it_is_only_quoted(terms: list[tuple[str, str]]) -> None:
    objects = ", ".join(form.format(word) for form, word in terms)
    assert check(f"ASK {{ ?s ?p {objects} }}") == ()


FRAGMENTS = [
    "SERVICE", f"SERVICE{ELSEWHERE}{{}}", ELSEWHERE, ":x", "p:", ":a.b.", "{", "}", "(", ")", "<", ">", "<<", ">>",
    "#", "#\n", "'", '"', "'''", '"""', "\\", "\\z", "\\uD800", "\\'", "FILTER(1", "FILTER(1<2)", "1", "true", "?a",
    ".", ";", " ", "VALUES ?x{", "<x'>", "<#x>", "<x)#>", "GRAPH", "OPTIONAL{", "UNION", "@en", "=1", "!", "||", "/",
    "[", "]",
]  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(["ASK{{FILTER(1<2){}SERVICE<ftp://elsewhere/>{{}}}}", "ASK{{{}SERVICE<ftp://elsewhere/>{{}}{}}}"]),
    st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("".join),
    st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("".join),
)
def test_what_pyoxigraph_would_obey_is_refused(template: str, first: str, second: str) -> None:
    query = template.format(first, second)
    if obeyed(query):
        with pytest.raises(QueryError):
            check(query)


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <a> <b> <c> }",
        "delete where { ?s ?p ?o }",
        "LOAD <http://example.org/>",
        "PREFIX ex: <http://example.org/> BASE <http://example.org/> CLEAR ALL",
        "WITH <g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_told_where_they_are(update: str) -> None:
    with pytest.raises(QueryError, match="is SPARQL Update; only queries are answered here"):
        check(update)


def test_the_graphs_of_from_clauses_are_found() -> None:
    query = """BASE <http://example.org/a/> PREFIX ex: <../ex/>
        SELECT * FROM <g1> FROM NAMED ex:g2 from named casus:g3 FROM <\\u0061> WHERE { ?from ?p 'FROM <x>' }"""
    assert check(query) == (
        "http://example.org/a/g1",
        "http://example.org/ex/g2",
        "https://w3id.org/casus/ontology#g3",
        "http://example.org/a/a",
    )


def nested(opening: str, inside: str, closing: str, depth: int) -> str:
    return opening * depth + inside + closing * depth


#: Patterns that nest, one bracket a level, and those that go on and on, one operation each.
DEEP = {
    "groups": ("{", "?s ?p ?o", "}"),
    "optional": ("OPTIONAL{", "?s ?p ?o", "}"),
    "exists": ("FILTER EXISTS{", "?s ?p ?o", "}"),
    "lists": ("", "?s ?p " + nested("(", "1", ")", 62), ""),
    "blank nodes": ("", "?s ?p " + nested("[?p ", "1", "]", 62), ""),
    "paths": ("", "?s " + nested("(", ":p", ")", 62) + " ?o", ""),
    "expressions": ("", "FILTER(" + nested("(", "1", ")", 62) + ")", ""),
    "calls": ("", "FILTER(" + nested("ABS(", "1", ")", 62) + ")", ""),
    "reified triples": ("", nested("<<", ":a :p :b", ">> :p :b", 62), ""),
}
LONG = {
    "unions": "{} " + "UNION {} " * 190,
    "options": "OPTIONAL {} " * 190,
    "binds": "".join(f"BIND(1 AS ?v{number})" for number in range(130)),
    "sums": "FILTER(" + "1+" * 390 + "1)",
    "negations": "FILTER(" + "!" * 390 + "1)",
    "patterns": "?s ?p ?o . " * 99,
    "chain": " . ".join(f"?v{number} ?p ?v{number + 1}" for number in range(99)),
    "objects": "?s ?p ?o" + ", ?o" * 98,
    "collection": "?s ?p (" + "1 " * 49 + ")",
    "groups": "{ ?s ?p ?o } " * 100,
    "doubling": "FILTER(" + nested("REPLACE(", "?a", ",'b','c')", 10) + "='x')",
    "failing": "FILTER(" + "!(" * 10,
}


def deep_queries() -> list[str]:
    levels = {"groups": 63, "optional": 63, "exists": 63}
    return [
        f"ASK {{ {nested(opening, inside, closing, levels.get(name, 1))} }}"
        for name, (opening, inside, closing) in DEEP.items()
    ]


def test_the_most_that_is_allowed_does_not_hurt() -> None:
    """In a thread with the small stack that a server's threads have, and soon."""
    queries = deep_queries() + [f"ASK {{ {pattern} }}" for pattern in LONG.values()]
    for query in queries:
        check(query)
    code = f"""if True:
        import threading
        from pyoxigraph import Store
        def ask():
            for query in {queries!r}:
                try:
                    Store().query(query, prefixes={{"": "http://example.org/"}})
                except SyntaxError:
                    pass
        threading.stack_size(2 * 1024 * 1024)
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        print("alive")"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stdout) == (0, "alive\n")


#: As many variables as no question has columns.
LISTED = " ".join(f"?v{number}" for number in range(3_000))


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("ASK { " + nested("{", "", "}", 64) + " }", "more than 64 brackets inside each other"),
        ("ASK { ?s ?p " + "(" * 3000, "more than 64 brackets inside each other"),
        ("ASK { ?s ?p " + "[:p" * 70, "more than 64 brackets inside each other"),
        ("ASK { ?s ?p " + "(<x> <a)b> " * 70, "more than 64 brackets inside each other"),
        ("ASK { " + "<<" * 70, "more than 64 brackets inside each other"),
        ("ASK { {} " + "UNION {} " * 10_000 + "}", "more than 400 keywords, operators, brackets and triple patterns"),
        (f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} GROUP BY {LISTED}", "more than 400 variables in a list"),
        (f"SELECT ?s {{ ?s ?p ?o }} ORDER BY {LISTED}", "more than 400 variables in a list"),
        (f"SELECT DISTINCT {LISTED} {{ ?s ?p ?o }}", "more than 400 variables in a list"),
        (f"SELECT * {{ {{ SELECT {LISTED} {{ ?s ?p ?o }} }} }}", "more than 400 variables in a list"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY " + "?s " * 3_000, "more than 400 variables in a list"),
        ("ASK { VALUES ?x {} {" + "{} " * 1000 + "} }", "more than 100 triple patterns in a group"),
        ("ASK { " + "?s ?p ?o . " * 9000 + "}", "more than 100 triple patterns in a group"),
        ("ASK { " + " . ".join(f"?s{n} ?p ?o" for n in range(200)) + " }", "more than 100 triple patterns in a group"),
        ("CONSTRUCT WHERE { " + "?s ?p 'a;b.c' . " * 200 + "}", "more than 100 triple patterns in a group"),
        ("ASK { ?s ?p ?o " + "; ?p ?o" * 12_000 + " }", "more than 100 triple patterns in a group"),
        ("ASK { ?s ?p ?o " + ", ?o" * 24_000 + " }", "more than 100 triple patterns in a group"),
        ("ASK { ?s ?p " + "[ ?p ?o , ?o ; ?p ?o ] , " * 60 + "1 }", "more than 100 triple patterns in a group"),
        ("ASK { ?s ?p (" + " 1" * 30_000 + ") }", "more than 100 triple patterns in a group"),
        ("ASK { ?s ?p (" + " true 'x'@en ?y <z> :z 'x'^^:z" * 40 + ") }", "more than 100 triple patterns in a group"),
        ("ASK { ?s ?p (" + " (1)" * 190 + ") }", "more than 100 triple patterns in a group"),
        ("ASK { " + "{ ?s ?p ?o } " * 190 + "}", "more than 100 triple patterns in a group"),
        ("ASK { " + "?s :p/:q ?o . " * 70 + "}", "more than 100 triple patterns in a group"),
        ("ASK { ?s (:p" + "/:p" * 130 + ")+ ?o }", "more than 100 triple patterns in a group"),
        ("ASK { ?s ?p ?o " + "~ ?r " * 200 + "}", "more than 100 triple patterns in a group"),
        ("ASK { " + "<< ?s ?p ?o >> ?a ?b . " * 70 + "}", "more than 100 triple patterns in a group"),
        ("ASK { ?s ?p ?o " + "{| ?a ?b |} " * 130 + "}", "more than 100 triple patterns in a group"),
        ("ASK { [ ?p [ ?p 1 ] ] ?p " + "[ ?p 1 ] , " * 70 + "1 }", "more than 100 triple patterns in a group"),
        ("DESCRIBE " + " ".join(f"<urn:{n}>" for n in range(5000)), "more than 400 keywords, operators"),
        ("DESCRIBE " + "?s :a " * 5000 + "{ ?s ?p ?o }", "more than 400 keywords, operators"),
        ("ASK { " + "GRAPH ?g { ?s ?p ?o } " * 190 + "}", "more than 100 triple patterns in a group"),
        ("ASK { " + ("OPTIONAL { " + "?s ?p ?o . " * 99 + "} ") * 5 + "}", "more than 400 keywords, operators"),
        ("ASK { " + ("{ " + "?s ?p ?o . " * 99 + "} UNION ") * 5 + "{} }", "more than 400 keywords, operators"),
        ("ASK { FILTER(" + "!(" * 11, "more than 10 negations"),
        ("ASK { FILTER(" + "REGEX(" * 11, "more than 10 negations or calls of REGEX"),
        ("ASK {} #" + "x" * 100_000, "the query has 100,008 characters; 100,000 are allowed"),
    ],
)
def test_more_is_refused(query: str, cause: str) -> None:
    with pytest.raises(QueryError, match=cause):
        check(query)


def test_data_in_a_query_is_not_complexity() -> None:
    check("ASK { VALUES (?a ?b) {" + "(1 true) (UNDEF 'x') " * 2000 + "} }")
    check("ASK { ?s ?p ?o FILTER(?o IN (" + "1, " * 5000 + "1)) }")
    check("CONSTRUCT { " + "?s ?p ?o , [ ?p ?o ; ?q ?o ] . " * 300 + "} WHERE { ?s ?p ?o }")
    check("DESCRIBE " + " ".join(f"<urn:{n}>" for n in range(300)))
    check("SELECT " + "?a " * 300 + "{ ?a ?b ?c } GROUP BY " + "?a " * 300 + "ORDER BY " + "?a " * 300)
    check("ASK { " + "FILTER(!(?a = 1) && !REGEX(?b, 'x')) " * 30 + "}")


PIECES = ["a-", "'''a", "<", "<a", "?x ", "a.", "'a\\z", '"', "(1<a ", "_:a.", ":", "a:\\'", "\\", "é"]


@pytest.mark.parametrize("piece", PIECES)
def test_reading_takes_little_time_whatever_the_text(piece: str) -> None:
    # Bounded by the limit on the length; a quadratic reading would take minutes.
    try:
        check((piece * guard.MAX_COMPLEXITY.characters)[: guard.MAX_COMPLEXITY.characters])
    except QueryError as error:
        assert "\n" not in str(error)


def test_a_refusal_says_where() -> None:
    with pytest.raises(QueryError, match=r"^line 3, column 5: SERVICE is refused: queries stay within this store$"):
        check("ASK {\n  ?s ?p ?o .\n    SERVICE <x> {}\n}")


def test_an_iri_that_may_be_a_comparison_is_refused_with_advice() -> None:
    with pytest.raises(QueryError, match="put a space after the < of a comparison, or write the IRI in full"):
        check("ASK { FILTER(?a<b#c>) }")
    check("ASK { FILTER(?a < ?b) FILTER(?a = <b#c>) }")
