"""The same bytes each time; files that are whole or not there."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO

import pytest
from pyoxigraph import NamedNode, Triple

from kg.errors import BadInput, MissingFile
from kg.rdf.formats import GRAPH_FORMATS, graph_format
from kg.rdf.write import write_aside, write_text, write_triples
from kg.terms import CASUS, ID

ARMENIA, BELARUS = (NamedNode(f"{ID}state/{code}") for code in ("ARM", "BLR"))
TRIPLES = [Triple(s, CASUS[name], o) for s, o in ((BELARUS, ARMENIA), (ARMENIA, BELARUS)) for name in "qp"]


def written(triples: list[Triple], name: str) -> bytes:
    out = io.BytesIO()
    write_triples(triples, graph_format(name), out)
    return out.getvalue()


@pytest.mark.parametrize("name", [form.name for form in GRAPH_FORMATS])
def test_order_does_not_matter(name: str) -> None:
    assert written(TRIPLES, name) == written(TRIPLES[::-1], name)


def test_turtle_declares_the_prefixes_it_uses() -> None:
    assert written(TRIPLES[:1], "turtle").decode().splitlines() == [
        "@prefix casus: <https://w3id.org/casus/ontology#> .",
        "@prefix state: <https://w3id.org/casus/id/state/> .",
        "state:BLR casus:q state:ARM .",
    ]


def test_rdfxml_refuses_a_property_it_cannot_write() -> None:
    with pytest.raises(BadInput, match="RDF/XML"):
        written([Triple(ARMENIA, NamedNode("http://example.org/1"), BELARUS)], "rdfxml")


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("old")

    def fail(out: IO[bytes]) -> None:
        out.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_aside(path, fail)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="folder"):
        (tmp_path / "folder").mkdir()
        write_text(tmp_path / "folder", "text")
