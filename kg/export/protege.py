"""The bundle for Protégé: ontology, individuals and inferences apart, with a catalog, to be opened as one project.

``NAME-inferences.ttl`` imports ``NAME-individuals.ttl``, which imports the ontology with its alignments, and the
catalog finds each in the same folder (OASIS XML Catalogs 1.1), so that opening either loads all below it without a
network. What holds on a day is one more ontology, which imports the inferences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from xml.sax.saxutils import quoteattr

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.build.as_of import DayGraph
from kg.project import Identity
from kg.rdf.turtle import format_turtle
from kg.terms import CASUS, CONCEPTS, DCTERMS, OWL, RDF, RDFS, Namespaces

CATALOG = "catalog-v001.xml"

_PROPERTIES = {OWL[kind] for kind in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
#: What the headers of the two data ontologies repeat of the root ontology's.
_REPEATED = {DCTERMS[name] for name in ("created", "creator", "license")} | {OWL.versionInfo}


def protege_bundle(
    identity: Identity,
    ontology_graphs: Set[str],
    asserted: Iterable[Quad],
    inferred: Iterable[Quad],
    on_day: DayGraph | None = None,
) -> dict[str, str]:
    """The files of the bundle by name: the ontology's modules, individuals, inferences and the catalog.

    Args:
        identity: the project's name, title and namespaces.
        ontology_graphs: the graphs of the ontology's modules.
        asserted: the asserted statements, each in the graph of its file.
        inferred: what follows from them.
        on_day: what holds on a day, for a file ``NAME-as-of-DATE.ttl``.
    """
    names, title = identity.names, identity.title
    individuals, inferences = names.base + "individuals", names.base + "inferences"
    graphs: dict[str, list[Quad]] = defaultdict(list)
    for quad in asserted:
        graphs[quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""].append(quad)
    headers = {graph: _header_of(quads) for graph, quads in graphs.items() if graph in ontology_graphs}
    # What has no header cannot be imported: such a file goes with the individuals.
    modules = {iri: graph for graph, iri in headers.items() if iri is not None}
    data = [quad for graph, quads in graphs.items() if graph not in modules.values() for quad in quads]
    everything = [quad.triple for quads in graphs.values() for quad in quads]
    root = root_ontology(modules.keys(), names)
    files = {iri: _file(graph, names, identity.name) for iri, graph in modules.items()}
    files |= {individuals: f"{identity.name}-individuals.ttl", inferences: f"{identity.name}-inferences.ttl"}
    parts: dict[str, Iterable[Quad]] = {iri: graphs[graph] for iri, graph in modules.items()}
    entrances = _entrances(modules.keys(), root, everything)
    parts[individuals] = [
        *data, *_header(everything, root, individuals, f"{title}: individuals", f"{title}: индивиды", entrances)
    ]  # fmt: skip
    parts[inferences] = [
        *useful_inferences(everything, inferred, names),
        *_header(everything, root, inferences, f"{title}: inferences", f"{title}: выводы", {individuals}),
    ]
    if on_day is not None:
        iri, day = f"{names.base}as-of/{on_day.day}", on_day.day
        files[iri] = f"{identity.name}-as-of-{day}.ttl"
        parts[iri] = [
            *useful_inferences(everything, on_day.quads, names),
            *_header(everything, root, iri, f"{title}: as of {day}", f"{title}: на {day}", {inferences}),
        ]
    written = {files[iri]: format_turtle(quads, names) for iri, quads in parts.items()}
    return dict(sorted({**written, CATALOG: _catalog(files)}.items()))


def useful_inferences(asserted: Iterable[Triple], inferred: Iterable[Quad], names: Namespaces) -> list[Quad]:
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
        individual = isinstance(subject, NamedNode) and subject.value.startswith((names.id, CONCEPTS.iri))
        return individual and (value in classes if predicate == RDF.type else predicate in properties)

    return [quad for quad in inferred if is_useful(quad)]


def merge_for_protege(asserted: Iterable[Quad], names: Namespaces) -> set[Triple]:
    """The ontology's modules and the data under one ontology header, so that one file opens without imports.

    The headers of the modules go, the root's stays without its imports: what it would import is already here.
    """
    triples = {quad.triple for quad in asserted}
    headers = {triple.subject for triple in triples if triple.predicate == RDF.type and triple.object == OWL.Ontology}
    headers.discard(
        NamedNode(root_ontology((header.value for header in headers if isinstance(header, NamedNode)), names))
    )
    return {triple for triple in triples if triple.subject not in headers and triple.predicate != OWL.imports}


def root_ontology(modules: Iterable[str], names: Namespaces) -> str:
    """The ontology that stands for all modules: the project's own, or else the one that it extends."""
    return names.ontology if names.ontology in set(modules) else CASUS.iri.removesuffix("#")


def _file(graph: str, names: Namespaces, project: str) -> str:
    """The name of a module's file. One of a project that extends another is told from those of that by its name."""
    name = graph.rpartition("/")[2]
    own = graph.startswith(names.graph) and not CASUS.iri.startswith(names.base)
    return f"{project}-{name}" if own else name


def _header_of(module: Iterable[Quad]) -> str | None:
    headers = (quad.subject for quad in module if quad.predicate == RDF.type and quad.object == OWL.Ontology)
    return next((header.value for header in headers if isinstance(header, NamedNode)), None)


def _entrances(headers: Set[str], root: str, asserted: Iterable[Triple]) -> set[str]:
    """The root, and the modules that no other imports (the alignments): to import these is to import all."""
    imported = {triple.object for triple in asserted if triple.predicate == OWL.imports}
    return {iri for iri in headers if iri == root or NamedNode(iri) not in imported}


def _header(asserted: Iterable[Triple], root: str, iri: str, en: str, ru: str, imports: Iterable[str]) -> list[Quad]:
    """An ontology header with the root's version, license and creator."""
    node, above = NamedNode(iri), NamedNode(root)
    repeated = [triple for triple in asserted if triple.subject == above and triple.predicate in _REPEATED]
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
