"""Graphs in every format: the same bytes each time, and read back as they were."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad, Triple
from shipped import ID

from kg.errors import BadInput
from kg.rdf.formats import GRAPH_FORMATS, GraphFormat, graph_format
from kg.terms import CASUS

ARMENIA, BELARUS = (NamedNode(f"{ID}state/{code}") for code in ("ARM", "BLR"))
TRIPLES = [Triple(s, CASUS[name], o) for s, o in ((BELARUS, ARMENIA), (ARMENIA, BELARUS)) for name in "qp"]
EACH_FORMAT = pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)


def written(statements, form: GraphFormat) -> bytes:
    out = io.BytesIO()
    form.write(statements, out)
    return out.getvalue()


@EACH_FORMAT
def test_order_and_repetition_do_not_matter(form: GraphFormat) -> None:
    assert written(TRIPLES, form) == written(TRIPLES[::-1] + TRIPLES, form)


def test_turtle_declares_the_prefixes_it_uses() -> None:
    assert written(TRIPLES[:1], graph_format("turtle")).decode().splitlines() == [
        "@prefix casus: <https://w3id.org/casus/ontology#> .",
        "@prefix state: <https://w3id.org/casus/id/state/> .",
        "state:BLR casus:q state:ARM .",
    ]


def test_rdfxml_refuses_a_property_it_cannot_write() -> None:
    with pytest.raises(BadInput, match="RDF/XML"):
        written([Triple(ARMENIA, NamedNode("http://example.org/1"), BELARUS)], graph_format("rdfxml"))


def test_jsonld_refuses_a_triple_as_a_term() -> None:
    with pytest.raises(BadInput, match="JSON-LD"):
        written([Triple(ARMENIA, CASUS.p, TRIPLES[0])], graph_format("jsonld"))


def test_named_graphs_are_kept_where_the_format_has_them_and_forgotten_elsewhere() -> None:
    quad = Quad(*TRIPLES[0], NamedNode("http://example.org/g"))
    for form in GRAPH_FORMATS:
        kept = form.name in ("nq", "trig")
        assert set(form.read(written([quad], form), ID)) == {quad if kept else Quad(*TRIPLES[0])}


STARTS = [ID, ID + "state/", CASUS.iri, "http://example.org/", "http://example.org/#", "state:", "mailto:", "urn:x:"]


def is_iri(text: str) -> bool:
    """Some are none: after // stands a host, which cannot have any sign."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


IRIS = (
    st.builds("{}{}".format, st.sampled_from(STARTS), st.text("aZé0_-.~/?:@!'()*+,;=&", max_size=8))
    .filter(is_iri)
    .map(NamedNode)
)
#: What XML 1.0 can hold.
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters='\t\n\r"\\'),
    max_size=20,
)
LITERALS = st.one_of(
    st.builds(Literal, TEXT),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXT, st.sampled_from(["en", "sr-latn", "x-y"])),
    st.builds(lambda text, datatype: Literal(text, datatype=datatype), TEXT, IRIS),
)
PROPERTIES = st.sampled_from([CASUS.p.value, CASUS.q.value, "http://example.org/r", "state:s"]).map(NamedNode)
GRAPHS = st.lists(st.builds(Triple, IRIS, PROPERTIES, st.one_of(IRIS, LITERALS)), max_size=6)


def canonical(quads) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@EACH_FORMAT
@given(graph=GRAPHS)
def test_any_graph_is_read_back_as_it_was(form: GraphFormat, graph: list[Triple]) -> None:
    assert canonical(form.read(written(graph, form), ID)) == canonical(Quad(*triple) for triple in graph)
