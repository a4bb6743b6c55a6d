"""The bundle for Protégé: ontology, individuals and inferences apart, with a catalog, to be opened as one project.

``casus-inferences.ttl`` imports ``casus-individuals.ttl``, which imports the ontology with its alignments, and the
catalog finds each in the same folder (OASIS XML Catalogs 1.1), so that opening either loads all below it without a
network. What holds on a day is one more ontology, which imports the inferences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from xml.sax.saxutils import quoteattr

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.build.as_of import DayGraph
from kg.rdf.turtle import format_turtle
from kg.terms import BASE, DCTERMS, GRAPH, ID, ONTOLOGY, OWL, RDF, RDFS

INDIVIDUALS = BASE + "individuals"
INFERENCES = BASE + "inferences"
CATALOG = "catalog-v001.xml"

_PROPERTIES = {OWL[kind] for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
#: What the headers of the two data ontologies repeat of the root ontology's.
_REPEATED = {DCTERMS[name] for name in ("created", "creator", "license")} | {OWL.versionInfo}


def protege_bundle(
    asserted: Iterable[Quad], inferred: Iterable[Quad], on_day: DayGraph | None = None
) -> dict[str, str]:
    """The files of the bundle by name: the ontology's modules, individuals, inferences and the catalog.

    Args:
        asserted: the asserted statements, each in the graph of its file.
        inferred: what follows from them.
        on_day: what holds on a day, for a file ``casus-as-of-DATE.ttl``.
    """
    graphs: dict[str, list[Quad]] = defaultdict(list)
    for quad in asserted:
        graphs[quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""].append(quad)
    headers = {graph: _header_of(quads) for graph, quads in graphs.items() if graph.startswith(GRAPH + "ontology/")}
    # What has no header cannot be imported: such a file goes with the individuals.
    modules = {iri: graph for graph, iri in headers.items() if iri is not None}
    data = [quad for graph, quads in graphs.items() if graph not in modules.values() for quad in quads]
    everything = [quad.triple for quads in graphs.values() for quad in quads]
    files = {_name(graph): format_turtle(graphs[graph]) for graph in modules.values()}
    entrances = _entrances(modules.keys(), everything)
    above = _header(everything, INDIVIDUALS, "Casus: individuals", "Casus: индивиды", entrances)
    files["casus-individuals.ttl"] = format_turtle(data + above)
    above = _header(everything, INFERENCES, "Casus: inferences", "Casus: выводы", {INDIVIDUALS})
    files["casus-inferences.ttl"] = format_turtle(useful_inferences(everything, inferred) + above)
    names = {iri: _name(graph) for iri, graph in modules.items()}
    names |= {INDIVIDUALS: "casus-individuals.ttl", INFERENCES: "casus-inferences.ttl"}
    if on_day is not None:
        iri, name = f"{BASE}as-of/{on_day.day}", f"casus-as-of-{on_day.day}.ttl"
        above = _header(everything, iri, f"Casus: as of {on_day.day}", f"Casus: на {on_day.day}", {INFERENCES})
        files[name] = format_turtle(useful_inferences(everything, on_day.quads) + above)
        names[iri] = name
    files[CATALOG] = _catalog(names)
    return dict(sorted(files.items()))


def useful_inferences(asserted: Iterable[Triple], inferred: Iterable[Quad]) -> list[Quad]:
    """The inferred statements that OWL can say and a reader wants to see.

    These are the classes of individuals, what properties say of them, and the hierarchy among named terms. Left out is
    what holds of everything (owl:Thing, a class below itself), what concerns unnamed class expressions, and what the
    RDF-based rules say of the vocabulary itself, which is outside OWL 2 DL.
    """
    declared = [triple for triple in asserted if triple.predicate == RDF.type and isinstance(triple.subject, NamedNode)]
    classes = {triple.subject for triple in declared if triple.object == OWL.Class}
    properties = {triple.subject for triple in declared if triple.object in _PROPERTIES} | {RDFS.label}

    def is_useful(quad: Quad) -> bool:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        if predicate == RDFS.subClassOf:
            return subject in classes and value in classes and subject != value
        if predicate == RDFS.subPropertyOf:
            return subject in properties and value in properties and subject != value
        individual = isinstance(subject, NamedNode) and subject.value.startswith(ID)
        return individual and (value in classes if predicate == RDF.type else predicate in properties)

    return [quad for quad in inferred if is_useful(quad)]


def merge_for_protege(asserted: Iterable[Quad]) -> set[Triple]:
    """The ontology's modules and the data under one ontology header, so that one file opens without imports.

    The headers of the modules go, the root's stays without its imports: what it would import is already here.
    """
    triples = {quad.triple for quad in asserted}
    headers = {triple.subject for triple in triples if triple.predicate == RDF.type and triple.object == OWL.Ontology}
    headers.discard(NamedNode(ONTOLOGY))
    return {triple for triple in triples if triple.subject not in headers and triple.predicate != OWL.imports}


def _name(graph: str) -> str:
    return graph.rpartition("/")[2]


def _header_of(module: Iterable[Quad]) -> str | None:
    headers = (quad.subject for quad in module if quad.predicate == RDF.type and quad.object == OWL.Ontology)
    return next((header.value for header in headers if isinstance(header, NamedNode)), None)


def _entrances(headers: Set[str], asserted: Iterable[Triple]) -> set[str]:
    """The root, and the modules that no other imports (the alignments): to import these is to import all."""
    imported = {triple.object for triple in asserted if triple.predicate == OWL.imports}
    return {iri for iri in headers if iri == ONTOLOGY or NamedNode(iri) not in imported}


def _header(asserted: Iterable[Triple], iri: str, en: str, ru: str, imports: Iterable[str]) -> list[Quad]:
    """An ontology header with the root's version, license and creator."""
    node, root = NamedNode(iri), NamedNode(ONTOLOGY)
    repeated = [triple for triple in asserted if triple.subject == root and triple.predicate in _REPEATED]
    versions = [
        triple.object.value
        for triple in repeated
        if isinstance(triple.object, Literal) and triple.predicate == OWL.versionInfo
    ]
    return [
        Quad(node, RDF.type, OWL.Ontology),
        Quad(node, DCTERMS.title, Literal(en, language="en")),
        Quad(node, DCTERMS.title, Literal(ru, language="ru")),
        *(Quad(node, OWL.versionIRI, NamedNode(f"{iri}/{version}")) for version in versions),
        *(Quad(node, triple.predicate, triple.object) for triple in repeated),
        *(Quad(node, OWL.imports, NamedNode(name)) for name in imports),
    ]


def _catalog(files: Mapping[str, str]) -> str:
    entries = "".join(
        f"    <uri name={quoteattr(iri)} uri={quoteattr(name)}/>\n" for iri, name in sorted(files.items())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<catalog prefer="public" xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">\n'
        f"{entries}</catalog>\n"
    )
