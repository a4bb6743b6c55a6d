"""The duties of a day as GraphML: what a program that reads graphs finds in it."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree as ET

from pyoxigraph import Quad
from worlds import PACT, party, statements, world

from kg.build.kept_timeline import load_timeline
from kg.day import read_day
from kg.export.describe import newest_source
from kg.export.graphml import duties_graphml
from kg.project import shipped_names
from kg.terms import CASUS

XMLNS = "{http://graphml.graphdrawing.org/xmlns}"
NAMES = f"""
<state/A> <http://www.w3.org/2000/01/rdf-schema#label> "Aland"@en , "Аланд"@ru ; <{CASUS.iri}cowCode> "001" .
<treaty/PACT> <http://www.w3.org/2000/01/rdf-schema#label> "The Pact"@en .
"""

Said = dict[str, str]


def graph(text: bytes) -> tuple[dict[str, Said], dict[tuple[str, str], list[Said]]]:
    """Nodes by identifier and edges by their ends, each with what is said of it."""
    root = ET.fromstring(text)
    names = {key.attrib["id"]: key.attrib["attr.name"] for key in root.iter(f"{XMLNS}key")}

    def said(element: ET.Element) -> Said:
        return {names[data.attrib["key"]]: data.text or "" for data in element.iter(f"{XMLNS}data")}

    nodes = {node.attrib["id"]: said(node) for node in root.iter(f"{XMLNS}node")}
    edges: dict[tuple[str, str], list[Said]] = {}
    for edge in root.iter(f"{XMLNS}edge"):
        edges.setdefault((edge.attrib["source"], edge.attrib["target"]), []).append(said(edge))
    return nodes, edges


def drawn(day: str, *turtle: str) -> bytes:
    out = io.BytesIO()
    text = "".join(turtle)
    duties_graphml(world(text), [Quad(*triple) for triple in statements(text)], read_day(day), out, shipped_names())
    return out.getvalue()


def test_states_have_names_and_codes() -> None:
    nodes, _ = graph(drawn("1995-01-01", PACT, NAMES, party("A"), party("B")))
    assert nodes["A"] == {
        "label": "Aland", "label_ru": "Аланд", "iri": "https://w3id.org/casus/id/state/A", "cow_code": "001"
    }  # fmt: skip
    assert nodes["B"]["label"] == "B", "what has no label goes by its identifier"


def test_codes_are_those_of_the_day() -> None:
    """As those of Germany, which was 260 in the list of the Correlates of War project until 2 October 1990."""
    codes = (
        '<code/1> casus:codeOf <state/A> ; casus:codeValue "260" ; casus:inCodeList <code-list/COW> ; '
        'casus:ends "1990-10-02T00:00:00Z"^^xsd:dateTime .\n'
        '<code/2> casus:codeOf <state/A> ; casus:codeValue "255" ; casus:inCodeList <code-list/COW> ; '
        'casus:begins "1990-10-03T00:00:00Z"^^xsd:dateTime .\n'
    )
    for day, code in (("1990-10-02", "260"), ("1990-10-03", "255")):
        nodes, _ = graph(drawn(day, PACT, NAMES, codes, party("A", "1989-01-01"), party("B", "1989-01-01")))
        assert nodes["A"]["cow_code"] == code


def test_a_duty_is_an_edge_from_who_owes_it() -> None:
    _, edges = graph(drawn("1995-01-01", PACT, NAMES, party("A"), party("B", ends="1999-12-31")))
    assert set(edges) == {("A", "B"), ("B", "A")}
    (duty,) = edges["A", "B"]
    assert duty.pop("iri").startswith("https://w3id.org/casus/id/duty/")
    assert duty == {
        "kind": "Defense", "treaty": "PACT", "treaty_label": "The Pact", "provisions": "PACT/article/4",
        "certainty": "certain", "suspended": "false", "frozen": "false", "from": "1990-01-01", "until": "1999-12-31",
    }  # fmt: skip


def test_the_day_decides() -> None:
    assert graph(drawn("2000-01-01", PACT, party("A"), party("B", ends="1999-12-31"))) == ({}, {})
    _, edges = graph(drawn("1990-06-01", PACT, party("A"), party("B", begins="1990")))
    assert edges["A", "B"][0]["certainty"] == "possible"


def test_the_day_is_in_the_file() -> None:
    root = ET.fromstring(drawn("1995-01-01", PACT, party("A"), party("B")))
    assert root.findtext(f"{XMLNS}graph/{XMLNS}data[@key='graph_as_of']") == "1995-01-01"


def test_the_release_has_the_day_of_the_newest_source(release: Path, shipped) -> None:
    (path,) = release.glob("duties-*.graphml")
    day = path.stem.removeprefix("duties-")
    assert day == newest_source(shipped.asserted()).isoformat()
    nodes, edges = graph(path.read_bytes())
    duties = load_timeline(shipped).duties_on(read_day(day))
    assert sum(map(len, edges.values())) == len(duties)
    assert nodes["ARM"]["iso_alpha3"] == "ARM"
    assert {end for ends in edges for end in ends} == set(nodes)


def test_suspended_and_frozen_duties_say_so(release: Path) -> None:
    (path,) = release.glob("duties-*.graphml")
    _, edges = graph(path.read_bytes())
    suspended = [duty for duty in edges["USA", "NZL"] if duty["suspended"] == "true"]
    assert suspended
    assert all("certainty" not in duty for duty in suspended)
    assert any(duty["frozen"] == "true" and duty["certainty"] == "certain" for duty in edges["ARM", "RUS"])
