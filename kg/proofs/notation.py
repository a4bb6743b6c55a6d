"""Terms as people type them: ``state:ARM``, ``id/state/ARM``, ``<state/ARM>``, full IRIs, literals, ``a``."""

from __future__ import annotations

import re

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from kg.errors import BadInput
from kg.reasoning.inconsistency import Statement
from kg.terms import ID, PREFIXES, RDF, Term

_PREFIXED = re.compile(r"([A-Za-z][\w-]*):(?!//)(.+)", re.DOTALL)
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\]+")
_PATH = re.compile(r"[^\s<>\"{}|^`\\:]+/[^\s<>\"{}|^`\\]+")
_BLANK_NODE = re.compile(r"_:(\w[\w.-]*)")
_LITERAL = re.compile(r"[\"'].*|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?|true|false", re.DOTALL)


def parse_term(text: str) -> Term:
    """The term that a text stands for.

    A prefixed name (``state:ARM``), ``a`` for rdf:type, a full IRI with or without angle brackets, a path below the
    identifiers' base (``id/state/ARM`` or ``<state/ARM>``), a blank node (``_:c14n0``), or a literal as in Turtle
    (``"text"@en``, ``"1992-05-15T00:00:00Z"^^xsd:dateTime``, ``42``, ``true``).

    Raises:
        BadInput: the text is none of these, or its prefix is not known.
    """
    text = text.strip()
    blank, prefixed = _BLANK_NODE.fullmatch(text), _PREFIXED.fullmatch(text)
    if text == "a":
        term: Term = RDF.type
    elif text.startswith("<") and text.endswith(">"):
        term = _iri(text[1:-1], text)
    elif blank:
        term = BlankNode(blank[1])
    elif _LITERAL.fullmatch(text):
        term = _literal(text)
    elif prefixed:
        if prefixed[1] not in PREFIXES:
            raise BadInput(f"unknown prefix {prefixed[1]!r} in {text!r}; known are {' '.join(sorted(PREFIXES))}")
        term = _iri(PREFIXES[prefixed[1]] + prefixed[2], text)
    elif "://" in text or _PATH.fullmatch(text):
        term = _iri(text.removeprefix("id/"), text)
    else:
        forms = 'a prefixed name (state:ARM), a path (id/state/ARM), an <IRI> or a "literal"'
        raise BadInput(f"{text!r} is not a term; write {forms}")
    return term


def parse_statement(subject: str, predicate: str, value: str) -> Statement:
    """The statement that three texts stand for.

    Raises:
        BadInput: one of them is not a term, or is one that cannot stand where it does.
    """
    s, p, o = parse_term(subject), parse_term(predicate), parse_term(value)
    if not isinstance(p, NamedNode):
        raise BadInput(f"the property must be an IRI, not {predicate!r}")
    if isinstance(s, Literal):
        raise BadInput(f"a literal cannot be the subject of a statement: {subject!r}")
    return Statement(s, p, o)


def _iri(iri: str, text: str) -> NamedNode:
    absolute = iri if _IRI.fullmatch(iri) else ID + iri
    if not _IRI.fullmatch(absolute):
        raise BadInput(f"{text!r} is not an IRI")
    return NamedNode(absolute)


def _literal(text: str) -> Literal:
    prefixes = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
    try:
        objects = [quad.object for quad in parse(f"{prefixes}<x:s> <x:p> {text} .".encode(), RdfFormat.TURTLE)]
    except SyntaxError:
        objects = []
    # More than one statement: the text held more than a literal.
    if len(objects) != 1 or not isinstance(objects[0], Literal):
        raise BadInput(f"{text!r} is not a literal as Turtle writes it")
    return objects[0]
