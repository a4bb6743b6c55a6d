"""RDF terms: the vocabularies that code names, terms as people write and read them, labels, the way to rdflib.

`Namespaces` is how one project names things; what is the same for all projects stands in this module's constants.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from kg.errors import BadInput
from kg.regex import late_regex

if TYPE_CHECKING:
    from datetime import date

    from rdflib.term import Node

#: Whatever a triple may hold. Inside a closure any of it may stand anywhere in a triple.
Term = NamedNode | BlankNode | Literal | Triple
#: What statements are about: whatever the data give a name to.
Resource = NamedNode | BlankNode
#: How a program may name a thing: as text (``state:ARM``, an IRI), or by a term of pyoxigraph's or rdflib's.
TermLike: TypeAlias = "str | Term | Node"


class Vocabulary:
    """A vocabulary, whose terms are its attributes: ``RDF.type``; by index where Python reserves the name."""

    def __init__(self, iri: str) -> None:
        """The vocabulary with this namespace."""
        self.iri = iri

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        term = NamedNode(self.iri + name)
        setattr(self, name, term)  # so that the next look-up is an ordinary attribute's
        return term

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self.iri + name)

    def __contains__(self, term: object) -> bool:
        return isinstance(term, NamedNode) and term.value.startswith(self.iri)

    def __repr__(self) -> str:
        return f"Vocabulary({self.iri!r})"


DCAT = Vocabulary("http://www.w3.org/ns/dcat#")
DCTERMS = Vocabulary("http://purl.org/dc/terms/")
FOAF = Vocabulary("http://xmlns.com/foaf/0.1/")
OWL = Vocabulary("http://www.w3.org/2002/07/owl#")
PROV = Vocabulary("http://www.w3.org/ns/prov#")
RDF = Vocabulary("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Vocabulary("http://www.w3.org/2000/01/rdf-schema#")
SH = Vocabulary("http://www.w3.org/ns/shacl#")
SKOS = Vocabulary("http://www.w3.org/2004/02/skos/core#")
SPDX = Vocabulary("http://spdx.org/rdf/terms#")
VOID = Vocabulary("http://rdfs.org/ns/void#")
XSD = Vocabulary("http://www.w3.org/2001/XMLSchema#")

#: The ontology of alliances, which every project of this package extends, and the concepts that its rules name.
CASUS = Vocabulary("https://w3id.org/casus/ontology#")
CONCEPTS = Vocabulary("https://w3id.org/casus/id/")

#: Prefix -> namespace of the vocabularies that every project may use without declaring them.
STANDARD_PREFIXES: Mapping[str, str] = {
    "bibo": "http://purl.org/ontology/bibo/",
    "casus": CASUS.iri,
    "dcat": DCAT.iri,
    "dcterms": DCTERMS.iri,
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": FOAF.iri,
    "org": "http://www.w3.org/ns/org#",
    "owl": OWL.iri,
    "prov": PROV.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "sh": SH.iri,
    "skos": SKOS.iri,
    "spdx": SPDX.iri,
    "vann": "http://purl.org/vocab/vann/",
    "void": VOID.iri,
    "wd": "http://www.wikidata.org/entity/",
    "xsd": XSD.iri,
}

#: The properties that say how a thing is called, the best first.
LABELS = (RDFS.label, SKOS.prefLabel, DCTERMS.title)

_PREFIXED = late_regex(r"([A-Za-z][\w-]*):(?!//)(.+)", re.DOTALL)
_IRI = late_regex(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\]+")
_PATH = late_regex(r"[^\s<>\"{}|^`\\:]+/[^\s<>\"{}|^`\\]+")
_BLANK_NODE = late_regex(r"_:(\w[\w.-]*)")
_LITERAL = late_regex(r"[\"'].*|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?|true|false", re.DOTALL)


class Pattern(NamedTuple):
    """A statement in which None stands for anything."""

    subject: Term | None
    predicate: Term | None
    object: Term | None


@dataclass(frozen=True)
class Namespaces:
    """How a project names things, and how people write and read these names.

    Attributes:
        base: the IRI below which the project names all that is its own.
        prefixes: prefix -> namespace, as used by every serialisation and declared for every query.
    """

    base: str
    prefixes: Mapping[str, str] = field(default_factory=lambda: STANDARD_PREFIXES, hash=False)

    @property
    def id(self) -> str:
        """The namespace of the individuals; relative names in queries and on the command line are relative to it."""
        return self.base + "id/"

    @property
    def graph(self) -> str:
        """The namespace of the named graphs: a file's is this and the file's path in the project."""
        return self.base + "graph/"

    @property
    def dataset(self) -> str:
        """The dataset as a whole, of which the graphs are parts."""
        return self.base + "data"

    @property
    def ontology(self) -> str:
        """The project's own ontology, if it has one, and with a hash the namespace of its terms."""
        return self.base + "ontology"

    @property
    def inferred(self) -> str:
        """The named graph of what OWL 2 RL infers."""
        return self.graph + "inferred"

    @property
    def derived(self) -> str:
        """The named graph of what the rules of duties over time derive."""
        return self.graph + "derived"

    @property
    def metadata(self) -> str:
        """The named graph that describes the store to those who query it."""
        return self.graph + "metadata"

    @property
    def merged(self) -> str:
        """In other stores, the merge of all graphs of a build; a built store has it as its default graph."""
        return self.graph + "merged"

    @property
    def ontology_graphs(self) -> str:
        """How the names of the graphs begin that hold the ontology's modules."""
        return self.graph + "ontology/"

    def day_graph(self, day: date) -> str:
        """The named graph of what is true of one day only."""
        return f"{self.graph}as-of/{day.isoformat()}"

    @property
    def generated(self) -> str:
        """In other stores, blank nodes are IRIs below this one (RDF 1.1 Concepts, section 3.5)."""
        scheme, _, rest = self.base.partition("://")
        host, _, path = rest.partition("/")
        return f"{scheme}://{host}/.well-known/genid/{path}"

    def shorten(self, iri: str) -> str:
        """The IRI as people read it: a prefixed name, a path relative to the individuals' namespace, or ``<iri>``."""
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace):
                local = iri[len(namespace) :]
                if local.replace("-", "").replace("_", "").isalnum():
                    return f"{prefix}:{local}"
                break
        return f"<{iri.removeprefix(self.id)}>"

    def show(self, term: Term) -> str:
        """The term as people read it, which `read` takes again if it is no triple."""
        return _show(self, term)

    def read(self, text: str) -> NamedNode | BlankNode | Literal:
        """The term that a text stands for.

        A prefixed name (``state:ARM``), ``a`` for rdf:type, a full IRI with or without angle brackets, a path below
        the individuals' namespace (``id/state/ARM`` or ``<state/ARM>``), a blank node (``_:c14n0``), or a literal as
        in Turtle (``"text"@en``, ``"1992-05-15T00:00:00Z"^^xsd:dateTime``, ``42``, ``true``).

        Raises:
            BadInput: the text is none of these, or its prefix is not known.
        """
        text = text.strip()
        blank, prefixed = _BLANK_NODE.fullmatch(text), _PREFIXED.fullmatch(text)
        if text == "a":
            return RDF.type
        if text.startswith("<") and text.endswith(">"):
            return self._iri(text[1:-1], text)
        if blank:
            return BlankNode(blank[1])
        if _LITERAL.fullmatch(text):
            return self._literal(text)
        if prefixed and prefixed[1] in self.prefixes:
            return self._iri(self.prefixes[prefixed[1]] + prefixed[2], text)
        if prefixed and not prefixed[1].lower().startswith(("urn", "tag", "mailto")):
            raise BadInput(f"unknown prefix {prefixed[1]!r} in {text!r}; known are {' '.join(sorted(self.prefixes))}")
        if prefixed or "://" in text or _PATH.fullmatch(text):
            return self._iri(text.removeprefix("id/"), text)
        forms = 'a prefixed name (state:ARM), a path (id/state/ARM), an <IRI> or a "literal"'
        raise BadInput(f"{text!r} is not a term; write {forms}")

    def term(self, value: TermLike) -> Term:
        """The term that a program means: a text as `read` takes it, a term of pyoxigraph's, or one of rdflib's.

        Raises:
            BadInput: it is none of these.
        """
        if isinstance(value, NamedNode | BlankNode | Literal | Triple):
            return value
        if type(value).__module__.partition(".")[0] == "rdflib":  # whose terms are texts, too
            return from_rdflib(value)
        if isinstance(value, str):
            return self.read(value)
        raise BadInput(f"{value!r} is not a term: a text, or a term of pyoxigraph's or rdflib's")

    @cached_property
    def _longest_first(self) -> list[tuple[str, str]]:
        return sorted(self.prefixes.items(), key=lambda item: -len(item[1]))

    def _iri(self, iri: str, text: str) -> NamedNode:
        absolute = iri if _IRI.fullmatch(iri) else self.id + iri
        try:
            if _IRI.fullmatch(absolute):
                return NamedNode(absolute)
        except ValueError:  # a stray percent sign, for example
            pass
        raise BadInput(f"{text!r} is not an IRI")

    def _literal(self, text: str) -> Literal:
        declared = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in self.prefixes.items())
        try:
            objects = [quad.object for quad in parse(f"{declared}<x:s> <x:p> {text} .".encode(), RdfFormat.TURTLE)]
        except SyntaxError:
            objects = []
        # More than one statement: the text held more than a literal.
        if len(objects) != 1 or not isinstance(objects[0], Literal):
            raise BadInput(f"{text!r} is not a literal as Turtle writes it")
        return objects[0]


@lru_cache(maxsize=8192)
def _show(names: Namespaces, term: Term) -> str:
    if isinstance(term, NamedNode):
        return names.shorten(term.value)
    if isinstance(term, Literal):
        text = str(Literal(term.value))
        if term.language is not None:
            return f"{text}@{term.language}"
        return text if term.datatype == XSD.string else f"{text}^^{names.shorten(term.datatype.value)}"
    return str(term)


class Labels:
    """How things are called: one label for each language in which a thing has any."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        """Collect the labels of a graph. Of several in one language the best property's counts, then the first."""
        self._ranked: dict[Term, dict[str, tuple[int, str, Literal]]] = {}
        places = {label: place for place, label in enumerate(LABELS)}
        for triple in triples:  # whose attributes are quicker than to unpack it
            place = places.get(triple.predicate)
            if place is not None and isinstance(value := triple.object, Literal):
                rank = (place, value.value, value)
                ours = self._ranked.setdefault(triple.subject, {})
                language = (value.language or "").lower()
                if language not in ours or rank[:2] < ours[language][:2]:
                    ours[language] = rank

    def find(self, thing: Term, *languages: str) -> Literal | None:
        """The label of a thing in the first of some languages that it has one in, else in English, else in any.

        ``en`` is satisfied by ``en-GB`` as well (RFC 4647, section 3.3.1); a label without a language follows English.
        """
        ours = self._ranked.get(thing)
        if ours is None:
            return None
        for wanted in (*(language.lower() for language in languages), "en", ""):
            fitting = [tag for tag in ours if tag == wanted or (wanted and tag.startswith(wanted + "-"))]
            if fitting:
                return ours[min(fitting)][2]
        return ours[min(ours)][2]

    def __contains__(self, thing: object) -> bool:
        return thing in self._ranked

    def name(self, thing: Resource, *languages: str) -> str:
        """The label of a thing as `find` chooses it, else the last part of its name."""
        label = self.find(thing, *languages)
        return local_name(thing) if label is None else label.value


def local_name(thing: Resource) -> str:
    """The last part of a name: what stands after its last hash or slash."""
    return thing.value.rstrip("/#").replace("#", "/").rpartition("/")[2]


def term_to_json(term: Term) -> dict[str, Any]:
    """A term in the SPARQL 1.1 Query Results JSON Format, section 3.2.2, triples as SPARQL 1.2 has them."""
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: term_to_json(part) for name, part in parts.items()}}
    written: dict[str, Any] = {"type": "literal", "value": term.value}
    if term.language:
        written["xml:lang"] = term.language
    elif term.datatype != XSD.string:
        written["datatype"] = term.datatype.value
    return written


def to_rdflib(term: Term) -> Node:
    """A term as rdflib has it, its lexical form untouched.

    Raises:
        BadInput: it is a triple, which rdflib does not have.
    """
    from rdflib import term as rdflib_term  # noqa: PLC0415 - importing rdflib takes a tenth of a second

    if isinstance(term, NamedNode):
        return rdflib_term.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib_term.BNode(term.value)
    if isinstance(term, Triple):
        raise BadInput(f"a statement about a statement cannot be read by rdflib: {term}")
    # To rdflib a plain literal and an xsd:string are two; Turtle writes the plain one.
    datatype = None if term.language or term.datatype == XSD.string else rdflib_term.URIRef(term.datatype.value)
    return rdflib_term.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


def from_rdflib(term: Any) -> NamedNode | BlankNode | Literal:
    """A term of rdflib's as pyoxigraph has it, its lexical form untouched.

    Raises:
        BadInput: it is no IRI, blank node or literal.
    """
    from rdflib import term as rdflib_term  # noqa: PLC0415 - importing rdflib takes a tenth of a second

    if isinstance(term, rdflib_term.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib_term.BNode):
        return BlankNode(str(term))
    if isinstance(term, rdflib_term.Literal):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype))) if term.datatype else Literal(str(term))
    raise BadInput(f"{term!r} is no IRI, blank node or literal")
