"""The one layout: stable, lossless, and the layout of every shipped file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad

from kg.project import open_project
from kg.rdf.load import load_file
from kg.rdf.turtle import format_file, format_turtle

SHIPPED = open_project()


def canonical(quads: list[Quad]) -> Dataset:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


@pytest.mark.parametrize("path", SHIPPED.sources + SHIPPED.shapes, ids=lambda path: path.name)
def test_shipped_files_are_in_the_layout(path: Path) -> None:
    present, wanted = format_file(path)
    assert present == wanted, "run `kg format`"


def test_subjects_are_in_natural_order_and_comments_at_the_top_stay(write) -> None:
    path = write("a.ttl", "<article/10> a casus:Provision .\n<article/2> a casus:Provision .\n")
    path.write_text("# What this is.\n" + path.read_text())
    _, text = format_file(path)
    assert text.startswith("# What this is.\n\n@base <https://w3id.org/casus/id/> .")
    assert text.index("<article/2>") < text.index("<article/10>")


def test_formatting_loses_nothing_and_is_stable(write) -> None:
    path = write(
        "a.ttl",
        """
        <state/ARM> casus:p "01"^^xsd:integer, 1.50, "a \\"quoted\\"\\nline"@en, "Армения"@ru, <organization/CSTO>,
            <http://example.org/elsewhere?a=b#c>, <https://w3id.org/casus/id/> .
        casus:p owl:propertyChainAxiom ( casus:q casus:r ), ( casus:s casus:t casus:u ) .
        [ a owl:Restriction ; owl:onProperty casus:p ; owl:someValuesFrom [ owl:unionOf ( casus:A casus:B ) ] ]
            rdfs:subClassOf casus:C .
        [ a owl:Restriction ; owl:onProperty casus:o ; owl:hasValue 1 ] rdfs:subClassOf casus:C .
        """,
    )
    _, text = format_file(path)
    again = write("b.ttl", "")
    again.write_text(text)
    assert canonical(load_file(again)) == canonical(load_file(path))
    assert format_file(again) == (text, text)
    assert format_turtle(load_file(path)) == text
