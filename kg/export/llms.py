"""``llms.txt``: what a graph is, how to ask it and what it does not know, for programs that read before they ask.

The form is that of https://llmstxt.org/: Markdown with a title, a summary in a quotation, and lists of links; what is
below "Optional" may be passed over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from pyoxigraph import Literal, NamedNode, Triple

from kg.project import Identity
from kg.terms import DCAT, DCTERMS, Term

_TEMPLATE = Path(__file__).with_name("llms.txt")


@dataclass(frozen=True)
class WayIn:
    """A way to the data: what it is called, where it is, and what it gives."""

    name: str
    address: str
    about: str


#: The files of a release that a program begins with, by what their names end in.
_FILES = (
    ("-whole.nq", "all of it as quads, with the graph of each statement: asserted, inferred, derived, in one file"),
    ("-whole.ttl", "the same as Turtle, without graphs"),
    ("-asserted.trig", "what is asserted, in a graph for each file"),
    ("dataset.ttl", "the dataset by VoID and DCAT, with each file's size and checksum"),
    ("tables/csv-metadata.json", "the tables, each column with what it holds (CSV on the Web)"),
    ("docs/index.html", "the ontology: classes, properties, definitions, examples"),
)


def llms_text(
    identity: Identity,
    ways: Iterable[WayIn],
    about: Iterable[Triple],
    known_to: date | None = None,
    questions: Iterable[tuple[str, str]] = (),
) -> str:
    """The text.

    Args:
        identity: what the project is called and how it names things.
        ways: the ways to the data, the best first.
        about: what is said of the dataset, its version and license among it.
        known_to: to which day the sources reach.
        questions: questions in words, each with the address of its answer.
    """
    said = {triple.predicate: triple.object for triple in about if triple.predicate in (DCAT.version, DCTERMS.license)}
    environment = Environment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, autoescape=False)
    text = environment.from_string(_TEMPLATE.read_text(encoding="utf-8")).render(
        identity=identity,
        ways=list(ways),
        version=_value(said.get(DCAT.version)),
        license=_value(said.get(DCTERMS.license)),
        known_to=known_to,
        questions=list(questions),
    )
    return f"{text.rstrip()}\n"


def _value(term: Term | None) -> str | None:
    return term.value if isinstance(term, NamedNode | Literal) else None


def released_ways(files: Iterable[str]) -> list[WayIn]:
    """The ways to a release, of whose files the names are given."""
    names = sorted(files)
    return [
        WayIn(name, name, about)
        for ending, about in _FILES
        for name in names
        if name.endswith(ending) and (ending.startswith("-") or name == ending)
    ]
