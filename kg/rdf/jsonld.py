"""Graphs as JSON-LD 1.1 with one context, written inline, that all files of a release share.

The context (https://www.w3.org/TR/json-ld11/, chapter 4) gives the prefixes, the base of identifiers and, for each
property, how its values are to be read, so that most values are plain strings. It is computed from the data, and no
reader has to fetch anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import IO

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.errors import BadInput
from kg.regex import late_regex
from kg.terms import RDF, XSD, Namespaces

#: A context: prefixes and base as strings, properties as objects.
Context = Mapping[str, str | Mapping[str, str]]

#: Names that are read alike as prefixed names and relative to the base, whatever JSON-LD processor reads them.
_LOCAL = late_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*")
_PATH = late_regex(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*(/[A-Za-z0-9_][A-Za-z0-9_.\-]*)+")


def context_of(statements: Iterable[Triple | Quad], names: Namespaces) -> Context:
    """The context by which these statements are written shortest: what each property's values have in common."""
    kinds: dict[NamedNode, set[str]] = {}
    schemes: set[str] = set()
    for statement in statements:
        schemes.update(map(_scheme, statement))
        if statement.predicate != RDF.type:
            kinds.setdefault(statement.predicate, set()).add(_kind(statement.object))
    # An IRI whose scheme is a prefix would be taken for a prefixed name; below the base, names are relative to it.
    prefixes = {
        prefix: namespace
        for prefix, namespace in names.prefixes.items()
        if prefix not in schemes and not namespace.startswith(names.id)
    }
    writer = _Writer({"@base": names.id, **prefixes})
    properties = {
        writer.shorten(predicate.value): {"@id": predicate.value, "@type": next(iter(found))}
        for predicate, found in kinds.items()
        if len(found) == 1 and found != {""}
    }
    return {"@base": names.id, **dict(sorted(prefixes.items())), **dict(sorted(properties.items()))}


def write_jsonld(triples: Sequence[Triple], context: Context, out: IO[bytes]) -> None:
    """Write triples as one graph, a node a line, in the order in which they are, the same subjects together.

    Raises:
        BadInput: JSON-LD 1.1 has no terms that are triples.
    """
    out.write(b'{"@context": ' + _dump(context) + b',\n"@graph": [')
    writer, before = _Writer(context), b"\n"
    for subject, about in groupby(triples, key=lambda triple: triple.subject):
        out.write(before + _dump(writer.node(subject, about)))
        before = b",\n"
    out.write(b"\n]}\n")


class _Writer:
    """Terms by the names that a context gives them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._base = str(context["@base"])
        self._prefixes = {
            namespace: prefix
            for prefix, namespace in context.items()
            if isinstance(namespace, str) and not prefix.startswith("@")
        }
        # Of most terms there are many: as properties, datatypes, places of others.
        self.shorten = cache(self._shorten)
        self._name = cache(self._name_of)

    def node(self, subject: object, about: Iterable[Triple]) -> dict[str, object]:
        node: dict[str, object] = {"@id": self._name(subject)}
        for predicate, group in groupby(about, key=lambda triple: triple.predicate):
            objects = [triple.object for triple in group]
            types = [term for term in objects if predicate == RDF.type and not isinstance(term, Literal)]
            if types:
                node["@type"] = [self._vocabulary_name(term) for term in types]
            others = [term for term in objects if term not in types]
            if others:
                key = self.shorten(predicate.value)
                definition = self._context.get(key)
                kind = definition["@type"] if isinstance(definition, Mapping) else ""
                values = [self._value(term, kind) for term in others]
                node[key] = values if len(values) > 1 else values[0]
        return node

    def _shorten(self, iri: str) -> str:
        cut = max(iri.rfind("#"), iri.rfind("/")) + 1
        prefix = self._prefixes.get(iri[:cut])
        return f"{prefix}:{iri[cut:]}" if prefix and _LOCAL.fullmatch(iri[cut:]) else iri

    def _value(self, term: object, kind: str) -> object:
        if not isinstance(term, Literal):
            name = self._name(term)
            return name if kind == "@id" else {"@id": name}
        if term.language:
            value = {"@value": term.value, "@language": term.language}
            return value if term.direction is None else {**value, "@direction": term.direction.value}
        if term.datatype.value == kind or (term.datatype == XSD.string and not kind):
            return term.value
        if term.datatype == XSD.string:
            return {"@value": term.value}
        return {"@value": term.value, "@type": self.shorten(term.datatype.value)}

    def _name_of(self, term: object) -> str:
        """A node's name, relative to the base where that is safe."""
        if isinstance(term, BlankNode):
            return f"_:{term.value}"
        if not isinstance(term, NamedNode):
            raise BadInput(f"JSON-LD 1.1 cannot write a triple as a term: {term}")
        path = term.value.removeprefix(self._base)
        return path if path != term.value and _PATH.fullmatch(path) else self.shorten(term.value)

    def _vocabulary_name(self, term: object) -> str:
        """A class's name: types are not read relative to the base."""
        return self.shorten(term.value) if isinstance(term, NamedNode) else self._name(term)


def _kind(term: object) -> str:
    """What a context says of a property with such values: nothing of plain strings and of strings in a language."""
    if not isinstance(term, Literal):
        return "@id"
    return "" if term.language or term.datatype == XSD.string else term.datatype.value


def _scheme(term: object) -> str:
    iri = term.datatype if isinstance(term, Literal) else term
    return iri.value.partition(":")[0] if isinstance(iri, NamedNode) else ""


def _dump(value: object) -> bytes:
    import json  # noqa: PLC0415 - other formats do without

    return json.dumps(value, ensure_ascii=False).encode()
