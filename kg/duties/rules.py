"""The rules of duties over time, `obligations.lp`, and those of supposed cases, `cases.lp`; what they are given."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from kg.duties.by_property import ByProperty
from kg.duties.calendar import calendar_facts
from kg.duties.kinds import word_facts
from kg.reasoning.program import Program, Signature, read_findings, read_program
from kg.reasoning.symbols import STANDARD, Dictionary, constants
from kg.terms import CASUS, CONCEPTS, RDF, SKOS

OBLIGATIONS = Path(__file__).parent / "obligations.lp"
CASES = Path(__file__).parent / "cases.lp"

#: The vocabularies that `obligations.lp` names terms of, by the prefixes of their constants.
VOCABULARIES: Mapping[str, str] = {
    **STANDARD,
    "casus": CASUS.iri,
    **{
        scheme.replace("-", "_"): f"{CONCEPTS.iri}{scheme}/"
        for scheme in ("confidence", "entry-rule", "outcome", "precision", "role", "suspension-effect")
    },
}


#: The same of `cases.lp`.
CASE_VOCABULARIES: Mapping[str, str] = {
    **STANDARD,
    "casus": CASUS.iri,
    "skos": SKOS.iri,
    "case": f"{CONCEPTS.iri}case-kind/",
    "condition": f"{CONCEPTS.iri}condition/",
    "legal_force": f"{CONCEPTS.iri}legal-force/",
    "test": f"{CONCEPTS.iri}condition-test/",
}


def obligations() -> Program:
    """The rules of duties over time, read as data."""
    return read_program(OBLIGATIONS.read_text("utf-8"))


@cache
def obligation_findings() -> Mapping[str, Signature]:
    """What they find that is told besides triples."""
    return read_findings(OBLIGATIONS.read_text("utf-8"))


def case_rules() -> Program:
    """The rules of supposed cases, read as data."""
    return read_program(CASES.read_text("utf-8"))


def bearing(graph: ByProperty) -> list[Triple]:
    """Those triples of a graph that some rule reads, always in one order, which the rules break ties by."""
    read = {NamedNode(iri) for iri in constants(OBLIGATIONS.read_text("utf-8"), VOCABULARIES).values()}
    classes = read.union(triple.subject for triple in graph.of([CASUS.dutyRelation]))
    typed = {triple for triple in graph.of(read & {RDF.type}) if triple.object in classes}
    return sorted(typed.union(graph.of(read - {RDF.type})), key=str)


def duty_facts(dictionary: Dictionary) -> list[str]:
    """What the rules ask about the literals of a dictionary: the days that dates may mean, and words."""
    return calendar_facts(dictionary) + word_facts(dictionary)
