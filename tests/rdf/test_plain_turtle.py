"""The straight way to the house's layout says and looks the same as the long one."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from kg.project import open_project
from kg.rdf.load import load_file
from kg.rdf.plain_turtle import plain_turtle
from kg.rdf.turtle import format_file, format_turtle


@pytest.mark.parametrize("name", ["treaties/CST.ttl", "claims/dates.ttl", "states.ttl", "dataset.ttl"])
def test_it_is_the_layout_of_kg_format(project, name: str) -> None:
    quads = load_file(project.root / "graph" / name)
    text = plain_turtle((quad.triple for quad in quads), project.names, "A comment.")
    assert text == "# A comment.\n\n" + format_turtle(quads, project.names)


def test_the_names_are_those_of_the_project(tmp_path) -> None:
    for folder in ("ontology", "graph", "shapes"):
        (tmp_path / folder).mkdir()
    said = 'name = "own"\ntitle = "Own"\nbase = "https://example.org/own/"\n[prefixes]\nking = "id/king/"\n'
    (tmp_path / "casus.toml").write_text(said + 'state = "https://w3id.org/casus/id/state/"\n')
    own = open_project(tmp_path)
    source = b"""
        @base <https://example.org/own/id/> .
        @prefix casus: <https://w3id.org/casus/ontology#> .
        @prefix state: <https://w3id.org/casus/id/state/> .
        <king/2> casus:note "two\\nlines", "a \\"quote\\""@en, 5, true . <king/10> casus:of state:ARM, <king/2> .
    """
    triples = [quad.triple for quad in parse(source, format=RdfFormat.TURTLE)]
    path = tmp_path / "graph" / "kings.ttl"
    path.write_text(plain_turtle([*triples, *triples], own.names, "Kings."))
    present, wanted = format_file(path, own.names)
    assert present == wanted
    assert {quad.triple for quad in load_file(path)} == set(triples)


def test_what_has_no_name_is_refused(project) -> None:
    (blank,) = [quad.triple for quad in parse(b"<x:a> <x:b> [] .", format=RdfFormat.TURTLE)]
    with pytest.raises(ValueError, match="only"):
        plain_turtle([Triple(*blank)], project.names, "")
