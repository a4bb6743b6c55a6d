"""Releases: complete, readable by others, the same bytes each time."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib.namespace import OWL, RDF

from kg.errors import MissingFile
from kg.export import export
from kg.vocab import ONTOLOGY


@pytest.fixture(scope="module")
def release(shipped, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    export(shipped, folder)
    return folder


def test_turtle_and_ntriples_say_the_same(release: Path) -> None:
    for name in ("casus-asserted", "casus-closed"):
        turtle, ntriples = (
            {str(quad) for quad in parse(path=release / f"{name}{suffix}", format=form)}
            for suffix, form in ((".ttl", RdfFormat.TURTLE), (".nt", RdfFormat.N_TRIPLES))
        )
        assert turtle == ntriples


def test_the_closed_graph_holds_the_asserted_and_the_inferred(release: Path, shipped) -> None:
    closed = {quad.triple for quad in parse(path=release / "casus-closed.nt", format=RdfFormat.N_TRIPLES)}
    assert closed == {quad.triple for quad in [*shipped.asserted(), *shipped.inferred()]}


def test_the_same_build_gives_the_same_bytes(release: Path, shipped, tmp_path: Path) -> None:
    for path in export(shipped, tmp_path):
        assert path.read_bytes() == (release / path.relative_to(tmp_path)).read_bytes()


def test_the_merged_file_is_one_ontology_without_imports(release: Path) -> None:
    graph = rdflib.Graph().parse(release / "casus-protege.ttl")
    assert set(graph.subjects(RDF.type, OWL.Ontology)) == {rdflib.URIRef(ONTOLOGY)}
    assert not set(graph.subject_objects(OWL.imports))
    assert (rdflib.URIRef("https://w3id.org/casus/id/state/ARM"), RDF.type, None) in graph


def test_a_folder_that_cannot_be_written_is_named(shipped, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MissingFile, match="file"):
        export(shipped, tmp_path / "file")
