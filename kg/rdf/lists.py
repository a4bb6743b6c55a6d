"""Turtle with its lists written as lists, ``( a b )``, which pyoxigraph writes as chains of cells.

Turtle, section 2.8 (https://www.w3.org/TR/turtle/#collections). A chain is a list if each cell is a blank node of which
nothing else is said, and only one statement leads to it.
"""

from __future__ import annotations

import io
import os
import re
from collections import Counter
from collections.abc import Iterable
from typing import IO

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.rdf.formats import GraphFormat
from kg.terms import RDF, Term

_DECLARED = re.compile(r"^@prefix ([\w-]*): <([^>]*)> \.$", re.MULTILINE)
_LOCAL = re.compile(r"[A-Za-z_][\w-]*")


def write_with_lists(triples: Iterable[Triple], form: GraphFormat, out: IO[bytes]) -> None:
    """Write a graph as Turtle, its lists as lists.

    Args:
        triples: the graph.
        form: Turtle.
        out: where to.
    """
    graph = set(triples)
    lists = _lists(graph)
    if not lists:
        form.write(graph, out)
        return
    # What stands for a list while pyoxigraph writes; no file can hold it, for it is made up now.
    mark = f"urn:casus:list:{os.urandom(16).hex()}:"
    marks = {head: NamedNode(f"{mark}{number}") for number, head in enumerate(sorted(lists, key=str))}
    cells = {cell for found in lists.values() for cell, _ in found}
    kept = [Triple(t.subject, t.predicate, marks.get(t.object, t.object)) for t in graph if t.subject not in cells]
    written = io.BytesIO()
    form.write(kept, written)
    text = written.getvalue().decode()
    declared = {namespace: prefix for prefix, namespace in _DECLARED.findall(text)}

    def show(term: Term) -> str:
        shown: list[str] = []
        waiting: list[Term | str] = [term]  # and no recursion, for lists may hold lists a thousand deep
        while waiting:
            part = waiting.pop()
            if isinstance(part, str):
                shown.append(part)
            elif part in lists:
                waiting += [")", *(item for _, item in reversed(lists[part])), "("]
            else:
                shown.append(_short(part, declared) if isinstance(part, NamedNode) else str(part))
        return " ".join(shown)

    heads = {f"<{placeholder.value}>": head for head, placeholder in marks.items()}
    out.write(re.sub(f"<{mark}[0-9]+>", lambda match: show(heads[match[0]]), text).encode())


def _lists(graph: set[Triple]) -> dict[Term, list[tuple[Term, Term]]]:
    """The cells of each list with what they hold, by the first cell."""
    said: dict[Term, list[Triple]] = {}
    used: Counter[Term] = Counter(triple.object for triple in graph if isinstance(triple.object, BlankNode))
    for triple in graph:
        if isinstance(triple.subject, BlankNode):
            said.setdefault(triple.subject, []).append(triple)
    cells: dict[Term, tuple[Term, Term]] = {}
    for node, about in said.items():
        parts = {triple.predicate: triple.object for triple in about}
        if len(about) == 2 and parts.keys() == {RDF.first, RDF.rest} and used[node] == 1:
            cells[node] = parts[RDF.first], parts[RDF.rest]
    followers = {rest for _, rest in cells.values()}
    lists: dict[Term, list[tuple[Term, Term]]] = {}
    for head in cells.keys() - followers:
        chain, cell = [], head
        while cell in cells:
            item, rest = cells[cell]
            chain.append((cell, item))
            cell = rest
        if cell == RDF.nil:
            lists[head] = chain
    # A list that holds itself, directly or through others, has no end to write; it stays as it is.
    held = {item for chain in lists.values() for _, item in chain}
    reached: set[Term] = set()
    waiting = [head for head in lists if head not in held]
    while waiting:
        head = waiting.pop()
        reached.add(head)
        waiting += [item for _, item in lists[head] if item in lists and item not in reached]
    return {head: chain for head, chain in lists.items() if head in reached}


def _short(term: NamedNode, declared: dict[str, str]) -> str:
    for namespace, prefix in declared.items():
        local = term.value.removeprefix(namespace)
        if local != term.value and _LOCAL.fullmatch(local):
            return f"{prefix}:{local}"
    return str(term)
