"""What sources claim, section by section: class and status of each claim, what holds instead, and the evidence.

A claim is what a source says. The graph keeps it apart from its facts, so nothing here says that a claim is true: its
status says how it stands against the evidence, which speaks for it or against it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from kg.errors import BadInput
from kg.sparql.answer import readable
from kg.sparql.query import run
from kg.terms import Namespaces

#: How a status is shown: what holds, what does not, and what sources cannot settle.
_STYLES = {
    "corroborated": "green",
    "disputed": "red",
    "outdated": "yellow",
    "uncorroborated": "yellow",
    "opinion": "dim",
}

_QUERIES = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A source or a fact of the graph that speaks for a claim or against it.

    Attributes:
        iri: its IRI.
        name: its short name, as a query accepts it: ``event:EV-KGZ-2010``.
        label: its name in English.
    """

    iri: str
    name: str
    label: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement that a source makes, with its verdict.

    Attributes:
        iri: its IRI.
        identifier: its identifier, such as ``CLM-135``.
        text: what it says.
        kind: what it is about: membership, obligation, activity, assessment, forecast and the like.
        status: how it stands: corroborated, disputed, outdated, opinion or uncorroborated.
        basis: on what the status rests.
        source: the identifier of the source that makes it.
        better_fact: what the evidence says in its place or in addition, if anything.
        supported_by: what speaks for it.
        disputed_by: what speaks against it.
    """

    iri: str
    identifier: str
    text: str
    kind: str
    status: str
    basis: str
    source: str
    better_fact: str | None
    supported_by: tuple[Evidence, ...]
    disputed_by: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section of an article with the claims that it makes; 0 is the untitled introduction."""

    number: int
    heading: str
    claims: tuple[Claim, ...]


def claims_by_section(
    store: Store, *, status: str | None = None, section: int | None = None, names: Namespaces | None = None
) -> list[Section]:
    """The sections that sources are divided into, in order, with their claims.

    Args:
        store: the built project.
        status: only the claims of this status; sections without any are left out.
        section: only the section of this number.
        names: the namespaces in which evidence is named, by default the shipped ones.

    Raises:
        BadInput: no claim has this status, or there is no such section.
    """
    supported, disputed = _evidence(store, names)
    headings: dict[int, str] = {}
    claims: dict[int, list[Claim]] = {}
    for row in run(store, (_QUERIES / "claims.rq").read_text("utf-8")).rows:
        number, heading, iri, identifier, text, kind, verdict, basis, source, better = (readable(term) for term in row)
        assert isinstance(row[2], NamedNode)
        iri = row[2].value
        headings[int(number)] = heading
        claims.setdefault(int(number), []).append(
            Claim(
                iri, identifier, text, kind, verdict, basis, source, better or None,
                tuple(supported.get(iri, ())), tuple(disputed.get(iri, ())),
            )
        )  # fmt: skip
    _require(status, sorted({claim.status for group in claims.values() for claim in group}), "claim has the status")
    _require(section, sorted(claims), "section has the number")
    chosen = (
        Section(number, headings[number], tuple(c for c in group if status in (None, c.status)))
        for number, group in sorted(claims.items())
        if section in (None, number)
    )
    return [each for each in chosen if each.claims]


def print_claims(sections: Iterable[Section], console: Console) -> None:
    """Print claims below the headings of their sections, each with its verdict, what holds instead and the evidence."""
    for section in sections:
        console.print(Text(f"{section.number}  {section.heading}", style="bold"))
        for claim in section.claims:
            line = Text.assemble(
                (claim.identifier, "dim"), "  ", claim.text, "  ",
                (claim.status, _STYLES.get(claim.status, "")), (f", {claim.kind}", "dim"),
            )  # fmt: skip
            console.print(Padding(line, (0, 0, 0, 2), expand=False))
            if claim.better_fact:
                console.print(Padding(Text(claim.better_fact), (0, 0, 0, 11), expand=False))
            for how, evidence in (("for", claim.supported_by), ("against", claim.disputed_by)):
                if evidence:
                    named = ", ".join(each.name for each in evidence)
                    console.print(Padding(Text(f"{how}: {named}", style="dim"), (0, 0, 0, 11), expand=False))
        console.print()


def claims_to_json(sections: Iterable[Section]) -> str:
    """Claims as JSON: an array of sections, each with its claims, in the names of the attributes."""
    return json.dumps([asdict(section) for section in sections], ensure_ascii=False, indent=2) + "\n"


def _evidence(store: Store, names: Namespaces | None) -> tuple[dict[str, list[Evidence]], dict[str, list[Evidence]]]:
    """What speaks for each claim, and what speaks against it."""
    supported: dict[str, list[Evidence]] = {}
    disputed: dict[str, list[Evidence]] = {}
    for claim, against, thing, label in run(store, (_QUERIES / "evidence.rq").read_text("utf-8")).rows:
        assert isinstance(claim, NamedNode) and isinstance(thing, NamedNode)
        side = disputed if isinstance(against, Literal) and against.value == "true" else supported
        side.setdefault(claim.value, []).append(Evidence(thing.value, readable(thing, names), readable(label)))
    return supported, disputed


def _require(wanted: object, known: Sequence[object], what: str) -> None:
    if wanted is not None and wanted not in known:
        raise BadInput(f"no {what} {wanted}; choose from {', '.join(map(str, known))}")
