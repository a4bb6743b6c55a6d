"""The variables as an ontology module of the project, so that each statement can be led back to its columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.importers.atop.codebook import Codebook, Variable
from kg.terms import CASUS, CONCEPTS, DCTERMS, OWL, RDF, RDFS, SKOS, XSD, Namespaces, Term, Vocabulary

_LICENSE = NamedNode("https://creativecommons.org/licenses/by/4.0/")


def variables_module(codebook: Codebook, names: Namespaces, version: str) -> Iterator[Triple]:
    """The module: a property for each variable, which also says what the graph states in its place.

    Args:
        codebook: the variables.
        names: how the project names things.
        version: the version of the data.
    """
    module = NamedNode(f"{names.ontology}/atop")
    atop = Vocabulary(f"{names.ontology}#")
    said: list[tuple[NamedNode, Term]] = [
        (RDF.type, OWL.Ontology),
        (DCTERMS.license, _LICENSE),
        (DCTERMS.title, Literal("The variables of ATOP", language="en")),
        (DCTERMS.title, Literal("Переменные ATOP", language="ru")),
        (OWL.versionInfo, Literal(version)),
        (OWL.versionIRI, NamedNode(f"{module.value}/{version}")),
    ]
    yield from (Triple(module, predicate, value) for predicate, value in said)
    for variable in codebook.variables.values():
        subject = atop[variable.name]
        yield from (Triple(subject, predicate, value) for predicate, value in _said(variable, codebook, atop))
        yield Triple(subject, RDFS.isDefinedBy, module)


def _said(variable: Variable, codebook: Codebook, atop: Vocabulary) -> Iterable[tuple[NamedNode, Term]]:
    yield RDF.type, OWL.DatatypeProperty
    yield RDFS.label, Literal(variable.name, language="en")
    yield RDFS.range, XSD.string
    yield SKOS.definition, Literal(variable.english, language="en")
    yield SKOS.definition, Literal(variable.russian, language="ru")
    for note in filter(None, (variable.values and f"Values: {variable.values}.", variable.note)):
        yield SKOS.note, Literal(note, language="en")
    for name in filter(None, (*variable.properties, variable.open)):
        yield CASUS.codes, CASUS[name]
    for name in variable.about:
        yield CASUS.codesAbout, CASUS[name]
    if variable.kind:
        yield CASUS.codesAbout, CASUS[codebook.obligations[variable.kind]]
    if variable.condition:
        yield CASUS.codes, CASUS.hasCondition
        yield CASUS.codesValue, CONCEPTS[f"condition/{variable.condition}"]
    elif variable.kind:
        for name in ("createsObligation", "owedOnlyBy", "owedOnlyTo"):
            yield CASUS.codes, CASUS[name]
        yield CASUS.codes, RDF.type
        yield CASUS.codes, CASUS[f"atop{variable.kind.capitalize()}"]
    if variable.of in ("text", "member"):  # whose values are kept as they are where no term says them
        yield CASUS.codes, atop[variable.name]
