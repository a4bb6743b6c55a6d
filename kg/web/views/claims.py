"""The article on trial: each statement of a source article with its verdict, what holds instead, and the evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, request
from pyoxigraph import Literal, NamedNode
from werkzeug.exceptions import BadRequest

from kg.sparql.answer import Row
from kg.terms import CONCEPTS, Resource, Term, local_name
from kg.web.negotiation import HTML
from kg.web.openapi import Parameter, documented
from kg.web.service import Service
from kg.web.views.view import View, address


@dataclass(frozen=True)
class TriedClaim:
    """A statement of the article: in our words by its name, with its verdict and the evidence."""

    claim: NamedNode
    identifier: str
    section: NamedNode
    number: int
    kind: NamedNode
    status: NamedNode
    basis: NamedNode
    source: NamedNode
    better: str | None
    supported_by: tuple[Resource, ...]
    disputed_by: tuple[Resource, ...]

    @property
    def verdict(self) -> str:
        """The verdict as addresses name it."""
        return local_name(self.status)

    @property
    def is_settled(self) -> bool:
        """Whether the verdict rests on anything: an opinion does not."""
        return self.basis != CONCEPTS["basis/not-applicable"]


@dataclass(frozen=True)
class Verdict:
    """A verdict: its name, what it is called, how many statements have it, and where these are shown."""

    name: str
    text: str
    count: int
    address: str


@dataclass(frozen=True)
class TriedSection:
    """A section of the article: its statements, how many have each verdict, and where it is shown alone."""

    number: int
    heading: str
    verdicts: list[Verdict]
    count: int
    address: str
    shown: list[TriedClaim]


def add_claims(app: Flask, service: Service) -> None:
    """Add the route of the article on trial."""

    @app.get("/claims")
    @documented(
        "What a source article claims, section by section: verdict, better fact, evidence for and against.",
        (HTML,),
        (
            Parameter("status", "Only the statements of this verdict, for example disputed."),
            Parameter("section", "Only the statements of the section of this number."),
        ),
        (200, 304, 400, 502, 503, 504),
    )
    def claims() -> str:
        view = View.of_request(service)
        tried = _tried(view)
        numbers = dict.fromkeys(claim.number for claim in tried)
        verdicts = dict.fromkeys(claim.verdict for claim in sorted(tried, key=lambda claim: claim.verdict))
        status, number = _chosen("status", verdicts), _chosen("section", map(str, numbers))
        shown = [claim for claim in tried if status in ("", claim.verdict) and number in ("", str(claim.number))]
        return view.render(
            "claims.html",
            canonical=view.canonical(status=status, section=number),
            sources=list(dict.fromkeys(claim.source for claim in tried)),
            total=len(tried),
            status=status,
            number=number,
            count=len(shown),
            all_sections=address("claims", status=status),
            all_verdicts=address("claims", section=number),
            everything=_verdicts(view, tried, ""),
            verdicts=_verdicts(view, tried, number),
            meanings=_meanings(view),
            sections=[_section(view, tried, each, status, shown) for each in numbers],
        )


def _chosen(parameter: str, known: Iterable[str]) -> str:
    """What a parameter chooses, or nothing."""
    said, names = request.args.get(parameter, "").strip(), list(known)
    if said and said not in names:
        one = "verdict" if parameter == "status" else "section"
        raise BadRequest(f"{parameter}: no statement has the {one} {said[:100]!r}; choose from {', '.join(names)}")
    return said


def _tried(view: View) -> list[TriedClaim]:
    """All statements of the article, in the order of its sections."""
    better: dict[Term | None, list[Term | None]] = defaultdict(list)
    for claim, text in view.select("better-facts"):
        better[claim].append(text)
    evidence: dict[tuple[Term | None, bool], list[Resource]] = defaultdict(list)
    for claim, against, thing in view.select("evidence-on-claims"):
        assert isinstance(against, Literal) and isinstance(thing, NamedNode)
        evidence[claim, against.value == "true"].append(thing)
    return [_claim(view, row, better, evidence) for row in view.select("claims-of-sections")]


def _claim(
    view: View,
    row: Row,
    better: dict[Term | None, list[Term | None]],
    evidence: dict[tuple[Term | None, bool], list[Resource]],
) -> TriedClaim:
    section, number, claim, identifier, kind, status, basis, source = row
    assert isinstance(section, NamedNode) and isinstance(claim, NamedNode) and isinstance(kind, NamedNode)
    assert isinstance(status, NamedNode) and isinstance(basis, NamedNode) and isinstance(source, NamedNode)
    assert isinstance(number, Literal) and isinstance(identifier, Literal)
    return TriedClaim(
        claim, identifier.value, section, int(number.value), kind, status, basis, source,
        view.text(better[claim]), tuple(evidence[claim, False]), tuple(evidence[claim, True]),
    )  # fmt: skip


def _section(view: View, tried: list[TriedClaim], number: int, status: str, shown: list[TriedClaim]) -> TriedSection:
    own = [claim for claim in tried if claim.number == number]
    return TriedSection(
        number,
        view.name(own[0].section),
        _verdicts(view, tried, str(number)),
        len(own),
        address("claims", status=status, section=str(number)),
        [claim for claim in shown if claim.number == number],
    )


def _verdicts(view: View, claims: list[TriedClaim], section: str) -> list[Verdict]:
    """The verdicts on some statements, the most frequent of all first, with their numbers in a section or in all."""
    counts: dict[NamedNode, int] = defaultdict(int)
    for claim in claims:
        counts[claim.status] += section in ("", str(claim.number))
    return [
        Verdict(
            local_name(status),
            view.name(status),
            counts[status],
            address("claims", status=local_name(status), section=section),
        )
        for status in sorted(counts, key=lambda status: (-sum(c.status == status for c in claims), status.value))
    ]


def _meanings(view: View) -> list[tuple[str, str | None]]:
    """What the verdicts mean."""
    texts: dict[NamedNode, list[Term | None]] = defaultdict(list)
    for status, text in view.select("verdicts"):
        assert isinstance(status, NamedNode)
        texts[status].append(text)
    return [(view.name(status), view.text(found)) for status, found in texts.items()]
