"""Turtle in the house's layout for many statements of things with names, written straight.

`kg.rdf.turtle` writes whatever there is, blank nodes and lists included, and takes half a minute for what this
writes in a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from kg.rdf.layout import LEADING, is_bare, is_local, natural, quoted
from kg.terms import OWL, RDF, XSD, Namespaces, Term

_TYPE, _HEADER = f"<{RDF.type.value}>", f"<{OWL.Ontology.value}>"
_RANKS = {predicate.value: rank for rank, predicate in enumerate(LEADING)}


def plain_turtle(triples: Iterable[Triple], names: Namespaces, comment: str) -> str:
    """Statements without blank nodes as Turtle, in the names of a project.

    Args:
        triples: the statements; one that comes twice is written once.
        names: the project's names.
        comment: what the file is, in one line or several.

    Raises:
        ValueError: there is a blank node, or a triple as a term.
    """
    writer = _Page(names)
    subjects: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for triple in triples:
        subject, predicate, value = map(writer.key, triple)
        subjects[subject][predicate].add(value)
    order = sorted(subjects, key=lambda subject: (_HEADER not in subjects[subject].get(_TYPE, ()), natural(subject)))
    body = [writer.subject(subject, subjects[subject]) for subject in order]
    head = "".join(f"# {line}\n" for line in comment.splitlines())
    return f"{head}\n{writer.head()}\n" + "\n".join(body)


class _Page:
    """Writes subjects, and remembers which prefixes were used."""

    def __init__(self, names: Namespaces) -> None:
        self._terms: dict[str, NamedNode | Literal] = {}
        self._keys: dict[Term, str] = {}
        self._base = names.id
        self._prefixes = sorted(names.prefixes.items(), key=lambda item: -len(item[1]))
        self._used: dict[str, str] = {}
        self._relative = False
        self._written: dict[str, str] = {}

    def key(self, term: Term) -> str:
        """The term as N-Triples has it, by which it is known here and ordered."""
        if term not in self._keys:
            if not isinstance(term, NamedNode | Literal):
                raise ValueError(f"{term} is written by kg.rdf.turtle only")
            self._keys[term] = key = _in_full(term)
            self._terms[key] = term
        return self._keys[term]

    def head(self) -> str:
        """The base and the prefixes that were used."""
        base = f"@base <{self._base}> .\n" if self._relative else ""
        return base + "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in sorted(self._used.items()))

    def subject(self, subject: str, said: dict[str, set[str]]) -> str:
        """All that is said of a subject; its terms are given as N-Triples has them."""
        order = sorted(said, key=lambda predicate: (_RANKS.get(predicate[1:-1], len(_RANKS)), predicate))
        lines = [
            f"{'a' if predicate == _TYPE else self._term(predicate)} "
            + ",\n        ".join(map(self._term, sorted(said[predicate], key=natural)))
            for predicate in order
        ]
        return f"{self._term(subject)} " + " ;\n    ".join(lines) + " .\n"

    def _term(self, text: str) -> str:
        if text not in self._written:
            term = self._terms[text]
            self._written[text] = self._name(term.value) if isinstance(term, NamedNode) else self._literal(term)
        return self._written[text]

    def _name(self, iri: str) -> str:
        if iri.startswith(self._base):
            self._relative = True
            return f"<{iri.removeprefix(self._base)}>"
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace) and is_local(iri[len(namespace) :]):
                self._used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def _literal(self, literal: Literal) -> str:
        text = quoted(literal.value)
        if literal.language:
            return f"{text}@{literal.language}"
        if literal.datatype == XSD.string:
            return text
        datatype = self._name(literal.datatype.value)  # whose prefix rdflib's writer declares in any case
        return literal.value if is_bare(literal.value, literal.datatype.value) else f"{text}^^{datatype}"


def _in_full(term: NamedNode | Literal) -> str:
    """A term as N-Triples has it, to order by."""
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    text = quoted(term.value)
    if term.language:
        return f"{text}@{term.language}"
    return text if term.datatype == XSD.string else f"{text}^^<{term.datatype.value}>"
