"""The W3C's OWL 2 test cases that are in the RL profile, run where their folder is given.

pytest tests/test_w3c_owl2.py --w3c-owl2 FOLDER

The folder holds what https://www.w3.org/2009/11/owl-test/ has: all.rdf, or one of its parts such as
approved/profile-RL.rdf. Each file has its ontologies in it as text (OWL 2 Conformance, section 3).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from kg.reasoning.closure import close
from kg.terms import OWL, RDF, RDFS

TEST = "http://www.w3.org/2007/OWL/testOntology#"
TYPE = RDF.type
KINDS = ("ConsistencyTest", "InconsistencyTest", "PositiveEntailmentTest", "NegativeEntailmentTest")
WAYS = ("clingo", "duckdb")

_EXPRESSION = "the conclusion is about a class expression that the premise does not have, and rules make no new terms"
_DIFFERENT = "there would be as many differences to state as pairs of things that disjoint properties tell apart"
_RANGES = "the rules know which values are in which datatypes, and state no ranges of that"

#: Claims that no rule reaches, each with the reason.
FAILING = {
    "DisjointClasses-001-PositiveEntailment": _EXPRESSION,
    "DisjointClasses-003-PositiveEntailment": _EXPRESSION,
    "New-Feature-DisjointDataProperties-002-PositiveEntailment": _DIFFERENT,
    "New-Feature-DisjointObjectProperties-001-PositiveEntailment": _DIFFERENT,
    "New-Feature-DisjointObjectProperties-002-PositiveEntailment": _DIFFERENT,
    "New-Feature-ObjectQCR-002-PositiveEntailment": _EXPRESSION,
    "New-Feature-ReflexiveProperty-001-PositiveEntailment": "reflexive properties are not in the RL profile",
    "WebOnt-I5.26-010-PositiveEntailment": _EXPRESSION,
    "WebOnt-I5.5-005-PositiveEntailment": _EXPRESSION,
    "WebOnt-I5.8-006-PositiveEntailment": _RANGES,
    "WebOnt-I5.8-008-PositiveEntailment": _RANGES,
    "WebOnt-I5.8-009-PositiveEntailment": _RANGES,
}


@dataclass(frozen=True)
class Case:
    """One claim of a test case.

    Attributes:
        name: the case's identifier.
        kind: what is claimed, of `KINDS`.
        premise: the ontologies it is claimed of, the imported ones among them.
        conclusion: the ontology that follows, or that does not.
        in_rdf: whether these are given as RDF/XML.
    """

    name: str
    kind: str
    premise: tuple[Triple, ...]
    conclusion: tuple[Triple, ...]
    in_rdf: bool

    def __str__(self) -> str:
        return f"{self.name}-{self.kind.removesuffix('Test')}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each claim, or one that is skipped and says why."""
    if "case" in metafunc.fixturenames:
        folder: Path | None = metafunc.config.getoption("--w3c-owl2")
        if folder is None:
            skip = pytest.mark.skip(reason="the W3C's OWL 2 test cases are not here: --w3c-owl2 FOLDER names them")
            metafunc.parametrize("case", [pytest.param(None, marks=skip)], ids=["suite"])
        else:
            metafunc.parametrize("case", list(read_cases(folder)), ids=str)


@pytest.mark.w3c("OWL 2 RL")
@pytest.mark.parametrize("engine", WAYS)
def test_case(case: Case, engine: str, request: pytest.FixtureRequest) -> None:
    if not case.in_rdf:
        pytest.skip("its ontologies are in functional syntax, which is not read here")
    if str(case) in FAILING:
        request.applymarker(pytest.mark.xfail(reason=FAILING[str(case)], strict=True))
    closure = close(case.premise, engine)
    consistent = not closure.inconsistencies
    if case.kind == "InconsistencyTest":
        assert not consistent
        return
    assert consistent, str(closure.inconsistencies[0])
    if case.kind == "PositiveEntailmentTest":
        assert missing(case.conclusion, closure.asserted | closure.inferred) == []
    elif case.kind == "NegativeEntailmentTest":
        assert missing(case.conclusion, closure.asserted | closure.inferred) != []


def read_cases(folder: Path) -> Iterator[Case]:
    """The claims of the cases in the RL profile, each once, in the order of their names."""
    files = sorted(folder.rglob("*.rdf"))
    assert files, f"{folder} holds no test cases"
    found: dict[str, Case] = {}
    for file in files:
        said: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in read(file.read_text(encoding="utf-8"), "http://owl.semanticweb.org/id/"):
            said[subject][predicate.value.removeprefix(TEST)].append(value)
        for case in said.values():
            if NamedNode(TEST + "RL") in case["profile"]:
                for claim in _claims(case, said):
                    found[str(claim)] = claim
    return iter(sorted(found.values(), key=str))


def _claims(case: dict[str, list[object]], said: dict[object, dict[str, list[object]]]) -> Iterator[Case]:
    [name] = texts(case["identifier"])
    premise = texts(case["rdfXmlPremiseOntology"])
    imported = [text for part in case["importedOntology"] for text in texts(said[part]["rdfXmlInputOntology"])]
    conclusions = {
        "PositiveEntailmentTest": texts(case["rdfXmlConclusionOntology"]),
        "NegativeEntailmentTest": texts(case["rdfXmlNonConclusionOntology"]),
    }
    base = "http://owl.semanticweb.org/id/case"
    for kind in KINDS:
        if NamedNode(TEST + kind) in case[TYPE.value]:
            conclusion = [triple for text in conclusions.get(kind, ()) for triple in read(text, base)]
            if NamedNode(TEST + "RDF-BASED") not in case["semantics"]:
                conclusion = without_annotations(conclusion)
            yield Case(
                name,
                kind,
                tuple(triple for text in premise + imported for triple in read(text, base)),
                tuple(conclusion),
                in_rdf=bool(premise) and bool(conclusions.get(kind, True)),
            )


def texts(values: Iterable[object]) -> list[str]:
    return [value.value for value in values if isinstance(value, Literal)]


def read(text: str, base: str) -> list[Triple]:
    """The triples of RDF/XML. The parser wants entities in double quotes, the W3C has some in single ones."""
    quoted = re.sub(r"(<!ENTITY\s+\S+\s+)'([^'\"]*)'", r'\1"\2"', text)
    quads = parse(quoted.encode(), RdfFormat.RDF_XML, base_iri=base, rename_blank_nodes=True)
    return [quad.triple for quad in quads]


def without_annotations(triples: list[Triple]) -> list[Triple]:
    """What an ontology says by the direct semantics, to which annotations mean nothing."""
    kind = OWL.AnnotationProperty
    properties = {t.subject for t in triples if t.object == kind} | {RDFS.comment}
    return [triple for triple in triples if triple.predicate not in properties]


def missing(conclusion: Iterable[Triple], closure: Iterable[Triple]) -> list[str]:
    """What keeps a closure from entailing a graph, whose blank nodes stand for anything: nothing if it does.

    That a conclusion is an ontology is no part of it.
    """
    store = Store()
    store.extend(Quad(*triple) for triple in closure)
    header = OWL.Ontology
    patterns = [triple for triple in conclusion if (triple.predicate, triple.object) != (TYPE, header)]
    if store.query(f"ASK {{ {' '.join(map(pattern, patterns))} }}"):
        return []
    return [p for p in map(pattern, patterns) if not store.query(f"ASK {{ {p} }}")] or ["all of it at once"]


def pattern(triple: Triple) -> str:
    """A triple as SPARQL has it, its blank nodes as variables."""
    return " ".join(f"?b{part.value}" if isinstance(part, BlankNode) else str(part) for part in triple) + " ."
