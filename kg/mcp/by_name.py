"""The tool `find`: names in any language to things."""

from __future__ import annotations

from collections import Counter

from pyoxigraph import NamedNode

from kg.errors import BadInput
from kg.finder import FOUND_KINDS, FoundKind, Hit, folded
from kg.mcp.teller import Teller
from kg.mcp.typed import Told, ToldThing
from kg.terms import CASUS, OWL

#: Things that are told.
_MOST = 15


class FoundByName(ToldThing):
    """A thing that was found."""

    iri: str
    """Its whole IRI."""

    kind: str
    """The group that it belongs to, as the argument kind takes it."""

    classes: list[str]
    """What it is, by classes of the ontology."""

    matched: str
    """The name or code of it that fits the text."""


class FoundThings(Told):
    """What is called so, the best first."""

    found: list[FoundByName] = []
    """The things."""

    more: int = 0
    """How many more there are; narrow the text, or name a kind."""

    advice: str | None = None
    """What to do if nothing fits, or nothing fits wholly."""


def find_things(teller: Teller, text: str, kind: str | None = None) -> FoundThings:
    """The things that are called by a text.

    Args:
        teller: whom to ask.
        text: words of a name, or a code, in whatever case, accents aside.
        kind: only things of this group.

    Raises:
        BadInput: there is no such kind, or the text has no word.
    """
    wanted = _kind(kind)
    words = folded(text).split()
    if not words:
        raise BadInput("text: there is no word in it; write a name, as in 'Armenia' or 'договор'")
    finder = teller.service.library.finder
    hits, advice = _of(finder.find(text), wanted), None
    if not hits and len(words) > 1:
        hits = _by_some(teller, words, wanted)
        advice = "nothing has all of these words; these have most of them" if hits else None
    if not hits:
        advice = "nothing is called so; try one word, another language, a code, or no kind"
    told = [_told(teller, hit) for hit in hits[:_MOST]]
    return FoundThings(found=told, more=len(hits) - len(told), advice=advice)


def _kind(name: str | None) -> FoundKind | None:
    if name is None or not name.strip():
        return None
    asked = name.strip().lower()
    for kind in FOUND_KINDS:
        if asked in (kind.name, kind.name.removesuffix("s")):
            return kind
    raise BadInput(f"kind: there is no {name[:100]!r}; choose from {', '.join(kind.name for kind in FOUND_KINDS)}")


def _of(hits: list[Hit], kind: FoundKind | None) -> list[Hit]:
    return [hit for hit in hits if kind is None or hit.kind is kind]


def _by_some(teller: Teller, words: list[str], kind: FoundKind | None) -> list[Hit]:
    """The things that have the most of some words, the rare ones counting more."""
    weights: Counter[NamedNode] = Counter()
    best: dict[NamedNode, Hit] = {}
    for word in dict.fromkeys(words):
        hits = _of(teller.service.library.finder.find(word), kind)
        for hit in hits:
            weights[hit.thing] += 1 / len(hits)  # type: ignore[assignment]
            best.setdefault(hit.thing, hit)
    return [best[thing] for thing, _ in weights.most_common(_MOST)]


def _told(teller: Teller, hit: Hit) -> FoundByName:
    named = teller.named(hit.thing)
    ours = [one for one in hit.classes if isinstance(one, NamedNode) and one not in (OWL.Thing, CASUS.DatedEntity)]
    return FoundByName(
        term=named.term,
        label=named.label,
        iri=hit.thing.value,
        kind=hit.kind.name,
        classes=sorted(map(teller.term, ours)),
        matched=hit.by,
    )
