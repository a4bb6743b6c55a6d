"""Releases as of a day: the graph of the day in every format, merged into the whole, described, and for Protégé."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import owlapi
import pytest
from pyoxigraph import NamedNode, Quad, Store, Triple, parse
from shipped import PREFIXES as NAMESPACES
from worlds import PACT, PREFIXES, node, party, state, term, write_project

from kg.build.pipeline import build
from kg.day import read_day
from kg.export.protege import CATALOG
from kg.export.release import export
from kg.project import open_project
from kg.rdf.formats import GRAPH_FORMATS, format_of_file

DAY = "1995-01-01"
DAY_GRAPH = f"https://w3id.org/casus/graph/as-of/{DAY}"
#: An alliance goes both ways and is a tie; nothing else follows from the relations of a day.
ONTOLOGY = """
<https://w3id.org/casus/ontology> a owl:Ontology .
casus:alliedWith a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:subPropertyOf casus:tiedTo .
casus:owesDefenseTo a owl:ObjectProperty .
casus:tiedTo a owl:ObjectProperty .
"""
SOURCE = "<source/S> a casus:Source ; <http://purl.org/dc/terms/issued> '2001' .\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project in which A and B are bound by a defense pact from 1990 to 1999."""
    bound = [party(code, ends="1999-12-31") for code in ("A", "B")]
    folder = write_project(tmp_path_factory.mktemp("project"), PACT, SOURCE, *bound)
    (folder / "ontology" / "casus.ttl").write_text(PREFIXES + ONTOLOGY, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def timeless(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its release without a day."""
    folder = tmp_path_factory.mktemp("timeless")
    export(build(open_project(project)), folder)
    return folder


@pytest.fixture(scope="module")
def as_of(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of its release as of a day on which the pact holds."""
    folder = tmp_path_factory.mktemp("as-of")
    export(build(open_project(project)), folder, day=read_day(DAY))
    return folder


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def read(path: Path) -> set[Quad]:
    return set(parse(path=path, format=format_of_file(path).rdf))


def in_all_formats(part: str) -> set[str]:
    return {f"casus-{part}{form.suffixes[0]}" for form in GRAPH_FORMATS}


def test_the_relations_of_the_day_and_what_follows_from_them_are_there_in_every_format(as_of: Path) -> None:
    a, b, pact = state("A"), state("B"), node("treaty/PACT")
    wanted = {
        Triple(subject, term(name), value)
        for name, pairs in {
            "partyTo": [(a, pact), (b, pact)],
            "owesDefenseTo": [(a, b), (b, a)],
            "alliedWith": [(a, b), (b, a)],
            "tiedTo": [(a, b), (b, a)],
        }.items()
        for subject, value in pairs
    }
    for name in in_all_formats(f"as-of-{DAY}"):
        found = read(as_of / name)
        assert wanted <= {quad.triple for quad in found}, name
        if name.endswith((".nq", ".trig")):
            assert {quad.graph_name for quad in found} == {NamedNode(DAY_GRAPH)}


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
def test_the_whole_holds_the_day_besides(as_of: Path, timeless: Path, form) -> None:
    suffix = form.suffixes[0]
    day, before = read(as_of / f"casus-as-of-{DAY}{suffix}"), read(timeless / f"casus-whole{suffix}")
    assert day
    assert not day & before
    assert read(as_of / f"casus-whole{suffix}") == day | before


def test_a_day_adds_files_and_changes_only_those_that_speak_of_it(as_of: Path, timeless: Path) -> None:
    assert names(as_of) - names(timeless) == {
        *in_all_formats(f"as-of-{DAY}"), f"duties-{DAY}.graphml", f"protege/casus-as-of-{DAY}.ttl"
    }  # fmt: skip
    assert names(timeless) - names(as_of) == {"duties-2001-01-01.graphml"}
    both = names(as_of) & names(timeless)
    changed = {name for name in both if (as_of / name).read_bytes() != (timeless / name).read_bytes()}
    # All JSON-LD has one context, which names the properties of the whole.
    contexts = {name for name in both if name.endswith(".jsonld")}
    assert changed - contexts == in_all_formats("whole") - contexts | {
        "SHA256SUMS", "dataset.ttl", f"protege/{CATALOG}"
    }  # fmt: skip


def test_the_graph_of_duties_is_that_of_the_day(as_of: Path, timeless: Path) -> None:
    assert 'source="A" target="B"' in (as_of / f"duties-{DAY}.graphml").read_text("utf-8")
    assert "<edge" not in (timeless / "duties-2001-01-01.graphml").read_text("utf-8")


def test_the_day_is_described_as_a_part_of_the_data_with_its_files(as_of: Path) -> None:
    described = Store()
    described.bulk_extend(parse(path=as_of / "dataset.ttl"))
    query = f"""SELECT ?label ?triples ?first ?last {{
        <https://w3id.org/casus/data> void:subset <{DAY_GRAPH}> .
        <{DAY_GRAPH}> a void:Dataset ; rdfs:label ?label ; void:triples ?triples ;
            dcterms:temporal [ a dcterms:PeriodOfTime ; dcat:startDate ?first ; dcat:endDate ?last ] }}"""
    size = len(read(as_of / f"casus-as-of-{DAY}.nt"))
    (row,) = described.query(query, prefixes=NAMESPACES)
    assert [term.value for term in row] == [f"Casus data, as of {DAY}", str(size), DAY, DAY]
    whole = len(read(as_of / "casus-whole.nt"))
    assert described.query(f"ASK {{ <https://w3id.org/casus/data> void:triples {whole} }}", prefixes=NAMESPACES)
    files = described.query("SELECT ?name { ?file a dcat:Distribution ; dcterms:title ?name }", prefixes=NAMESPACES)
    assert {row[0].value for row in files} >= in_all_formats(f"as-of-{DAY}")


def test_every_file_has_its_checksum(as_of: Path) -> None:
    listed = {line.split("  ", 1)[1] for line in (as_of / "SHA256SUMS").read_text().splitlines()}
    assert listed == names(as_of) - {"SHA256SUMS"}


def test_in_protege_the_day_is_an_ontology_that_imports_the_inferences(as_of: Path) -> None:
    catalog = owlapi.read_catalog(as_of / "protege" / CATALOG)
    path = as_of / "protege" / f"casus-as-of-{DAY}.ttl"
    assert catalog[f"https://w3id.org/casus/as-of/{DAY}"] == path
    quads = read(path)
    imported = [quad.object.value for quad in quads if quad.predicate.value == NAMESPACES["owl"] + "imports"]
    assert [catalog[iri].name for iri in imported] == ["casus-inferences.ttl"]
    assert {Triple(state("A"), term(name), state("B")) for name in ("alliedWith", "owesDefenseTo", "tiedTo")} <= {
        quad.triple for quad in quads
    }


def test_the_same_build_and_day_give_the_same_bytes(project: Path, as_of: Path, tmp_path: Path) -> None:
    """Also in another process, where Python's sets are in another order, and from a snapshot made anew."""
    shutil.rmtree(build(open_project(project)).folder / "as-of")
    arguments = ["export", "--project", str(project), "--as-of", DAY, "-o", str(tmp_path)]
    subprocess.run([sys.executable, "-c", "from kg.cli import main; main()", *arguments], check=True)
    assert names(tmp_path) == names(as_of)
    for name in names(as_of):
        assert (tmp_path / name).read_bytes() == (as_of / name).read_bytes(), name
