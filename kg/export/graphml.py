"""The duties of a day as a graph of states, in GraphML: for networkx, igraph, Gephi, Cytoscape and the like.

GraphML is described at http://graphml.graphdrawing.org/specification.html. A state is a node, a duty an edge from the
state that owes it to the state to which it is owed; two states may have several edges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import IO
from xml.etree import ElementTree as ET

from pyoxigraph import Literal, Quad

from kg.day import show_bound
from kg.duties.as_rdf import DutyNames
from kg.duties.due import DutyOnDay
from kg.duties.timeline import Timeline
from kg.export.codes import state_codes
from kg.export.identifiers import short_identifier
from kg.terms import CASUS, Namespaces, Resource

#: What is said of the graph, of a node and of an edge, each with its type.
_KEYS = {
    "graph": {"as_of": "string"},
    "node": {
        "label": "string",
        "label_ru": "string",
        "iri": "string",
        "iso_alpha3": "string",
        "cow_code": "string",
        "gw_code": "string",
    },
    "edge": {
        "kind": "string",
        "treaty": "string",
        "treaty_label": "string",
        "provisions": "string",
        "certainty": "string",
        "suspended": "boolean",
        "frozen": "boolean",
        "from": "string",
        "until": "string",
        "iri": "string",
    },
}


def duties_graphml(timeline: Timeline, graph: Iterable[Quad], day: date, out: IO[bytes], names: Namespaces) -> None:
    """Write the duties of a day, those suspended included, and the states that owe them or to which they are owed.

    An edge has the kind of the duty, its treaty and provisions, the days from which and until which it may hold, and
    how it holds: ``certain``, ``presumed`` or ``possible``, and nothing where it is suspended for certain.
    ``suspended`` and ``frozen`` say that such an interruption is, or may be, in effect. A node has the state's codes of
    the day.

    Args:
        timeline: the duties.
        graph: what has the labels and codes of states and treaties.
        day: the day.
        out: where to.
        names: the namespaces of the project.
    """

    def short(thing: Resource) -> str:
        return short_identifier(thing.value, names)

    shown = day.isoformat()
    quads = list(graph)
    labels = DutyNames(quad.triple for quad in quads)
    duties = sorted(timeline.duties_on(day), key=lambda found: found.duty.iri.value)
    states = {state for found in duties for state in (found.duty.holder, found.duty.beneficiary)}
    iso = {
        quad.subject: quad.object.value
        for quad in quads
        if quad.predicate == CASUS.isoAlpha3 and isinstance(quad.object, Literal)
    }
    codes = state_codes(quad.triple for quad in quads)
    root = ET.Element("graphml", xmlns="http://graphml.graphdrawing.org/xmlns")
    for domain, keys in _KEYS.items():
        for name, kind in keys.items():
            attributes = {"id": f"{domain}_{name}", "for": domain, "attr.name": name, "attr.type": kind}
            ET.SubElement(root, "key", attributes)
    body = ET.SubElement(root, "graph", id=f"duties-{shown}", edgedefault="directed")
    _say(body, "graph", {"as_of": shown})
    for node in sorted(states, key=lambda node: node.value):
        about = {"label": labels.name(node, "en"), "label_ru": labels.name(node, "ru"), "iri": node.value}
        about |= {"iso_alpha3": iso[node]} if node in iso else {}
        about |= {f"{name}_code": code for name, of_list in codes.items() if (code := of_list.on(node, day))}
        _say(ET.SubElement(body, "node", id=short(node)), "node", about)
    for found in duties:
        duty = found.duty
        ends = {"source": short(duty.holder), "target": short(duty.beneficiary)}
        edge = ET.SubElement(body, "edge", {"id": short(duty.iri), **ends})
        _say(edge, "edge", dict(_duty(found, labels, short)))
    ET.indent(root)
    ET.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    out.write(b"\n")


def _duty(found: DutyOnDay, labels: DutyNames, short: Callable[[Resource], str]) -> Iterator[tuple[str, str]]:
    duty = found.duty
    yield "kind", duty.kind.notation
    yield "treaty", short(duty.treaty)
    yield "treaty_label", labels.name(duty.treaty, "en")
    provisions = [short(wording.text) for wording, _ in found.wordings if wording.text != duty.treaty]
    if provisions:
        yield "provisions", " ".join(provisions)
    if found.certainty is not None:
        yield "certainty", found.certainty.value
    yield "suspended", "true" if found.suspensions else "false"
    yield "frozen", "true" if found.freezes else "false"
    for key, bound in (("from", duty.period.possible_from), ("until", duty.period.possible_until)):
        if (shown := show_bound(bound)) is not None:
            yield key, shown
    yield "iri", duty.iri.value


def _say(element: ET.Element, domain: str, about: dict[str, str]) -> None:
    """What is known of an element, in the order of the keys."""
    for name in _KEYS[domain]:
        if name in about:
            ET.SubElement(element, "data", key=f"{domain}_{name}").text = about[name]
