"""The ontology as a reader meets it: modules, and in each the terms with all that is said of them.

This gathers; `kg.export.docs.documentation` makes pages of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field

from pyoxigraph import NamedNode, Quad
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, RDFS, SKOS

from kg.rdf.manchester import Expression, chain, expression, general_axioms, terms_in
from kg.rdf.turtle import rdflib_graph
from kg.terms import CASUS, Namespaces

_KINDS = {
    OWL.Class: "class",
    OWL.ObjectProperty: "object property",
    OWL.DatatypeProperty: "datatype property",
    OWL.AnnotationProperty: "annotation property",
}
_MATCHES = {
    SKOS.exactMatch: "Exact match",
    SKOS.closeMatch: "Close match",
    SKOS.broadMatch: "Broader match",
    SKOS.narrowMatch: "Narrower match",
    SKOS.relatedMatch: "Related match",
}
_CHARACTERISTICS = {
    OWL.FunctionalProperty: "functional",
    OWL.InverseFunctionalProperty: "inverse functional",
    OWL.TransitiveProperty: "transitive",
    OWL.SymmetricProperty: "symmetric",
    OWL.AsymmetricProperty: "asymmetric",
    OWL.ReflexiveProperty: "reflexive",
    OWL.IrreflexiveProperty: "irreflexive",
}
_TYPE = NamedNode(str(RDF.type))


@dataclass(frozen=True)
class Fact:
    """One thing said of a term: what it is, and its values."""

    heading: str
    values: list[Expression]


@dataclass(frozen=True)
class TermEntry:
    """A term with its documentation."""

    iri: URIRef
    #: The name that code uses: without a prefix for the ontology's own terms.
    name: str
    kind: str
    labels: dict[str, str]
    definitions: dict[str, str]
    #: In all languages, those in English first.
    notes: list[Literal]
    examples: list[Literal]
    rows: list[Fact]

    @property
    def anchor(self) -> str:
        """The fragment of the term's IRI, if it is the project's own; else one that no term of ours can have."""
        return self.name.replace(":", "-")

    @property
    def definition(self) -> str:
        """Its definition in English, or in whatever language there is one."""
        return self.definitions.get("en") or next(iter(self.definitions.values()), "")

    def label(self, language: str) -> str:
        """Its label in a language, or an empty text."""
        return self.labels.get(language, "")


@dataclass(frozen=True)
class Module:
    """A file of the ontology: its header, its terms, and the mappings of terms that it states."""

    name: str
    iri: URIRef
    header: dict[str, list[Literal | URIRef]]
    terms: list[TermEntry]
    mappings: list[tuple[URIRef, str, URIRef]] = field(default_factory=list)

    def text(self, key: str, language: str = "en") -> str:
        """A text of the header, such as its title: in a language, or without one."""
        texts = [value for value in self.header.get(key, []) if isinstance(value, Literal)]
        return next((str(text) for text in texts if text.language in (language, None)), "")


def read_modules(
    asserted: Iterable[Quad], inferred: Iterable[Quad], ontology_graphs: Set[str], names: Namespaces
) -> list[Module]:
    """The modules of a project's ontology, each after those it imports.

    Args:
        asserted: the asserted statements, each in the graph of its file.
        inferred: what follows from them; it counts in the numbers of individuals and statements.
        ontology_graphs: the graphs of the modules.
        names: the namespaces in which terms are named.
    """
    files: dict[str, list[Quad]] = defaultdict(list)
    data: list[Quad] = []
    for quad in asserted:
        graph = quad.graph_name.value if isinstance(quad.graph_name, NamedNode) else ""
        (files[graph] if graph in ontology_graphs else data).append(quad)
    parts = {_stem(graph): rdflib_graph(quads) for graph, quads in files.items()}
    whole = Graph(bind_namespaces="none")
    for part in parts.values():
        whole += part
    reader = _TermReader(whole, _Usage(data, inferred), names)
    modules = [_module(name, part, reader) for name, part in parts.items()]
    imports = {module.iri: set(whole.objects(module.iri, OWL.imports)) for module in modules}
    return sorted(modules, key=lambda module: (len(_reached(module.iri, imports)), module.name))


class _Usage:
    """How often the data uses each term: individuals of a class, statements with a property."""

    def __init__(self, data: Iterable[Quad], inferred: Iterable[Quad]) -> None:
        self.stated, self.inferred = Counter[str](), Counter[str]()
        stated = {quad.triple for quad in data}
        for triple in stated:
            self.stated[triple.predicate.value] += 1
            if triple.predicate == _TYPE and isinstance(triple.object, NamedNode):
                self.stated[triple.object.value] += 1
        for triple in {quad.triple for quad in inferred} - stated:
            self.inferred[triple.predicate.value] += 1
            if triple.predicate == _TYPE and isinstance(triple.object, NamedNode):
                self.inferred[triple.object.value] += 1

    def row(self, iri: URIRef, kind: str) -> Fact:
        stated, inferred = self.stated[str(iri)], self.inferred[str(iri)]
        things = "individuals" if kind == "class" else "statements"
        one = things.removesuffix("s")
        number = f"{stated + inferred:,} {one if stated + inferred == 1 else things}"
        return Fact("In the data", [[f"{number}, {inferred:,} of them inferred" if inferred else number]])


class _TermReader:
    """What the ontology says of a term."""

    def __init__(self, graph: Graph, usage: _Usage, names: Namespaces) -> None:
        self.graph = graph
        self.names = names
        self._usage = usage
        self._general = general_axioms(graph)
        self._chains = [
            (chain(graph, members), whole)
            for whole, members in graph.subject_objects(OWL.propertyChainAxiom)
            if isinstance(whole, URIRef)
        ]

    def term(self, iri: URIRef, kind: str) -> TermEntry:
        rows = self._of_class(iri) if kind == "class" else self._of_property(iri)
        rows += [Fact("Used in", self._axioms_that_use(iri))]
        rows += [Fact(heading, self._values(iri, predicate)) for predicate, heading in _MATCHES.items()]
        rows += self._of_its_own(iri)
        rows += [Fact("Deprecated: use", self._values(iri, DCTERMS.isReplacedBy))]
        rows += [Fact("Notation", [[str(text)] for text in self._literals(iri, SKOS.notation)])]
        rows += [Fact("Source", [[str(text)] for text in self._literals(iri, DCTERMS.source)])]
        rows += [Fact("Vocabulary", self._values(iri, RDFS.isDefinedBy))] if not iri.startswith(CASUS.iri) else []
        return TermEntry(
            iri,
            self.names.shorten(iri).removeprefix("casus:").strip("<>"),
            kind,
            {label.language or "": str(label) for label in self._literals(iri, RDFS.label)},
            {text.language or "": str(text) for text in self._literals(iri, SKOS.definition)},
            self._texts(iri, SKOS.scopeNote),
            self._texts(iri, SKOS.example),
            [row for row in rows if row.values] + [self._usage.row(iri, kind)],
        )

    def _of_class(self, iri: URIRef) -> list[Fact]:
        return [
            Fact("Superclasses", self._values(iri, RDFS.subClassOf)),
            Fact("Equivalent to", self._values(iri, OWL.equivalentClass)),
            Fact("Subclasses", self._named_subjects(RDFS.subClassOf, iri)),
            Fact("Inferred for every", self._sorted(parts for parts, wider in self._general if wider == iri)),
            Fact("Disjoint with", self._both_ways(iri, OWL.disjointWith)),
            Fact("In the domain of", self._named_subjects(RDFS.domain, iri)),
            Fact("In the range of", self._named_subjects(RDFS.range, iri)),
        ]

    def _of_property(self, iri: URIRef) -> list[Fact]:
        kinds = [[word] for kind, word in _CHARACTERISTICS.items() if (iri, RDF.type, kind) in self.graph]
        return [
            Fact("Characteristics", [*kinds]),
            Fact("Superproperties", self._values(iri, RDFS.subPropertyOf)),
            Fact("Equivalent to", self._values(iri, OWL.equivalentProperty)),
            Fact("Subproperties", self._named_subjects(RDFS.subPropertyOf, iri)),
            Fact("Domain", self._values(iri, RDFS.domain)),
            Fact("Range", self._values(iri, RDFS.range)),
            Fact("Inverse of", self._both_ways(iri, OWL.inverseOf)),
            Fact("Disjoint with", self._both_ways(iri, OWL.propertyDisjointWith)),
            Fact("Inferred from the chain", self._sorted(parts for parts, whole in self._chains if whole == iri)),
        ]

    def _of_its_own(self, iri: URIRef) -> list[Fact]:
        """What the ontology says of the term by annotation properties of its own, as of a kind of obligation."""
        own = {p for p in self.graph.predicates(iri) if (p, RDF.type, OWL.AnnotationProperty) in self.graph}
        named = {p: min(self._literals(p, RDFS.label), default=None) for p in own if p.startswith(CASUS.iri)}
        return [
            Fact(str(label).capitalize(), self._values(iri, p))
            for p, label in sorted(named.items())
            if label is not None
        ]

    def _axioms_that_use(self, iri: URIRef) -> list[Expression]:
        general = [[*parts, " SubClassOf ", wider] for parts, wider in self._general if iri in terms_in(parts)]
        chains = [[*parts, " SubPropertyOf ", whole] for parts, whole in self._chains if iri in terms_in(parts)]
        return self._sorted(general + chains)

    def _values(self, iri: URIRef, predicate: URIRef) -> list[Expression]:
        return self._sorted(expression(self.graph, value) for value in self.graph.objects(iri, predicate))

    def _named_subjects(self, predicate: URIRef, iri: URIRef) -> list[Expression]:
        return self._sorted([subject] for subject in self.graph.subjects(predicate, iri) if isinstance(subject, URIRef))

    def _both_ways(self, iri: URIRef, predicate: URIRef) -> list[Expression]:
        """The values of a symmetric relation, which may be stated on either side."""
        there = {value for value in self.graph.objects(iri, predicate) if not isinstance(value, BNode)}
        back = {value for value in self.graph.subjects(predicate, iri) if isinstance(value, URIRef)}
        return self._sorted(expression(self.graph, value) for value in there | back)

    def _literals(self, iri: URIRef, predicate: URIRef) -> list[Literal]:
        return sorted(value for value in self.graph.objects(iri, predicate) if isinstance(value, Literal))

    def _texts(self, iri: URIRef, predicate: URIRef) -> list[Literal]:
        return sorted(self._literals(iri, predicate), key=lambda text: text.language or "")

    def _sorted(self, values: Iterable[Expression]) -> list[Expression]:
        """Values in the order of what a reader sees."""

        def read(parts: Expression) -> str:
            return "".join(self.names.shorten(part) if isinstance(part, URIRef) else part for part in parts).lower()

        return sorted(values, key=read)


def _module(name: str, part: Graph, reader: _TermReader) -> Module:
    iri = next((node for node in part.subjects(RDF.type, OWL.Ontology) if isinstance(node, URIRef)), URIRef(name))
    header: dict[str, list[Literal | URIRef]] = defaultdict(list)
    for predicate, value in sorted(part.predicate_objects(iri)):
        if isinstance(predicate, URIRef) and isinstance(value, URIRef | Literal):
            header[reader.names.shorten(predicate)].append(value)
    declared = [(node, kind) for kind in _KINDS for node in part.subjects(RDF.type, kind) if isinstance(node, URIRef)]
    terms = [reader.term(node, _KINDS[kind]) for node, kind in sorted(declared, key=lambda pair: str(pair[0]).lower())]
    mappings = [
        (subject, heading, value)
        for predicate, heading in _MATCHES.items()
        for subject, value in part.subject_objects(predicate)
        if isinstance(subject, URIRef) and isinstance(value, URIRef)
    ]
    return Module(name, iri, dict(header), terms, sorted(mappings))


def _reached(iri: URIRef, imports: Mapping[URIRef, set[URIRef]]) -> set[URIRef]:
    reached, pending = set[URIRef](), [iri]
    while pending:
        fresh = imports.get(pending.pop(), set()) - reached
        reached |= fresh
        pending += fresh
    return reached


def _stem(graph: str) -> str:
    return graph.rpartition("/")[2].removesuffix(".ttl")
