"""Proofs: right step by step, cheapest, down to the line and the source; and what is missing where there is none."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from proof_checker import Rejected, check
from pyoxigraph import NamedNode, Quad, RdfFormat, parse
from shipped import PREFIXES
from worlds import parse_statement

from kg.build.store import Build
from kg.duties.rules import OBLIGATIONS
from kg.project import Project
from kg.proofs.explainer import Explainer
from kg.proofs.phrasing import templates
from kg.proofs.proof import AlreadyAsserted, Contradictions, Explanation, NotEntailed, Proof
from kg.proofs.render import RENDERERS
from kg.proofs.step import Leaf, Step, to_mend
from kg.rdf.load import load_files
from kg.reasoning.closure import close
from kg.reasoning.inconsistency import Statement
from kg.reasoning.program import read_findings, read_program
from kg.reasoning.rules import RULES
from kg.terms import PROV

CASES = sorted((Path(__file__).parents[1] / "rules").glob("*.ttl"))
#: Those that end in a contradiction.
INCONSISTENCIES = [path for path in CASES if path.with_suffix(".inconsistency.txt").exists()]

WORLD = """\
casus:Alliance a owl:Class ; rdfs:subClassOf casus:Organization .
casus:Organization a owl:Class ; owl:disjointWith casus:Treaty .
[] rdfs:subClassOf casus:Alliance ;
    owl:intersectionOf ( casus:Organization [
        owl:onProperty casus:foundedOn ;
        owl:someValuesFrom casus:DefensePact ] ) .
casus:everMemberOf owl:propertyChainAxiom ( casus:hasMembershipEpisode casus:inOrganization ) .
casus:member owl:inverseOf casus:hasMembershipEpisode .

<organization/NATO> a casus:Organization ;
    rdfs:label "NATO"@en ;
    casus:foundedOn <treaty/NAT> ;
    dcterms:source <source/NAT> .
<treaty/NAT> a casus:DefensePact ; rdfs:label "North Atlantic Treaty"@en .
<source/NAT> dcterms:bibliographicCitation "North Atlantic Treaty, Washington, 1949" .
<episode/FRA-NATO-1> casus:member <state/FRA> ; casus:inOrganization <organization/NATO> .
<state/FRA> a casus:State ; rdfs:label "France"@en .
<state/CHE> a casus:State ; rdfs:label "Switzerland"@en .
"""


def asserted(quads: list[Quad]) -> set[Statement]:
    return {Statement(quad.subject, quad.predicate, quad.object) for quad in quads}


@pytest.fixture
def ask(
    write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., Explanation]:
    """Explain a statement of a small world, in the terms that users type."""
    monkeypatch.chdir(tmp_path)

    def question(statement: str, text: str = WORLD) -> Explanation:
        write("world.ttl", text)
        path = Path("world.ttl")
        return Explainer(load_files([path]), files=[path]).explain(parse_statement(*statement.split()))

    return question


# What a reader is told


def test_a_proof_goes_down_to_lines_and_sources(ask: Callable[..., Explanation]) -> None:
    assert RENDERERS["text"](ask("organization:NATO a casus:Alliance")) == (
        """\
organization:NATO rdf:type casus:Alliance
  cax-sco: Each (casus:Organization and (casus:foundedOn some casus:DefensePact)) is a casus:Alliance, and “NATO” is a \
(casus:Organization and (casus:foundedOn some casus:DefensePact)).
  ├─ (casus:Organization and (casus:foundedOn some casus:DefensePact)) rdfs:subClassOf casus:Alliance  world.ttl:12
  └─ organization:NATO rdf:type (casus:Organization and (casus:foundedOn some casus:DefensePact))
       cls-int1: “NATO” is each of (casus:Organization, (casus:foundedOn some casus:DefensePact)), which is \
what makes a (casus:Organization and (casus:foundedOn some casus:DefensePact)).
       ├─ (casus:Organization and (casus:foundedOn some casus:DefensePact)) owl:intersectionOf \
(casus:Organization, (casus:foundedOn some casus:DefensePact))  world.ttl:13
       ├─ organization:NATO rdf:type (casus:foundedOn some casus:DefensePact)
       │    cls-svf1: “NATO” has the casus:foundedOn “North Atlantic Treaty”, which is a casus:DefensePact; whatever \
has such a casus:foundedOn is (casus:foundedOn some casus:DefensePact).
       │    ├─ (casus:foundedOn some casus:DefensePact) owl:someValuesFrom casus:DefensePact  world.ttl:15
       │    ├─ (casus:foundedOn some casus:DefensePact) owl:onProperty casus:foundedOn  world.ttl:14
       │    ├─ organization:NATO casus:foundedOn treaty:NAT  world.ttl:21  (source:NAT)
       │    └─ treaty:NAT rdf:type casus:DefensePact  world.ttl:23
       └─ organization:NATO rdf:type casus:Organization  world.ttl:19  (source:NAT)

Sources:
  source:NAT  North Atlantic Treaty, Washington, 1949
"""
    )


def test_what_is_asserted_says_so(ask: Callable[..., Explanation]) -> None:
    answer = ask("organization:NATO casus:foundedOn treaty:NAT")
    assert isinstance(answer, AlreadyAsserted)
    assert RENDERERS["text"](answer).startswith(
        "organization:NATO casus:foundedOn treaty:NAT\n  is asserted  world.ttl:21  (source:NAT)\n"
    )


def test_what_does_not_follow_says_what_is_missing(ask: Callable[..., Explanation]) -> None:
    assert RENDERERS["text"](ask("state:CHE casus:everMemberOf organization:NATO")) == (
        """\
state:CHE casus:everMemberOf organization:NATO
  does not follow.

  prp-spo2 would conclude it from
    holds    casus:everMemberOf owl:propertyChainAxiom (casus:hasMembershipEpisode, casus:inOrganization)
    holds    <episode/FRA-NATO-1> casus:inOrganization organization:NATO
    holds    casus:member owl:inverseOf casus:hasMembershipEpisode
    missing  <episode/FRA-NATO-1> casus:member state:CHE
"""
    )


def test_a_missing_link_in_the_middle_of_a_chain_is_found(ask: Callable[..., Explanation]) -> None:
    answer = ask("state:CHE casus:everMemberOf organization:NATO", WORLD + "<episode/9> casus:member <state/CHE> .\n")
    assert isinstance(answer, NotEntailed)
    missing = {answer.show(pattern) for attempt in answer.attempts for pattern in attempt.missing}
    assert "<episode/9> casus:inOrganization organization:NATO" in missing


def test_what_nothing_mentions_is_named(ask: Callable[..., Explanation]) -> None:
    answer = ask("state:ARN a casus:Sate")
    assert isinstance(answer, NotEntailed)
    assert [answer.names[term] for term in answer.unknown] == ["state:ARN", "casus:Sate"]
    assert "No statement mentions state:ARN." in RENDERERS["text"](answer)


def test_a_question_about_the_ontology_is_answered_from_the_ontology(ask: Callable[..., Explanation]) -> None:
    answer = ask("casus:DefensePact rdfs:subClassOf casus:Organization")
    assert isinstance(answer, NotEntailed)
    missing = {answer.show(pattern) for attempt in answer.attempts for pattern in attempt.missing}
    assert "casus:DefensePact rdfs:subClassOf casus:Alliance" in missing


@pytest.fixture
def contradictions(
    write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[str], Contradictions]:
    """The contradictions of the small world when a second file says something more."""
    monkeypatch.chdir(tmp_path)

    def question(text: str) -> Contradictions:
        write("world.ttl", WORLD)
        write("bad.ttl", text)
        files = [Path("world.ttl"), Path("bad.ttl")]
        return Explainer(load_files(files), files=files).contradictions()

    return question


def test_a_contradiction_ends_in_the_lines_to_mend(contradictions: Callable[[str], Contradictions]) -> None:
    """Each premise is proved in its turn; what the data says comes before what the ontology says."""
    found = contradictions("""\
<treaty/NAT> a casus:Treaty .
casus:everMemberOf rdfs:range casus:Organization .
<episode/CHE-NAT-1> casus:member <state/CHE> ; casus:inOrganization <treaty/NAT> ; dcterms:source <source/NAT> .
""")
    assert RENDERERS["text"](found) == (
        """\
contradiction 1 of 1
  cax-dw: Nothing is both a casus:Organization and a casus:Treaty, yet “North Atlantic Treaty” is.
  ├─ casus:Organization owl:disjointWith casus:Treaty  world.ttl:11
  ├─ treaty:NAT rdf:type casus:Organization
  │    prp-rng: Whatever is the casus:everMemberOf of something is a casus:Organization, and “North Atlantic Treaty” is.
  │    ├─ casus:everMemberOf rdfs:range casus:Organization  bad.ttl:11
  │    └─ state:CHE casus:everMemberOf treaty:NAT
  │         prp-spo2: The chain (casus:hasMembershipEpisode, casus:inOrganization) leads from “Switzerland” to \
“North Atlantic Treaty”, and such a chain counts as casus:everMemberOf.
  │         ├─ casus:everMemberOf owl:propertyChainAxiom (casus:hasMembershipEpisode, casus:inOrganization)  \
world.ttl:16
  │         ├─ state:CHE casus:hasMembershipEpisode <episode/CHE-NAT-1>
  │         │    prp-inv1: casus:hasMembershipEpisode is casus:member read backward, and <episode/CHE-NAT-1> has the \
casus:member “Switzerland”.
  │         │    ├─ casus:member owl:inverseOf casus:hasMembershipEpisode  world.ttl:17
  │         │    └─ <episode/CHE-NAT-1> casus:member state:CHE  bad.ttl:12  (source:NAT)
  │         └─ <episode/CHE-NAT-1> casus:inOrganization treaty:NAT  bad.ttl:12  (source:NAT)
  └─ treaty:NAT rdf:type casus:Treaty  bad.ttl:10

Sources:
  source:NAT  North Atlantic Treaty, Washington, 1949

One of these must be changed:
  bad.ttl:12  <episode/CHE-NAT-1> casus:member state:CHE
  bad.ttl:12  <episode/CHE-NAT-1> casus:inOrganization treaty:NAT
  bad.ttl:10  treaty:NAT rdf:type casus:Treaty
  world.ttl:11  casus:Organization owl:disjointWith casus:Treaty
  bad.ttl:11  casus:everMemberOf rdfs:range casus:Organization
  world.ttl:16  casus:everMemberOf owl:propertyChainAxiom (casus:hasMembershipEpisode, casus:inOrganization)
  world.ttl:17  casus:member owl:inverseOf casus:hasMembershipEpisode
"""
    )


BOTH_ARE_PERSONS = """\
casus:State owl:disjointWith casus:Person .
<state/FRA> a casus:Person .
<state/CHE> a casus:Person .
"""


def test_what_all_contradictions_rest_on_is_told_last(contradictions: Callable[[str], Contradictions]) -> None:
    text = RENDERERS["text"](contradictions(BOTH_ARE_PERSONS))
    assert [line for line in text.splitlines() if line.startswith("contradiction")] == [
        "contradiction 1 of 2",
        "contradiction 2 of 2",
    ]
    assert text.endswith("\nAll rest on:\n  bad.ttl:10  casus:State owl:disjointWith casus:Person\n")


def test_contradictions_are_told_in_every_format(contradictions: Callable[[str], Contradictions]) -> None:
    found = contradictions(BOTH_ARE_PERSONS)
    answer = json.loads(RENDERERS["json"](found))
    assert answer["outcome"] == "inconsistent"
    nodes = {node["id"]: node for node in answer["nodes"]}
    assert [nodes[one["node"]]["rule"] for one in answer["contradictions"]] == ["cax-dw", "cax-dw"]
    assert [[nodes[leaf]["line"] for leaf in one["to_mend"]] for one in answer["contradictions"]] == [
        [27, 12, 10],
        [26, 11, 10],
    ]
    quads = list(parse(RENDERERS["turtle"](found), RdfFormat.TURTLE))
    generated = [quad.subject for quad in quads if quad.predicate.value == PROV.iri + "wasGeneratedBy"]
    assert len(set(generated)) == 2, "each contradiction is an entity of its own"
    assert RENDERERS["dot"](found).count('[label="contradiction"]') == 2


def test_a_consistent_graph_has_no_contradiction(contradictions: Callable[[str], Contradictions]) -> None:
    found = contradictions("")
    assert RENDERERS["text"](found) == "consistent: there is no contradiction\n"
    assert json.loads(RENDERERS["json"](found))["outcome"] == "consistent"
    assert RENDERERS["turtle"](found) == "# consistent: there is no contradiction\n"
    assert RENDERERS["dot"](found).startswith("digraph proof {\n")


# Which proof


def test_of_two_proofs_the_cheaper_is_given(ask: Callable[..., Explanation]) -> None:
    ways = """
        casus:A rdfs:subClassOf casus:B . casus:B rdfs:subClassOf casus:C . casus:A rdfs:subClassOf casus:C .
        <x> a casus:A .
    """
    answer = ask("<x> a casus:C", ways)
    assert isinstance(answer, Proof)
    assert sum(isinstance(node, Step) for node in answer.nodes()) == 1


def test_no_proof_rests_on_its_own_conclusion(ask: Callable[..., Explanation]) -> None:
    circle = """
        casus:A owl:equivalentClass casus:B . casus:B owl:equivalentClass casus:C .
        casus:C owl:equivalentClass casus:A .
        casus:D rdfs:subClassOf casus:A . <x> a casus:D .
    """
    answer = ask("<x> a casus:C", circle)
    assert isinstance(answer, Proof)
    conclusions = [node.conclusion for node in answer.nodes()]
    assert len(conclusions) == len(set(conclusions))
    assert answer.show(answer.leaves[-1].conclusion) == "id:x rdf:type casus:D"


def test_a_step_that_is_used_twice_is_told_once(ask: Callable[..., Explanation]) -> None:
    shared = """
        casus:q rdfs:subPropertyOf casus:p . casus:p owl:inverseOf casus:back .
        casus:round owl:propertyChainAxiom ( casus:back casus:p ) .
        casus:r owl:propertyChainAxiom ( casus:p casus:round ) .
        <x> casus:q <y> .
    """
    text = RENDERERS["text"](ask("<x> casus:r <y>", shared))
    assert text.count("prp-spo1") == 1
    assert "id:x casus:p id:y  (proved above)" in text


def test_a_blank_node_is_found_on_its_own_line(ask: Callable[..., Explanation]) -> None:
    twins = """
[] owl:onProperty casus:p ; owl:someValuesFrom owl:Thing ; rdfs:subClassOf casus:A .
[] owl:onProperty casus:p ; owl:someValuesFrom owl:Thing ; rdfs:subClassOf casus:B .
<x> casus:p <y> .
    """
    answer = ask("<x> a casus:B", twins)
    assert isinstance(answer, Proof)
    assert {leaf.place for leaf in answer.leaves} == {"world.ttl:12", "world.ttl:13"}


# Formats


def test_json_lists_premises_before_conclusions_cells_of_lists_included(ask: Callable[..., Explanation]) -> None:
    answer = json.loads(RENDERERS["json"](ask("state:FRA casus:everMemberOf organization:NATO")))
    assert answer["outcome"] == "inferred"
    assert answer["nodes"][-1]["conclusion"] == answer["statement"]
    assert answer["nodes"][-1]["rule"] == "prp-spo2"
    for node in answer["nodes"]:
        assert all(premise < node["id"] for premise in node.get("premises", ()))
    predicates = [node["conclusion"]["predicate"]["text"] for node in answer["nodes"]]
    assert predicates.count("rdf:first") == 2


def test_json_of_what_is_asserted_and_of_what_does_not_follow(ask: Callable[..., Explanation]) -> None:
    stated = json.loads(RENDERERS["json"](ask("organization:NATO casus:foundedOn treaty:NAT")))
    assert (stated["outcome"], stated["nodes"][0]["file"], stated["nodes"][0]["line"]) == ("asserted", "world.ttl", 21)
    assert stated["nodes"][0]["sources"][0]["citation"] == "North Atlantic Treaty, Washington, 1949"
    missed = json.loads(RENDERERS["json"](ask("state:CHE casus:everMemberOf organization:NATO")))
    assert missed["outcome"] == "not entailed"
    assert missed["attempts"][0]["missing"][0]["text"] == "<episode/FRA-NATO-1> casus:member state:CHE"


def test_turtle_says_in_prov_what_was_derived_from_what(ask: Callable[..., Explanation]) -> None:
    text = RENDERERS["turtle"](ask("state:FRA casus:everMemberOf organization:NATO"))
    quads = list(parse(text, RdfFormat.TURTLE))
    prov = PROV.iri
    generated = {quad.object: quad.subject for quad in quads if quad.predicate.value == prov + "wasGeneratedBy"}
    rules = {
        quad.object.value for quad in quads if quad.subject in generated and quad.predicate.value.endswith("label")
    }
    assert rules == {"prp-spo2", "prp-inv1"}
    for activity, entity in generated.items():
        used = {quad.object for quad in quads if quad.subject == activity and quad.predicate.value == prov + "used"}
        derived = {q.object for q in quads if q.subject == entity and q.predicate.value == prov + "wasDerivedFrom"}
        assert used == derived


def test_dot_draws_rules_between_statements(ask: Callable[..., Explanation]) -> None:
    text = RENDERERS["dot"](ask("state:FRA casus:everMemberOf organization:NATO"))
    assert text.startswith("digraph proof {\n")
    assert text.count("shape=ellipse") == 2
    assert '[label="casus:member owl:inverseOf casus:hasMembershipEpisode\\nworld.ttl:17", style=filled];' in text


@pytest.mark.parametrize("name", RENDERERS)
@pytest.mark.parametrize(
    "question",
    [
        "organization:NATO a casus:Alliance",
        "organization:NATO a casus:Organization",
        "state:CHE casus:everMemberOf organization:NATO",
        "state:XXX a casus:State",
    ],
)
def test_every_answer_can_be_written_in_every_format(ask: Callable[..., Explanation], question: str, name: str) -> None:
    assert RENDERERS[name](ask(question)).endswith("\n")


def test_an_answer_prints_as_the_command_writes_it_and_shows_itself(ask: Callable[..., Explanation]) -> None:
    proof = ask("organization:NATO a casus:Alliance")
    assert f"{proof}\n" == RENDERERS["text"](proof)
    assert repr(proof) == "<organization:NATO rdf:type casus:Alliance: proved in 3 steps from 7 statements>"
    assert proof.leaves[0].file == "world.ttl"
    html = proof._repr_html_()
    assert html.count("<details") == html.count("</details>") == 3
    assert "world.ttl:21" in html
    assert 'title="North Atlantic Treaty, Washington, 1949"' in html
    stated = ask("organization:NATO a casus:Organization")
    assert (repr(stated), len(stated.leaves)) == (
        "<organization:NATO rdf:type casus:Organization: asserted, world.ttl:19>",
        1,
    )
    missed = ask("state:CHE casus:everMemberOf organization:NATO")
    assert "does not follow" in repr(missed)
    assert missed._repr_html_().startswith("<pre>state:CHE casus:everMemberOf organization:NATO\n")
    assert not missed.leaves


# Every conclusion has a proof, and every proof is right


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_whatever_a_rule_concludes_has_a_right_proof(path: Path) -> None:
    quads = list(parse(path.read_bytes(), RdfFormat.TURTLE))
    explainer = Explainer(quads)
    conclusions = explainer.inferred()
    reasons = explainer.reasons(conclusions)
    assert reasons.keys() == set(conclusions)
    for statement, step in reasons.items():
        assert isinstance(step, Step)
        assert step.conclusion == statement
        check(step, asserted(quads))


@pytest.mark.parametrize("path", INCONSISTENCIES, ids=lambda path: path.stem)
def test_whatever_contradicts_a_rule_has_a_right_proof_with_a_line_for_all_that_it_rests_on(path: Path) -> None:
    quads = load_files([path])
    roots = Explainer(quads, files=[path]).contradictions().roots
    assert [root.rule for root in roots] == [found.rule for found in close(quads).inconsistencies]
    assert roots
    for root in roots:
        assert root.conclusion is None
        assert root.sentence
        check(root, asserted(quads))
        assert all(leaf.file and leaf.line for leaf in to_mend(root))


@pytest.mark.parametrize("number", [100, pytest.param(None, marks=pytest.mark.slow)], ids=["sample", "all"])
def test_inferred_triples_of_the_shipped_graph_have_right_proofs(
    explainer: Explainer, shipped: Build, shipped_statements: set[Statement], number: int | None
) -> None:
    wanted = sorted((Statement(*quad.triple) for quad in shipped.inferred()), key=str)
    if number is not None:
        wanted = random.Random(9).sample(wanted, number)
    reasons = explainer.reasons(wanted)
    assert reasons.keys() == set(wanted)
    for step in reasons.values():
        assert isinstance(step, Step)
        check(step, shipped_statements)


def test_a_proof_of_the_shipped_graph_names_files_lines_and_sources(project: Project, explainer: Explainer) -> None:
    statement = parse_statement("state:ARM", "casus:everMemberOf", "organization:CSTO")
    proof = explainer.explain(statement)
    assert isinstance(proof, Proof)
    for leaf in proof.leaves:
        assert leaf.file is not None
        assert leaf.line is not None
        assert len((project.root / leaf.file).read_text("utf-8").splitlines()) >= leaf.line
    member = next(leaf for leaf in proof.leaves if proof.show(leaf.conclusion).endswith("casus:member state:ARM"))
    assert member.file == "graph/organizations/CSTO.ttl"
    assert member.sources
    assert all(source.citation for source in member.sources)


# The checker


def a_proof() -> tuple[Step, set[Statement]]:
    text = "casus:A rdfs:subClassOf casus:B . casus:B rdfs:subClassOf casus:C . <x:x> a casus:A ."
    prefixes = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("casus", "rdfs"))
    quads = list(parse((prefixes + text).encode(), RdfFormat.TURTLE))
    step = Explainer(quads).explain(parse_statement("<x:x>", "a", "casus:B"))
    assert isinstance(step, Proof)
    return step.root, asserted(quads)


def test_the_checker_accepts_a_right_proof_and_counts_its_steps() -> None:
    assert check(*a_proof()) == 1


def test_the_checker_refuses_a_missing_premise_a_wrong_rule_a_wrong_conclusion_and_an_unasserted_leaf() -> None:
    root, stated = a_proof()
    wrong = Statement(NamedNode("x:y"), *root.conclusion[1:])  # type: ignore[index]
    for changed in (
        replace(root, premises=root.premises[1:]),
        replace(root, rule="scm-sco"),
        replace(root, rule="no-such-rule"),
        replace(root, conclusion=wrong),
        replace(root, conclusion=None),
        replace(root, premises=(*root.premises, Leaf(wrong))),
    ):
        with pytest.raises(Rejected):
            check(changed, stated)


# The rules as data


@pytest.mark.parametrize("program", [RULES, OBLIGATIONS], ids=lambda path: path.stem)
def test_every_rule_that_readers_see_has_a_sentence_for_each_of_its_clauses(program: Path) -> None:
    for clause in read_program(program.read_text("utf-8")).clauses:
        if clause.readable:
            fitting = [text for text in templates(clause.rule) if set(_placeholders(text)) <= set(clause.variables)]
            assert fitting, f"{clause.rule} has no sentence in terms of {clause.variables}"


@pytest.mark.parametrize("program", [RULES, OBLIGATIONS], ids=lambda path: path.stem)
def test_what_the_comments_name_is_there(program: Path) -> None:
    read = read_program(program.read_text("utf-8"))
    heads = {(clause.head.predicate, len(clause.head.text.split(","))) for clause in read.clauses}
    assert heads >= {(name, len(signature.arguments)) for name, signature in read_findings(read.text).items()}
    narrowing = re.findall(r"^%@ narrowing (?:\w+: )?(\w+)$", read.text, re.MULTILINE)
    # What is given to the program as facts, it says itself, too.
    given = re.findall(r"^#defined (\w+)/", read.text, re.MULTILINE)
    assert {*(predicate for predicate, _ in heads), *given} >= set(narrowing)


def _placeholders(template: str) -> list[str]:
    return [part.partition("}")[0] for part in template.split("{")[1:]]
