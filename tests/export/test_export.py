"""Releases: complete, readable by others, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse
from rdflib.namespace import OWL, RDF
from shipped import DERIVED_GRAPH, INFERRED_GRAPH, ONTOLOGY

from kg.build.store import Build
from kg.errors import MissingFile
from kg.export.release import export
from kg.project import shipped_names
from kg.rdf.formats import GRAPH_FORMATS, GraphFormat, format_of_file
from kg.rdf.jsonld import context_of, write_jsonld
from kg.rdf.syntax import Arranged

PARTS = ("asserted", "closed", "derived", "inferred", "whole")


def read(path: Path) -> set[Quad]:
    return set(parse(path=path, format=format_of_file(path).rdf))


def part_of(build: Build, part: str) -> set[Quad]:
    """What a part of a release has to say, in its graphs."""
    asserted, inferred, derived = set(build.asserted()), set(build.inferred()), set(build.derived())
    return {
        "asserted": asserted,
        "closed": asserted | inferred,
        "derived": derived,
        "inferred": inferred,
        "whole": asserted | inferred | derived,
    }[part]


@pytest.fixture(scope="module")
def parts(shipped: Build) -> Callable[[str], set[Quad]]:
    """What the parts have to say, each read from the build once."""
    return cache(partial(part_of, shipped))


def test_programs_are_told_of_files_that_are_there(release: Path) -> None:
    text = (release / "llms.txt").read_text()
    assert text.startswith("# Casus\n\n> Who owed what to whom")
    assert "The sources reach to 2026-06-30" in text
    named = re.findall(r"\]\(([^)]+)\)", text)
    assert named[0] == "casus-whole.nq" and "tables/csv-metadata.json" in named and "docs/index.html" in named
    assert all((release / name).is_file() for name in named)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
def test_every_part_is_there_in_every_format(
    release: Path, parts: Callable[[str], set[Quad]], part: str, form: GraphFormat
) -> None:
    """With its graphs where the format has them; JSON-LD is written as one graph."""
    wanted, found = parts(part), read(release / f"casus-{part}{form.suffixes[0]}")
    if form.name in ("nq", "trig"):
        assert found == wanted
    else:
        assert {quad.triple for quad in found} == {quad.triple for quad in wanted}


def test_the_graphs_of_the_whole_are_the_files_the_inferred_and_the_derived(release: Path, project) -> None:
    names = {quad.graph_name.value for quad in read(release / "casus-whole.trig")}
    assert names == {*map(project.graph_name, project.sources), INFERRED_GRAPH, DERIVED_GRAPH}


def test_blank_nodes_are_labelled_canonically(release: Path) -> None:
    """Labels by RDFC-1.0 do not change when a canonical graph is made canonical again."""
    stated = Dataset(read(release / "casus-asserted.nq"))
    before = set(stated)
    stated.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert set(stated) == before


def test_lines_are_in_order(release: Path) -> None:
    for name in ("casus-asserted.nt", "casus-derived.nt"):
        subjects = [line.split()[0] for line in (release / name).read_text("utf-8").splitlines()]
        assert subjects == sorted(subjects)


@pytest.mark.slow
def test_the_same_build_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    """Also in another process, where Python's sets are in another order."""
    command = [sys.executable, "-c", "from kg.cli import main; main()", "export", "-o", str(tmp_path)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    written = [Path(line) for line in answer.stdout.splitlines()]
    assert {path.relative_to(tmp_path) for path in written} == {
        path.relative_to(release) for path in release.rglob("*") if path.is_file()
    }
    for path in written:
        assert path.read_bytes() == (release / path.relative_to(tmp_path)).read_bytes(), path.name


def test_every_file_has_its_checksum(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text().splitlines()
    sums = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {path.relative_to(release).as_posix() for path in release.rglob("*") if path.is_file()}
    assert sums.keys() == files - {"SHA256SUMS"}
    for name, digest in sums.items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == digest


def test_jsonld_has_one_context_that_is_written_inline(release: Path) -> None:
    contexts = [json.loads((release / f"casus-{part}.jsonld").read_text("utf-8"))["@context"] for part in PARTS]
    assert all(context == contexts[0] for context in contexts)
    assert contexts[0]["casus:begins"]["@type"] == "http://www.w3.org/2001/XMLSchema#dateTime"
    assert contexts[0]["casus:member"]["@type"] == "@id"


def test_other_readers_of_jsonld_read_the_same(release: Path) -> None:
    theirs = rdflib.Graph().parse(release / "casus-inferred.jsonld", format="json-ld")
    ours = rdflib.Graph().parse(release / "casus-inferred.nt", format="nt")
    assert len(theirs) == len(ours)
    assert set(theirs.predicates()) == set(ours.predicates())


def test_jsonld_keeps_every_kind_of_value(tmp_path: Path) -> None:
    """Whatever the values of a property have in common, and if it is nothing."""
    text = """
        @base <https://w3id.org/casus/id/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        <state/A> <urn:p> <state/B>, "text", "text"@en, "01"^^xsd:integer, _:b, <state/a:b>, <urn:x>, <//h/x>, <x> .
        <state/A> <urn:q> "2", "3"^^xsd:string . <state/A> <urn:r> 2, 3 . <state/A> a <state/C>, "odd", _:b .
        <treaty/A/article/4-2010> <urn:s> <../../../id>, <treaty//x>, <a/./b>, <a?b#c> . _:b <urn:s> <treaty/A> .
    """
    triples = {quad.triple for quad in parse(text, format=RdfFormat.TURTLE)}
    path = tmp_path / "a.jsonld"
    with path.open("wb") as out:
        write_jsonld(Arranged(triples).triples, context_of(triples, shipped_names()), out)
    assert {str(quad.triple) for quad in read(path)} == {str(triple) for triple in triples}


def test_the_merged_file_is_one_ontology_without_imports(release: Path) -> None:
    graph = rdflib.Graph().parse(release / "casus-protege.ttl")
    assert set(graph.subjects(RDF.type, OWL.Ontology)) == {rdflib.URIRef(ONTOLOGY)}
    assert not set(graph.subject_objects(OWL.imports))
    assert (rdflib.URIRef("https://w3id.org/casus/id/state/ARM"), RDF.type, None) in graph


def test_a_folder_that_cannot_be_written_is_named(shipped, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(MissingFile, match="file"):
        export(shipped, tmp_path / "file")


def test_a_day_that_is_none_is_told_before_anything_is_built(kg: Callable, tmp_path: Path) -> None:
    result = kg("export", "-o", tmp_path, "--as-of", "2010-02-30")
    assert result.exit_code == 2
    assert result.stderr.startswith("kg: not a date: '2010-02-30'")
    assert not list(tmp_path.iterdir())


def test_each_version_of_the_ontology_is_one_file(release: Path, project) -> None:
    """Former ones are as they were published; the current one is what is kept when the next takes its place."""
    former = {path.name: path.read_bytes() for path in project.versions}
    written = {path.name: path.read_bytes() for path in (release / "ontology").iterdir()}
    (current,) = written.keys() - former.keys()
    assert former
    assert former == {name: written[name] for name in former}
    graph = rdflib.Graph().parse(data=written[current], format="turtle")
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [rdflib.URIRef(ONTOLOGY)]
    assert str(graph.value(rdflib.URIRef(ONTOLOGY), OWL.versionInfo)) == current.removesuffix(".ttl")
    assert (rdflib.URIRef(f"{ONTOLOGY}#DatedEntity"), RDF.type, OWL.Class) in graph
    assert not list(graph.objects(None, OWL.imports))
