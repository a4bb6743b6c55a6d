"""Queries that are let pass at once are those that the guard lets pass, too, token by token."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg.errors import QueryError
from kg.sparql.guard import MAX_COMPLEXITY, check
from kg.sparql.plain import is_plain
from tests.web import attacks, odd_queries

#: Differs from the most, so that the guard reads every token.
SLOWLY = MAX_COMPLEXITY._replace(characters=MAX_COMPLEXITY.characters - 1)

PLAIN = [
    "SELECT ?p ?o WHERE { <https://w3id.org/casus/id/state/ARM> ?p ?o }",
    "select * { ?s a casus:State ; rdfs:label ?name . } LIMIT 10",
    'ASK { state:ARM rdfs:label "Armenia"@en , "Армения"@ru }',
    "SELECT DISTINCT ?a {{ ?a ?b ?c } UNION { ?c ?b ?a OPTIONAL { ?a ?d 1 } } } ORDER BY ?a OFFSET 5",
]
NOT_PLAIN = [
    "SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }",
    "ASK { ?s ?p x:SERVICE }",
    "SELECT * FROM <https://example.org/> { ?s ?p ?o }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { ?s ?p ?o FILTER (?o > 1) }",
    "SELECT * { ?s ?p ( 1 2 ) }",
    "SELECT * { ?s ?p [] }",
    "SELECT * { ?s ?p ?o } # SERVICE",
    r"SELECT * { ?s ?p \u003Chttps://example.org/\u003E }",
    "INSERT DATA { <a> <b> <c> }",
    "SELECT * " + "{" * 20 + "}" * 20,
    "SELECT * { " + "?s ?p ?o . " * 60 + "}",
    "ASK { ?s ?p 1SELECT }x",
    "ASK { ?s ?p ?o . :a.b ?p ?o }",
]


@pytest.mark.parametrize("query", PLAIN)
def test_a_few_patterns_are_plain(query: str) -> None:
    assert is_plain(query)
    assert check(query) == check(query, SLOWLY) == ()


@pytest.mark.parametrize("query", NOT_PLAIN)
def test_all_else_is_read_token_by_token(query: str) -> None:
    assert not is_plain(query)


def assert_no_harm(query: str) -> None:
    """What is plain passes the guard as well, and names no graph."""
    if is_plain(query):
        assert check(query, SLOWLY) == ()


@pytest.mark.parametrize("query", [*attacks.COSTLY.values(), *attacks.NESTED.values(), *attacks.SERVICES])
def test_no_attack_is_plain_that_the_guard_would_stop(query: str) -> None:
    assert_no_harm(query)


@settings(max_examples=500, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(odd_queries.SOUP, odd_queries.mutated(), odd_queries.nested()))
def test_odd_queries_are_plain_only_if_the_guard_lets_them_pass(query: str) -> None:
    assert_no_harm(query)


#: Pieces of which plain queries are made, some that are in none, and what stands between them.
_WORDS = """
SELECT ASK WHERE a ?x ?y p:q casus:State :x <a> <https://e.org/x> "s" "s"@en 'a' 1 1.5 -1 true _:b { } . ; , * ( ) [ ]
! ^ / | # \\u0053 FROM GRAPH SERVICE service x:service FILTER UNION OPTIONAL LIMIT 10 OFFSET INSERT BASE PREFIX
"""
_PIECES = st.sampled_from(_WORDS.split())
_SPACES = st.sampled_from([" ", "", "\n"])


@settings(max_examples=1000)
@given(
    st.lists(st.tuples(_PIECES, st.sampled_from([" ", "", "\n"])), max_size=80).map(lambda p: "".join(map("".join, p)))
)
@example("ASK{?s?p?o}")
@example("SELECT*{?a?b?c.?d?e?f}")
def test_pieces_in_any_order_are_plain_only_if_the_guard_lets_them_pass(query: str) -> None:
    assert_no_harm(query)


def test_the_densest_plain_query_has_no_more_patterns_than_are_allowed() -> None:
    dense = "ASK{" + "?a?b?c." * 84 + "}"
    assert is_plain(dense)
    assert check(dense, SLOWLY) == ()
    with pytest.raises(QueryError):
        check("ASK{" + "?a?b?c." * 120 + "}")
