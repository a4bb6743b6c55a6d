"""Explanations as RDF: who derived what from what, in PROV-O (https://www.w3.org/TR/prov-o/).

Statements are prov:Entity and rdf:Statement, rule applications prov:Activity. Their IRIs are hashes of what they say,
so that two proofs that share a step share its description too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from kg.proofs.proof import AlreadyAsserted, Contradictions, Explanation, NotEntailed
from kg.proofs.step import Finding, Leaf, Step
from kg.reasoning.inconsistency import Statement
from kg.terms import PROV, RDF, RDFS, Namespaces, Term


def to_turtle(explanation: Explanation) -> str:
    """An explanation as Turtle. Where there is no derivation to describe, a comment says so."""
    from kg.rdf.turtle import format_turtle  # noqa: PLC0415 - importing rdflib takes a tenth of a second

    if isinstance(explanation, NotEntailed):
        return f"# {explanation.show(explanation.statement)}\n# does not follow.\n"
    if isinstance(explanation, Contradictions) and not explanation.roots:
        return "# consistent: there is no contradiction\n"
    nodes = [explanation.leaf] if isinstance(explanation, AlreadyAsserted) else list(explanation.nodes())
    names = explanation.names.namespaces
    entities = {node: _iri(names, "statement", *_key(node)) for node in nodes}
    quads: list[Quad] = []
    for node, entity in entities.items():
        quads += _entity(entity, node.conclusion, explanation.show(node.conclusion), names)
        if isinstance(node, Leaf):
            quads += _origin(entity, node, names)
        else:
            quads += _inference(entity, node, [entities[premise] for premise in node.premises], names)
    return format_turtle(quads)


def _entity(entity: NamedNode, conclusion: Statement | Finding | None, text: str, names: Namespaces) -> Iterator[Quad]:
    yield _quad(entity, RDF.type, PROV.Entity)
    yield _quad(entity, RDFS.label, Literal(text))
    if isinstance(conclusion, Statement):
        yield _quad(entity, RDF.type, RDF.Statement)
        for name, term in zip(("subject", "predicate", "object"), conclusion, strict=True):
            yield _quad(entity, RDF[name], _skolemized(term, names))


def _origin(entity: NamedNode, leaf: Leaf, names: Namespaces) -> Iterator[Quad]:
    if leaf.place:
        location = _iri(names, "location", leaf.place)
        yield _quad(entity, PROV.atLocation, location)
        yield _quad(location, RDF.type, PROV.Location)
        yield _quad(location, RDFS.label, Literal(leaf.place))
    for source in leaf.sources:
        yield _quad(entity, PROV.hadPrimarySource, NamedNode(source.iri))


def _inference(entity: NamedNode, step: Step, premises: Iterable[NamedNode], names: Namespaces) -> Iterator[Quad]:
    premises = list(premises)
    activity = _iri(names, "inference", step.rule, entity.value, *(premise.value for premise in premises))
    yield _quad(entity, PROV.wasGeneratedBy, activity)
    yield _quad(activity, RDF.type, PROV.Activity)
    yield _quad(activity, RDFS.label, Literal(step.rule))
    if step.sentence:
        yield _quad(activity, RDFS.comment, Literal(step.sentence, language="en"))
    for premise in premises:
        yield _quad(activity, PROV.used, premise)
        yield _quad(entity, PROV.wasDerivedFrom, premise)


def _key(node: Step | Leaf) -> tuple[str, ...]:
    """What tells a node from others: its conclusion; for a contradiction, which has none, how it comes about."""
    if isinstance(node.conclusion, Statement):
        return tuple(map(str, node.conclusion))
    if node.conclusion is not None:
        return (node.conclusion.text,)
    return (node.rule, *(part for premise in node.premises for part in _key(premise)))


def _skolemized(term: Term, names: Namespaces) -> Term:
    """A term with an IRI in place of a blank node, which no other document can name (RDF 1.1 Concepts, 3.5)."""
    return NamedNode(names.generated + term.value) if isinstance(term, BlankNode) else term


def _iri(names: Namespaces, kind: str, *parts: str) -> NamedNode:
    return NamedNode(f"{names.id}{kind}/{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}")


def _quad(subject: NamedNode, predicate: NamedNode, value: Term) -> Quad:
    return Quad(subject, predicate, value, DefaultGraph())
