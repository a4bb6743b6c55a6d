"""Whatever a model or a stranger puts into a tool gets an error that says what to do, and the next is served."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from talking import Conversation, conversation, over_stdio

from kg.build.store import Build

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
INJECTED = "state:ARM> ?p ?o } INSERT DATA { <urn:a> <urn:b> <urn:c> } #"


@pytest.fixture(scope="module")
def talk(shipped: Build) -> Iterator[Conversation]:
    with conversation(over_stdio(CASUS_QUERY_SECONDS="5", CASUS_DESK_SECONDS="60")) as connected:
        yield connected


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("find", {}, "text is missing. find takes text, kind?, language?"),
        ("find", {"text": 5}, "text: input should be a valid string"),
        ("find", {"text": "x" * 1_000_000}, "at most 300 characters"),
        ("find", {"text": "  ?! "}, "there is no word in it"),
        ("find", {"text": "Armenia", "kind": "ships"}, "there is no 'ships'; choose from states"),
        ("find", {"text": "Armenia", "limit": 3}, "there is no argument 'limit'"),
        ("describe", {"iri": "organization:NATTO"}, "near it are organization:NATO"),
        ("describe", {"iri": INJECTED}, "nothing here is called"),
        ("describe", {"iri": "state:ARM", "as_of": "1 May"}, "YYYY-MM-DD"),
        ("query", {"sparql": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}, ""),
        ("query", {"sparql": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"}, "SERVICE"),
        ("query", {"sparql": "SELECT ?s {"}, "line 1"),
        ("query", {"sparql": "{" * 90_000}, ""),
        ("query", {"sparql": "x" * 2_000_000}, "100,000"),
        ("query", {"sparql": "ASK {}", "limit": 0}, "limit: input should be greater than or equal to 1"),
        ("query", {"sparql": "ASK {}", "limit": "many"}, "limit: input should be a valid integer"),
        ("query", {"sparql": "ASK {}", "as_of": "2020-02-30"}, "as_of: not a date"),
        ("owed", {"on": "2020-13-01", "holder": "RUS"}, "on: not a date"),
        ("owed", {"on": "2020-01-01", "holder": "Atlantis"}, "holder: nothing here is called 'Atlantis'"),
        ("owed", {"on": "2020-01-01", "to": "ARM"}, "there is no argument 'to'"),
        ("owed", {"on": "2020-01-01", "holder": "RUS", "kind": "love"}, "no kind of obligation is called 'love'"),
        ("case", {"attacker": "AZE", "victim": "ARM", "on": "0000-00-00"}, "on: not a date"),
        ("case", {"attacker": "AZE", "victim": "ARM", "on": "1700-01-01"}, ""),
        ("case", {"attacker": "AZE", "victim": "ARM", "on": "2020-01-01", "kind": "picnic"}, "armed-attack"),
        ("explain", {"s": "state:ARM", "p": "nonsense:p", "o": "state:RUS"}, "unknown prefix"),
        ("explain", {"s": "state:ARM", "p": "a", "o": '"open'}, "literal"),
        ("what_if", {"without": "Атлантида"}, "without: nothing here is called"),
        ("what_if", {"without": "casus:State"}, "is no state, organization, treaty or episode"),
        ("check", {"statement": " "}, ""),
        ("check", {"statement": "a | b | c | d | e | f"}, ""),
    ],
)
def test_it_is_refused_with_a_sentence(talk: Conversation, tool: str, arguments: dict[str, Any], told: str) -> None:
    error = talk.refused(tool, **arguments)
    assert told in error
    assert 5 < len(error) < 2000
    assert "Traceback" not in error and not error.startswith("Error executing tool")


@pytest.mark.parametrize("statement", ["state:ARM casus:memberOf", "Rock owes paper to scissors", "<p>", "а " * 400])
def test_what_cannot_be_read_is_not_known(talk: Conversation, statement: str) -> None:
    result = talk.ask("call_tool", "check", {"statement": statement})
    assert result.is_error or result.structured_content["verdict"] == "not known"


def test_injected_sparql_stays_a_name(talk: Conversation) -> None:
    talk.told("find", text="} UNION { ?s ?p ?o }")
    talk.told("schema", about="> ?x . ?y < DROP ALL")
    case = talk.told("case", attacker="AZE", victim="ARM", on="2020-01-01", place=INJECTED)
    assert any("names no place on record" in sentence for sentence in case["assumed"])
    assert talk.told("query", sparql="ASK { <urn:a> <urn:b> <urn:c> }")["boolean"] is False


def test_a_query_that_takes_too_long_ends_and_the_next_is_served(talk: Conversation) -> None:
    begin = time.monotonic()
    error = talk.refused("query", sparql=ENDLESS)
    assert "What to do: ask for less" in error
    assert time.monotonic() - begin < 30
    assert talk.told("query", sparql="ASK { state:ARM a casus:State }")["boolean"] is True


def test_a_tool_that_is_not_there_is_told(talk: Conversation) -> None:
    result = talk.ask("call_tool", "drop_table", {})
    assert result.is_error and "drop_table" in result.content[0].text


def test_terms_that_nothing_mentions_and_days_beyond_the_sources_are_told(talk: Conversation) -> None:
    (caveat,) = talk.told("query", sparql="ASK { state:ARM casus:membrOf ?x }")["caveats"]
    assert "does not know casus:membrOf; near it are casus:member" in caveat
    late = talk.told("owed", on="2090-01-01", holder="RUS", beneficiary="BLR", kind="defense")
    assert late["caveats"] and late["clauses"][0]["bound"][0]["certainty"] == "presumed"
