"""Blank nodes are found in N-Triples as text, wherever else their signs stand."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse, serialize

from kg.rdf.blank_nodes import blank_nodes, with_labels
from kg.rdf.syntax import relabelled

P = "<http://example.org/p>"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"_:a {P} _:b .", ["_:a", "_:b"]),
        (f"_:a {P} _:a .", ["_:a", "_:a"]),
        (f'_:a.1 {P} "_:b" .', ["_:a.1"]),
        (f'{P} {P} "> _:b ." .', []),
        (f'{P} {P} "{P} _:b"@en .', []),
        (f'{P} {P} "_:b"^^<http://example.org/_:c> .', []),
        (f"<http://example.org/_:a> {P} {P} .", []),
    ],
)
def test_only_subjects_and_objects_are(line: str, found: list[str]) -> None:
    assert list(blank_nodes(io.StringIO(f"{line}\n{line}\n"))) == found * 2


TERMS = st.sampled_from([*map(BlankNode, ("a", "b1", "b.2")), NamedNode("http://example.org/_:x")])
TEXTS = st.builds(Literal, st.text('_:b1 .<>"\\\n', max_size=12), language=st.none() | st.just("en"))


@given(st.lists(st.builds(Triple, TERMS, st.just(NamedNode("http://example.org/p")), TERMS | TEXTS), max_size=8))
def test_they_are_called_as_where_each_is_a_term(triples: list[Triple]) -> None:
    text = serialize(triples, format=RdfFormat.N_TRIPLES).decode()
    again = [quad.triple for quad in parse(with_labels(text, "n"), RdfFormat.N_TRIPLES)]
    assert again == list(relabelled(triples, "n"))
