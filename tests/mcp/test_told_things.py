"""What the tools tell of anything in the graph, asked in this process: each kind of thing, each term, each language."""

from __future__ import annotations

from datetime import date

import pytest
from pyoxigraph import NamedNode

from kg.build.questions import read_questions
from kg.build.store import Build, open_store
from kg.errors import BadInput
from kg.graph import Graph
from kg.mcp.about import describe_thing
from kg.mcp.by_name import find_things
from kg.mcp.due_duties import tell_owed
from kg.mcp.schema import tell_schema
from kg.mcp.teller import Teller
from kg.mcp.topics import nearest_topics
from kg.mcp.worked import tell_questions
from kg.pool.inquiry import LocalDesk
from kg.project import Project
from kg.web.executor import LocalExecutor
from kg.web.service import Service
from kg.web.site import Library, Site


@pytest.fixture(scope="module")
def teller(shipped: Build, project: Project) -> Teller:
    site = Site(build=shipped, questions=read_questions(project.questions))
    executor = LocalExecutor(open_store(shipped.store))
    return Teller(Service(site, Library(site), executor, LocalDesk(Graph.of(shipped))))


def test_a_thing_of_every_class_and_the_class_itself_are_described(teller: Teller) -> None:
    classes = [term.node for term in teller.service.library.terms if term.kind == "class"]
    for class_ in classes:
        ((thing,),) = teller.asker().select(f"SELECT ?thing {{ ?thing a {class_} }} LIMIT 1") or ((None,),)
        for named in (class_, thing):
            if isinstance(named, NamedNode):
                told = describe_thing(teller, named, None)
                assert told.iri == named.value
                assert told.label
    assert len(classes) > 100


def test_every_property_is_described_and_found_by_its_own_words(teller: Teller) -> None:
    properties = [term for term in teller.service.library.terms if term.kind == "property"]
    for term in properties[::5]:
        assert describe_thing(teller, term.node, None).iri == term.node.value
        found = [one.term for one in tell_schema(teller, f"{term.name} {teller.view.name(term.node)}").terms]
        assert term.name in found


@pytest.mark.parametrize(
    ("said", "term"),
    [("ARM", "state:ARM"), ("arm", "state:ARM"), ("state:ARM", "state:ARM"), ("<state/ARM>", "state:ARM"),
     ("https://w3id.org/casus/id/state/ARM", "state:ARM"), ("Armenia", "state:ARM"), ("Армения", "state:ARM"),
     ("id/state/ARM", "state:ARM"), (" ARM ", "state:ARM")],
)  # fmt: skip
def test_a_state_is_known_however_it_is_named(teller: Teller, said: str, term: str) -> None:
    assert teller.term(teller.thing("holder", said, "state")) == term


def test_a_name_that_is_nearly_right_is_corrected(teller: Teller) -> None:
    with pytest.raises(BadInput, match=r"near it are .*state:ARM"):
        teller.thing("holder", "state:ARMM", "state")


def test_names_are_found_in_any_language_by_some_of_their_words_and_by_kind(teller: Teller) -> None:
    assert find_things(teller, "организация договора о коллективной безопасности").found[0].term == "organization:CSTO"
    partly = find_things(teller, "the Warsaw Pact treaty of 1955", "treaties")
    assert "treaty:WARSAW-PACT" in [one.term for one in partly.found]
    assert partly.advice
    assert (
        find_things(teller, "zzzz").advice == "nothing is called so; try one word, another language, a code, or no kind"
    )


def test_words_tell_in_the_language_that_is_asked_for(teller: Teller) -> None:
    russian = Teller(teller.service, "ru")
    told = tell_owed(russian, date(2020, 1, 1), None, teller.thing("to", "ARM", "state"), "defense", proof=False)
    assert told.answer is not None and told.answer.startswith("1 января 2020")
    assert told.clauses[0].kind == "оборона"


def test_who_owed_whom_without_a_name_is_told_in_part(teller: Teller) -> None:
    told = tell_owed(teller, date(2020, 1, 1), None, None, None, proof=False)
    assert told.answer is None and told.more > 50 and told.at_least
    assert len(told.model_dump_json()) < 60_000


def test_questions_name_what_can_be_put_in_the_place_of_what(teller: Teller) -> None:
    (first, *_) = tell_questions(teller, "Which states belonged to the CSTO, and since when?").questions
    assert "casus:inOrganization" in (first.query or "")
    assert [one.term for one in first.mentions][:1] == ["organization:CSTO"]
    assert len(tell_questions(teller, None).questions) > 150
    assert not tell_questions(teller, "zzzz").questions


def test_topics_count_rare_words_more_and_know_words_by_their_beginnings() -> None:
    texts = {"a": [("members of an alliance", 1.0)], "b": [("members who left", 1.0)], "c": [("treaties", 1.0)]}
    assert nearest_topics("Which member is leaving, or left?", texts, 2) == ["b", "a"]
    assert nearest_topics("the of", texts, 2) == []
