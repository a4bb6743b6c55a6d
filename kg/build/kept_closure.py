"""The closure of a build: that of the build before, where texts alone have given way to others.

No rule of OWL 2 RL asks what a text with a language says, only whether two terms are one. So if each text that is gone
has one text in its place, wherever it stood, and this one is nowhere else, then the same follows as before with the one
in the other's place, contradictions included, of which a build has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from pyoxigraph import Literal, Quad

from kg.build.build_parts import BuildPart, Changes
from kg.build.former import Former
from kg.rdf.reread import reread
from kg.reasoning.closure import Closure
from kg.terms import RDF

#: Texts that are changed at once; each is looked for in all that is stated.
_FEW = 50
#: How a literal ends that says a text and its language otherwise.
_OTHERWISE = f'"^^{RDF.PlainLiteral}'.encode()


def kept_closure(quads: Sequence[Quad], asserted: BuildPart, former: Former) -> Closure | None:
    """What follows from what is asserted, if a former build shows it.

    Args:
        quads: what is asserted.
        asserted: the same as text.
        former: the build before.
    """
    with suppress(OSError):  # somebody is removing it, say
        changes = former.changes("asserted", asserted)
        if max(len(changes.gone), len(changes.new)) > _FEW:
            return None
        texts = _replaced(changes, former.build.text("asserted"), asserted.quads)
        if texts is not None:
            inferred = former.build.text("inferred")
            for old, new in texts.items():
                inferred = inferred.replace(_term(old), _term(new))
            triples = frozenset(quad.triple for quad in reread(inferred))
            return Closure(frozenset(quad.triple for quad in quads), triples, [])
    return None


def _replaced(changes: Changes, before: bytes, after: bytes) -> Mapping[Literal, Literal] | None:
    """The texts that have given way to others, if nothing else differs."""
    gone, new = _by_place(changes.gone), _by_place(changes.new)
    if gone is None or new is None or gone.keys() != new.keys() or _OTHERWISE in before or _OTHERWISE in after:
        return None
    pairs = {(text, new[place]) for place, text in gone.items()}
    texts = dict(pairs)
    is_one_to_one = len(pairs) == len(texts) == len({*texts.values()})
    is_all = not any(_term(old) in after or _term(new) in before for old, new in pairs)
    return texts if is_one_to_one and is_all else None


def _by_place(lines: Iterable[bytes]) -> Mapping[tuple[object, ...], Literal] | None:
    """Texts by all that is said of them in their statements, if each has a place and a language of its own."""
    found: dict[tuple[object, ...], Literal] = {}
    for quad in reread(b"\n".join(lines)):
        text = quad.object
        if not isinstance(text, Literal) or text.datatype != RDF.langString:
            return None
        place = quad.subject, quad.predicate, quad.graph_name, text.language
        if place in found:
            return None
        found[place] = text
    return found


def _term(literal: Literal) -> bytes:
    """A literal in a line, where no other term has it as a part: a quote within one is escaped."""
    return f" {literal} ".encode()
