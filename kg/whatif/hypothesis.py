"""Changes to a graph that a question "what if" supposes: files removed or added, something never there or ending."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.day import day_literal, read_day
from kg.errors import BadInput
from kg.project import Project
from kg.rdf.load import load_file
from kg.terms import CASUS, CONCEPTS, RDF, Namespaces, Term


def _casus(*names: str) -> frozenset[NamedNode]:
    return frozenset(CASUS[name] for name in names)


#: What ties an episode to a state, and to an organization or instrument.
_TIES = _casus(
    *("member", "party", "affiliate", "episodeOf", "inOrganization", "toTreaty", "affiliatedWith", "episodeIn")
)
_BEGINNINGS = _casus("begins", "inForceFrom", "beginsNotBefore")
_ENDS = _casus("ends", "terminatedOn")
#: What is said of an end, and no longer true if it comes sooner.
_ABOUT_END = _ENDS | _casus("endPrecision", "endsNotBefore", "endedBy", "howEnded")
_UNENDING = _casus("State", "Organization", "Organ")
#: What ties an organization to the instruments that it rests on, either way round.
_FOUNDING = _casus("foundedOn", "establishes")
_ONE_DAY = timedelta(days=1)
_DAY = CONCEPTS["precision/day"]


@dataclass
class Change:
    """Statements taken from a graph and put into it.

    Attributes:
        removed: the statements taken away, in all graphs that have them.
        added: the statements put in.
    """

    removed: set[Triple] = field(default_factory=set)
    added: set[Triple] = field(default_factory=set)

    def include(self, other: Change) -> None:
        """Make another change too."""
        self.removed |= other.removed
        self.added |= other.added


def without_files(quads: Iterable[Quad], files: Sequence[Path], project: Project | None) -> Change:
    """The change that takes away what only these files state.

    Raises:
        MissingFile, UnknownFormat, ParseError: a file that is not the project's cannot be read.
    """
    sources = {path: project.graph_name(path) for path in project.sources} if project else {}
    graphs = {NamedNode(sources[path]) for path in map(Path.resolve, files) if path in sources}
    stated = {quad.triple for path in files if path.resolve() not in sources for quad in load_file(path)}
    gone: set[Triple] = set()
    kept: set[Triple] = set()
    for quad in quads:
        (gone if quad.graph_name in graphs or quad.triple in stated else kept).add(quad.triple)
    return Change(removed=gone - kept)


def with_files(files: Iterable[Path]) -> Change:
    """The change that adds what files state.

    Raises:
        MissingFile, UnknownFormat, ParseError: a file cannot be read.
    """
    return Change(added={quad.triple for path in files for quad in load_file(path)})


def without_thing(
    triples: Collection[Triple], thing: Term, namespaces: Namespaces, within: Term | None = None
) -> Change:
    """The change after which something never was: nothing mentions it or an episode of or in it.

    Args:
        triples: the statements.
        thing: what never was.
        namespaces: those in which it is named.
        within: an organization or instrument, if it is only there that it never was.

    Raises:
        BadInput: nothing mentions it anyway, or there.
    """
    gone = {thing, *_episodes(triples, thing)} if within is None else _stay(triples, thing, within, namespaces)
    removed = {triple for triple in triples if not gone.isdisjoint(triple)}
    if not removed:
        raise BadInput(f"no statement mentions {namespaces.show(thing)}")
    return Change(removed=removed)


def ending(
    triples: Collection[Triple], thing: Term, start: date, namespaces: Namespaces, within: Term | None = None
) -> Change:
    """The change after which something is over from a day on.

    The episodes of a state, or in an organization or instrument, end the day before; those that begin later never were.
    An instrument, a provision or an episode ends itself.

    Args:
        triples: the statements.
        thing: what ends.
        start: the first day without it.
        namespaces: those in which it is named.
        within: an organization or instrument, if it is only there that its episodes end.

    Raises:
        BadInput: nothing that could end goes on then.
    """
    said: dict[Term, list[Triple]] = defaultdict(list)
    for triple in triples:
        said[triple.subject].append(triple)
    concerned = _episodes(triples, thing) if within is None else _stay(triples, thing, within, namespaces)
    if within is None and not any(
        triple.predicate == RDF.type and triple.object in _UNENDING for triple in said[thing]
    ):
        concerned.add(thing)
    change = Change()
    for item in concerned:
        change.include(_end(item, said, triples, start))
    if not (change.removed or change.added):
        last = start if start == date.min else start - _ONE_DAY
        there = "" if within is None else f" in {namespaces.show(within)}"
        raise BadInput(f"nothing that involves {namespaces.show(thing)}{there} goes on after {last}")
    return change


def _episodes(triples: Iterable[Triple], thing: Term) -> set[Term]:
    return {triple.subject for triple in triples if triple.object == thing and triple.predicate in _TIES}


def _stay(triples: Collection[Triple], thing: Term, within: Term, namespaces: Namespaces) -> set[Term]:
    """The episodes of something in an organization or instrument, and in what that stands and falls with.

    Who leaves an organization leaves the instruments that it is founded on, and the other way round: the members of the
    Atlantic alliance are the parties to its treaty.

    Raises:
        BadInput: there are none.
    """
    bodies: dict[Term, set[Term]] = defaultdict(set)
    for triple in triples:
        if triple.predicate in _FOUNDING:
            bodies[triple.subject].add(triple.object)
            bodies[triple.object].add(triple.subject)
    reached, waiting = {within}, [within]
    while waiting:
        found = bodies[waiting.pop()] - reached
        reached |= found
        waiting += found
    stay = _episodes(triples, thing) & {one for body in reached for one in _episodes(triples, body)}
    if not stay:
        raise BadInput(f"{namespaces.show(thing)} was never in {namespaces.show(within)}")
    return stay


def _end(item: Term, said: Mapping[Term, list[Triple]], triples: Collection[Triple], day: date) -> Change:
    """The change that ends one thing the day before a day, unless it has ended by then."""
    begins, ends = _days(said[item], _BEGINNINGS), _days(said[item], _ENDS)
    if not begins or any(end < day for end in ends) or not isinstance(item, (NamedNode, BlankNode)):
        return Change()
    if min(begins) >= day:
        return Change(removed={triple for triple in triples if item in (triple.subject, triple.object)})
    return Change(
        removed={triple for triple in said[item] if triple.predicate in _ABOUT_END},
        added={Triple(item, CASUS.ends, day_literal(day - _ONE_DAY)), Triple(item, CASUS.endPrecision, _DAY)},
    )


def _days(triples: Iterable[Triple], predicates: Collection[NamedNode]) -> list[date]:
    """The days that dates name; what is not a date names none."""
    days = []
    for triple in triples:
        if triple.predicate in predicates and isinstance(triple.object, Literal):
            try:
                days.append(read_day(triple.object.value[:10]))
            except BadInput:
                continue
    return days
