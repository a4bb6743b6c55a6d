"""What if: the duties and conclusions that would be gained and lost if something were stated otherwise.

Nothing is changed for it: the two worlds are derived aside and compared. The world as it is has mostly been built; the
other is derived anew, as for a build. To ground the rules once instead, with what differs as externals to be switched,
was measured to take ten times as long for the removal of a large file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg.build.kept_timeline import load_timeline
from kg.build.store import Build
from kg.collector import collector_paused
from kg.day import Certainty, Period
from kg.duties.model import Duty
from kg.duties.timeline import Timeline, derive
from kg.errors import BadInput
from kg.project import Project, shipped_names
from kg.proofs.phrasing import Phrasing
from kg.reasoning.closure import close
from kg.reasoning.inconsistency import Inconsistency
from kg.reasoning.kept_answer import answers_kept
from kg.terms import CASUS, RDF, RDFS, Namespaces, Term
from kg.whatif.difference import Difference, DutyChange
from kg.whatif.hypothesis import Change, ending, with_files, without_files, without_thing


@dataclass(frozen=True)
class World:
    """What is so if some statements are.

    Attributes:
        triples: the statements, and what follows from them by OWL 2 RL.
        inconsistencies: the contradictions.
        timeline: the duties over time.
    """

    triples: frozenset[Triple]
    inconsistencies: tuple[Inconsistency, ...]
    timeline: Timeline

    def relations(self, day: date | None) -> frozenset[Triple]:
        """The plain relations of a day, if one is given."""
        return frozenset() if day is None else frozenset(self.timeline.as_of(day))


def derive_world(stated: Iterable[Triple], namespaces: Namespaces, build: Build | None = None) -> World:
    """The world in which this is stated, most of which a build may have, too.

    Raises:
        ReasonerError: clingo failed.
    """
    with answers_kept(None if build is None else build.folder):
        closure = close(stated)
    triples = closure.asserted | closure.inferred
    return World(triples, tuple(closure.inconsistencies), derive(triples, namespaces))


def built_world(stated: Iterable[Triple], build: Build) -> World:
    """The world in which this is stated, from its build. What is built has no contradictions."""
    return World(frozenset(stated).union(quad.triple for quad in build.inferred()), (), load_timeline(build))


@collector_paused()
def what_if(
    quads: Iterable[Quad],
    *,
    remove: Sequence[Path] = (),
    add: Sequence[Path] = (),
    without: Term | None = None,
    within: Term | None = None,
    start: date | None = None,
    as_of: date | None = None,
    project: Project | None = None,
    build: Build | None = None,
    language: str = "en",
) -> Difference:
    """What would be lost and gained if some statements were not there, or others were.

    Args:
        quads: what is asserted.
        remove: files whose statements are taken away.
        add: files whose statements are put in.
        without: something that never was, or that is over from `start` on.
        within: an organization or instrument, if `without` is gone from it and what it is founded on alone.
        start: the first day without it.
        as_of: the day for which duties and relations are compared; by default `start`, or if that is not given all
            days together.
        project: the project that the statements are from.
        build: the build of these statements, if there is one, so that what follows from them need not be derived.
        language: that of sentences.

    Raises:
        BadInput: nothing is supposed, or it would change nothing, or a date is none.
        MissingFile, UnknownFormat, ParseError: a file cannot be read.
        ReasonerError: clingo failed.
    """
    if within is not None and without is None:
        raise BadInput("an organization or treaty that is left needs the state that leaves it: --without")
    if start is not None and without is None:
        raise BadInput("a day from which on something is gone needs the thing: --without")
    if not (remove or add or without is not None):
        raise BadInput("nothing is supposed: name files to remove or to add, or something to do without")
    day = as_of or start
    names = shipped_names() if project is None else project.names
    quads = list(quads)
    stated = dict.fromkeys(quad.triple for quad in quads)
    change = without_files(quads, remove, project) if remove else Change()
    change.include(with_files(add))
    if without is not None:
        change.include(
            ending(stated, without, start, names, within) if start else without_thing(stated, without, names, within)
        )
    removed = _sorted(triple for triple in change.removed - change.added if triple in stated)
    added = _sorted(triple for triple in change.added if triple not in stated)
    if not (removed or added):
        raise BadInput("what is supposed is already so: no statement would change")
    gone = set(removed)
    supposed = [*(triple for triple in stated if triple not in gone), *added]
    with ThreadPoolExecutor(1) as pool:  # the grounder works by itself, so that the rest can be done meanwhile
        after = pool.submit(derive_world, supposed, names, build)
        before = derive_world(stated, names) if build is None else built_world(stated, build)
        phrasing = Phrasing([*stated, *added], names).in_language(language)
    return _compare(before, after.result(), removed, added, day, phrasing)


def _compare(
    before: World,
    after: World,
    removed: tuple[Triple, ...],
    added: tuple[Triple, ...],
    day: date | None,
    phrasing: Phrasing,
) -> Difference:
    on_before, on_after = before.relations(day), after.relations(day)
    # Apart from each other, for both worlds are large and differ in little.
    only_before = (before.triples - after.triples | on_before - after.triples) - on_after
    only_after = (after.triples - before.triples | on_after - before.triples) - on_before
    duty_relations = _duty_relations((before, after), chain(before.triples, only_after))
    lost = _conclusions(only_before, removed, duty_relations)
    gained = _conclusions(only_after, added, duty_relations)
    found_before, found_after = _findings(before.timeline), _findings(after.timeline)
    told_before, told_after = _told(found_before - found_after, phrasing), _told(found_after - found_before, phrasing)
    return Difference(
        removed=removed,
        added=added,
        lost=lost,
        gained=gained,
        duties=_duties(before.timeline, after.timeline, day),
        findings_lost=_in_order(told_before - told_after),
        findings_gained=_in_order(told_after - told_before),
        inconsistencies=tuple(found for found in after.inconsistencies if found not in before.inconsistencies),
        states=_states((*lost, *gained), (before, after)),
        day=day,
        phrasing=phrasing,
    )


def _duty_relations(worlds: Sequence[World], triples: Iterable[Triple]) -> frozenset[NamedNode]:
    """The relations that tell of duties: those of kinds of obligation, and those narrower than `casus:owesTo`."""
    kinds = [kind for world in worlds for kind in world.timeline.kinds]
    narrower = {
        triple.subject for triple in triples if triple.object == CASUS.owesTo and triple.predicate == RDFS.subPropertyOf
    }
    relations = {relation for kind in kinds for relation in (kind.relation, kind.possible_relation)}
    return frozenset({CASUS.owesTo, *relations, *(term for term in narrower if isinstance(term, NamedNode))})


def _conclusions(
    triples: frozenset[Triple], stated: Iterable[Triple], duty_relations: frozenset[NamedNode]
) -> tuple[Triple, ...]:
    """Those of some triples that are not stated, less those that tell of duties."""
    concluded = triples.difference(stated)
    return _sorted(triple for triple in concluded if triple.predicate not in duty_relations)


def _states(triples: Iterable[Triple], worlds: Sequence[World]) -> frozenset[Term]:
    """The states that triples are about, being states in one of the worlds."""
    terms = {term for triple in triples for term in (triple.subject, triple.object)}
    things = {term for term in terms if isinstance(term, (NamedNode, BlankNode))}
    return frozenset(
        thing for thing in things if any(Triple(thing, RDF.type, CASUS.State) in world.triples for world in worlds)
    )


def _duties(before: Timeline, after: Timeline, day: date | None) -> tuple[DutyChange, ...]:
    """The duties that differ, in the order of who owes them, of what kind, and to whom."""
    changes = _all_days(before.duties, after.duties) if day is None else _on_day(before, after, day)
    return tuple(sorted(changes, key=lambda change: _order(change.duty)))


def _all_days(before: Iterable[Duty], after: Iterable[Duty]) -> Iterable[DutyChange]:
    def key(duty: Duty) -> tuple[object, ...]:
        return (*_clause(duty), duty.episodes)

    old, new = ({key(duty): duty for duty in duties} for duties in (before, after))
    for shared in dict.fromkeys([*old, *new]):
        one, other = old.get(shared), new.get(shared)
        if not (one and other and (one.period, one.suspensions) == (other.period, other.suspensions)):
            yield DutyChange(one, other)


def _on_day(before: Timeline, after: Timeline, day: date) -> Iterable[DutyChange]:
    old, new = _due(before, day), _due(after, day)
    for shared in dict.fromkeys([*old, *new]):
        one, certain_before = old.get(shared, (None, None))
        other, certain_after = new.get(shared, (None, None))
        if certain_before is not certain_after:
            yield DutyChange(one, other, certain_before, certain_after)


def _due(timeline: Timeline, day: date) -> dict[tuple[object, ...], tuple[Duty, Certainty]]:
    """What is due on a day under each clause, as surely as it is by any of the states' episodes."""
    due: dict[tuple[object, ...], tuple[Duty, Certainty]] = {}
    for duty in timeline.duties:
        certainty = timeline.currency.of(duty.on(day), day)
        if certainty is not None:
            present = due.setdefault(_clause(duty), (duty, certainty))
            if certainty.rank < present[1].rank:
                due[_clause(duty)] = (duty, certainty)
    return due


def _clause(duty: Duty) -> tuple[object, ...]:
    """What is owed to whom by whom. The later wordings of a clause may be out of a duty's time."""
    return (duty.kind, duty.treaty, duty.holder, duty.beneficiary, duty.wordings[0].text)


def _order(duty: Duty) -> tuple[str, ...]:
    return duty.holder.value, duty.kind.iri.value, duty.beneficiary.value, duty.treaty.value, duty.iri.value


class _UntoldFinding(NamedTuple):
    """A finding about a state as the rules have it: its predicate, its arguments and its period, if it has one."""

    state: Term
    predicate: str
    arguments: tuple[tuple[str, Term], ...]
    period: Period | None = None


def _findings(timeline: Timeline) -> Counter[_UntoldFinding]:
    """What is found besides duties: owed assistance and promises that may clash."""
    found: Counter[_UntoldFinding] = Counter()
    for call in timeline.owed:
        sides = (("V", call.event), ("H", call.holder), ("B", call.beneficiary))
        found.update(
            _UntoldFinding(call.holder, "owed", (*sides, ("K", d.kind.iri), ("T", d.treaty))) for d in call.duties
        )
    for clash in timeline.conflicts:
        ends = (("S", clash.state), ("T", clash.treaty), ("X", clash.outsider), ("T2", clash.other_treaty))
        found[_UntoldFinding(clash.state, "conflict", ends, clash.period)] += 1
    return found


def _told(findings: Counter[_UntoldFinding], phrasing: Phrasing) -> Counter[tuple[Term, str]]:
    """Findings in words, by the states that they are about."""
    told: Counter[tuple[Term, str]] = Counter()
    for found, times in findings.items():
        told[found.state, phrasing.tell(found.predicate, dict(found.arguments), found.period)] += times
    return told


def _in_order(findings: Counter[tuple[Term, str]]) -> tuple[tuple[Term, str], ...]:
    return tuple(sorted(findings.elements(), key=lambda finding: (str(finding[0]), finding[1])))


def _sorted(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    return tuple(sorted(triples, key=str))
