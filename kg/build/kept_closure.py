"""The closure of a build: that of the build before, where texts alone, or dates alone, have given way to others.

No rule of OWL 2 RL asks what a text with a language says, only whether two terms are one. So if each text that is gone
has one text in its place, wherever it stood, and this one is nowhere else, then the same follows as before with the one
in the other's place, contradictions included, of which a build has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from pyoxigraph import Literal, NamedNode, Quad

from kg.build.build_parts import BuildPart
from kg.build.former import Former
from kg.build.kept_dates import LiteralPlace, with_other_dates
from kg.rdf.reread import reread
from kg.reasoning.closure import Closure
from kg.terms import RDF, XSD

#: Literals that are changed at once; each is looked for in all that is stated.
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
        for datatype, follows in ((RDF.langString, _with_other_texts), (XSD.dateTime, with_other_dates)):
            gone, new = _by_place(changes.gone, datatype), _by_place(changes.new, datatype)
            if gone is not None and new is not None and gone.keys() == new.keys():
                before, inferred = former.build.text("asserted"), former.build.text("inferred")
                text = follows(gone, new, before, asserted.quads, inferred)
                if text is not None:
                    triples = frozenset(quad.triple for quad in reread(text))
                    return Closure(frozenset(quad.triple for quad in quads), triples, [])
    return None


def _with_other_texts(
    gone: Mapping[LiteralPlace, Literal],
    new: Mapping[LiteralPlace, Literal],
    before: bytes,
    after: bytes,
    inferred: bytes,
) -> bytes | None:
    """What follows, as `with_other_dates` gives it after a change of dates, after one of texts with a language."""
    pairs = {(text, new[place]) for place, text in gone.items()}
    texts = dict(pairs)
    is_one_to_one = len(pairs) == len(texts) == len({*texts.values()})
    is_all = not any(_term(old) in after or _term(new) in before for old, new in pairs)
    if _OTHERWISE in before or _OTHERWISE in after or not is_one_to_one or not is_all:
        return None
    for old, other in texts.items():
        inferred = inferred.replace(_term(old), _term(other))
    return inferred


def _by_place(lines: Iterable[bytes], datatype: NamedNode) -> Mapping[LiteralPlace, Literal] | None:
    """Literals by where they stand, if nothing but literals of the datatype stands there, one in each place."""
    found: dict[LiteralPlace, Literal] = {}
    for quad in reread(b"\n".join(lines)):
        literal = quad.object
        if not isinstance(literal, Literal) or literal.datatype != datatype:
            return None
        place = quad.subject, quad.predicate, quad.graph_name, literal.language
        if place in found:
            return None
        found[place] = literal
    return found


def _term(literal: Literal) -> bytes:
    """A literal in a line, where no other term has it as a part: a quote within one is escaped."""
    return f" {literal} ".encode()
