"""The page of a proof: why a statement holds, step by step down to file, line and source; or what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, Response, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS
from kg.pool.inquiry import FORMS
from kg.terms import RDF, Term
from kg.web.openapi import AS_OF, Parameter, documented
from kg.web.service import Service
from kg.web.views.reasoning import REASONED, ask_json, form_parameter, media_types, respond, wanted_form
from kg.web.views.view import View, address

_PARTS = ("s", "p", "o")
#: Levels of a proof that are open at first.
_OPEN = 2
#: How lists are linked; the axiom that has the list is shown with its members.
_CELLS = frozenset({RDF.first.value, RDF.rest.value})


@dataclass(frozen=True)
class ProofTerm:
    """A term of a statement as the reader meets it: its name, what it links to, and how it is written."""

    text: str
    link: str | None
    written: str


@dataclass(frozen=True)
class ProofLine:
    """A line of the tree: a step that unfolds, a statement where the proof ends, a step told before, or an end.

    Attributes:
        kind: ``step``, ``leaf``, ``told`` or ``end``.
        number: of the step, to be led to.
        terms: the statement; none if it is a finding.
        text: the finding.
        is_open: whether it is unfolded at first.
        rule: the name of the step's rule.
        sentence: the step in words.
        place: the file and line of a statement.
        file_link: where the file's statements are shown.
        sources: what the statement rests on, as names and addresses.
    """

    kind: str
    number: int = 0
    terms: tuple[ProofTerm, ...] = ()
    text: str = ""
    is_open: bool = False
    rule: str = ""
    sentence: str = ""
    place: str = ""
    file_link: str | None = None
    sources: tuple[tuple[str, str | None], ...] = ()


def add_proof(app: Flask, service: Service) -> None:
    """Add the route of proofs."""

    @app.get("/proof")
    @documented(
        "Why a statement holds, down to file, line and source; or what is missing nearest to it.",
        media_types("explain"),
        (
            Parameter("s", "The subject: a prefixed name, a path (id/state/ARM) or an IRI.", example="state:ARM"),
            Parameter("p", "The property.", example="a"),
            Parameter("o", "The value, which may be a literal as in Turtle.", example="casus:State"),
            AS_OF,
            form_parameter("explain"),
        ),
        REASONED,
    )
    def proof() -> Response | str:
        view, form = View.of_request(service), wanted_form("explain")
        day, said = view.day("as-of"), {name: request.args.get(name, "").strip() for name in _PARTS}
        missing = [name for name, text in said.items() if not text]
        if missing and (form is not None or len(missing) < len(_PARTS)):
            raise BadRequest(f"a statement has a subject (s), a property (p) and a value (o): {missing[0]} is missing")
        if missing:
            return view.render("proof-page.html", asked=None, heading=None, day=None, example=_example(view))
        terms = [service.site.names.read(text) for text in said.values()]
        arguments = dict(zip(("subject", "predicate", "value"), map(str, terms), strict=True))
        when = None if day is None else day.isoformat()
        if form is not None:
            return respond(service, "explain", form, **arguments, as_of=when)
        found = ask_json(view, "explain", **arguments, as_of=when)
        written = dict(zip(_PARTS, map(service.site.names.show, terms), strict=True))
        heading = " ".join(term.text for term in _terms(view, found["statement"], day))
        return proof_page(view, "explain", found, {**written, "as-of": when}, heading, day, written)


def proof_page(
    view: View,
    method: str,
    found: Mapping[str, Any],
    parameters: Mapping[str, str | None],
    heading: str,
    day: date | None,
    asked: Mapping[str, str] | None = None,
) -> str:
    """The page of a proof, or of what is missing nearest to one.

    Args:
        view: the request for the page.
        method: the method of the graph that proved it.
        found: what it answered, as `kg.proofs.as_json` writes it.
        parameters: what the address says.
        heading: what is proved.
        day: the day that it is about.
        asked: the statement as it was asked about, by its parts, if it is one.
    """
    nodes = {node["id"]: node for node in found.get("nodes", ())}
    assert request.endpoint is not None
    return view.render(
        "proof-page.html",
        canonical=view.canonical(**parameters),
        asked=asked,
        heading=heading,
        day=day,
        outcome=found["outcome"],
        lines=list(_tree(view, nodes, day)) if nodes else [],
        steps=sum("rule" in node for node in nodes.values()),
        stated=sum("rule" not in node and not _is_cell(node) for node in nodes.values()),
        unknown=[_term(view, term, day) for term in found.get("unknown", ())],
        attempts=[
            {
                "rule": attempt["rule"],
                "present": [_terms(view, statement, day) for statement in attempt["present"]],
                "missing": [_terms(view, statement, day) for statement in attempt["missing"]],
                "alike": attempt["alike"],
            }
            for attempt in found.get("attempts", ())
        ],
        other_days=found.get("other_days", ()),
        forms=[(name, address(request.endpoint, **parameters, format=name)) for name in FORMS[method]],
    )


def _tree(view: View, nodes: Mapping[int, Mapping[str, Any]], day: date | None) -> Iterator[ProofLine]:
    """The lines of the tree from the conclusion, the last node, down; what comes again is not told again."""
    told: set[int] = set()
    # What is left to tell, the next last: nodes with their levels, and the ends of steps.
    stack: list[tuple[int, int] | None] = [(max(nodes), 0)]
    while stack:
        item = stack.pop()
        if item is None:
            yield ProofLine("end")
            continue
        number, level = item
        node = nodes[number]
        conclusion = node["conclusion"]
        said = {"terms": _terms(view, conclusion, day)} if isinstance(conclusion, dict) else {"text": conclusion or ""}
        if "rule" not in node:
            yield _leaf(view, node, said)
        elif number in told:
            yield ProofLine("told", number, **said)
        else:
            told.add(number)
            is_open = level < _OPEN
            yield ProofLine("step", number, is_open=is_open, rule=node["rule"], sentence=node["sentence"], **said)
            stack.append(None)
            premises = [premise for premise in node["premises"] if not _is_cell(nodes[premise])]
            stack += [(premise, level + 1) for premise in reversed(premises)]


def _leaf(view: View, node: Mapping[str, Any], said: Mapping[str, Any]) -> ProofLine:
    file, line = node["file"], node["line"]
    graph = NamedNode(view.service.site.names.graph + file) if file and " " not in file else None
    sources = tuple(
        (source["citation"] or source["iri"], view.link(NamedNode(source["iri"]))) for source in node["sources"]
    )
    return ProofLine(
        "leaf",
        node["id"],
        place=", ".join([f"{file}:{line}", *node["rows"]]) if file else "",
        file_link=None if graph is None else view.link(graph),
        sources=sources,
        **said,
    )


def _is_cell(node: Mapping[str, Any]) -> bool:
    conclusion = node["conclusion"]
    return isinstance(conclusion, dict) and conclusion["predicate"]["value"] in _CELLS


def _terms(view: View, statement: Mapping[str, Any], day: date | None) -> tuple[ProofTerm, ...]:
    return tuple(_term(view, statement[part], day) for part in ("subject", "predicate", "object"))


def _term(view: View, term: Mapping[str, Any] | None, day: date | None) -> ProofTerm:
    """A term by its label, if it has one; None is anything."""
    if term is None:
        return ProofTerm(view.say("any thing"), None, "")
    if term["type"] != "uri":
        return ProofTerm(term["value"] if term["type"] == "literal" else term["text"], None, term["text"])
    thing = NamedNode(term["value"])
    known: Term | None = view.service.library.labels.find(thing, *view.reader.languages)
    return ProofTerm(term["text"] if known is None else view.name(thing), view.link(thing, day), term["text"])


def _example(view: View) -> Mapping[str, str] | None:
    """A statement to begin with: a duty on record, on the first day on which it was certain."""
    timeline, names = view.service.library.timeline, view.service.site.names
    if timeline is None:
        return None
    dated = (duty for duty in timeline.duties if BEFORE_ALL_DAYS < duty.period.certain_from < AFTER_ALL_DAYS)
    duty = next(dated, None)
    if duty is None:
        return None
    terms = (duty.holder, duty.kind.relation, duty.beneficiary)
    day = date.fromordinal(duty.period.certain_from).isoformat()
    return {**dict(zip(_PARTS, map(names.show, terms), strict=True)), "as-of": day}
