"""Triples in bulk: N-Triples text to the names of a rule program and back, without an object for each term.

A term is its text here, a token. Only literals are made into objects, once each, so that their values can be told.
https://www.w3.org/TR/n-triples/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from pyoxigraph import Quad, RdfFormat, parse

from kg.reasoning.datatypes import DATATYPES
from kg.reasoning.symbols import Names, Term, constants, value_facts

#: Lines that are written at a time: all at once would take their memory twice more.
_CHUNK = 100_000


class Tokens(dict[str, str]):
    """The tokens of a text, with their names in a rule program.

    Attributes:
        terms: the tokens by name, among them every constant of the program.
    """

    def __init__(self, rules: str) -> None:
        """A dictionary that knows the constants of a rule program."""
        super().__init__()
        self.terms = {name: f"<{iri}>" for name, iri in constants(rules).items()}
        self._constants = {token: name for name, token in self.terms.items()}

    def __missing__(self, token: str) -> str:
        name = self[token] = self._constants.get(token) or str(len(self))
        self.terms[name] = token
        return name

    def read(self, text: str) -> list[Names]:
        """The triples of N-Triples text, each once, by the names of their terms.

        Args:
            text: the text as pyoxigraph writes it: one space between terms, one before the full stop, no comments.
        """
        triples = []
        for line in dict.fromkeys(text.split("\n")):
            if line:
                subject, predicate, rest = line.split(" ", 2)
                triples.append((self[subject], self[predicate], self[rest[:-2]]))
        return triples

    def write(self, triples: Iterable[Names]) -> Iterator[str]:
        """Triples as lines of N-Triples, less what RDF does not allow."""
        terms = self.terms
        for s, p, o in triples:
            subject, predicate = terms[s], terms[p]
            if predicate[0] == "<" and (subject[0] != '"' and subject[:2] != "<<"):
                yield f"{subject} {predicate} {terms[o]} .\n"

    def literal_facts(self) -> list[str]:
        """What `owl2rl.lp` asks about the literals, as `kg.reasoning.symbols.literal_facts` tells it."""
        tokens = [token for token in self if token[0] == '"']
        objects = (quad.object for quad in parse("".join(map(_triple, tokens)).encode(), RdfFormat.N_TRIPLES))
        literals = ((literal, self[token]) for literal, token in zip(objects, tokens, strict=True))
        mentioned = [datatype for datatype in DATATYPES if f"<{datatype}>" in self]
        return value_facts(literals, mentioned, lambda iri: self[f"<{iri}>"])


def write_lines(lines: Sequence[str], out: IO[bytes]) -> None:
    """Write lines of N-Triples as UTF-8."""
    for start in range(0, len(lines), _CHUNK):
        out.write("".join(lines[start : start + _CHUNK]).encode())


def term(token: str) -> Term:
    """The term that a token of N-Triples stands for."""
    quads: Iterable[Quad] = parse(_triple(token).encode(), RdfFormat.N_TRIPLES)
    return next(iter(quads)).object


def _triple(token: str) -> str:
    return f"<x:x> <x:x> {token} .\n"
