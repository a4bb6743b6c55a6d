"""What if: the duties and conclusions that would be gained and lost if something were stated otherwise.

Nothing is changed for it: the two worlds are derived aside and compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from kg.build.store import Build
from kg.day import Certainty
from kg.duties.model import Duty
from kg.duties.timeline import Timeline
from kg.errors import BadInput
from kg.project import Project
from kg.proofs.phrasing import Phrasing
from kg.reasoning.inconsistency import Inconsistency
from kg.reasoning.symbols import Term
from kg.terms import CASUS, RDF, RDFS
from kg.whatif.hypothesis import Change, ending, with_files, without_files, without_thing
from kg.whatif.worlds import World, built_world, derive_world


@dataclass(frozen=True)
class DutyChange:
    """A duty that is owed otherwise, or in one of the two worlds only.

    Attributes:
        before: the duty in the world as it is, None if there is none.
        after: the duty in the world as it would be, None if there is none.
        certain_before: how it is due on the day asked about, None if it is not, or if no day was asked about.
        certain_after: the same for the other world.
    """

    before: Duty | None
    after: Duty | None
    certain_before: Certainty | None = None
    certain_after: Certainty | None = None

    @property
    def duty(self) -> Duty:
        """The duty, in the world as it is if it is there."""
        duty = self.before or self.after
        assert duty is not None
        return duty

    @property
    def kind(self) -> str:
        """``lost``, ``gained`` or ``changed``."""
        return "changed" if self.before and self.after else "lost" if self.before else "gained"


@dataclass(frozen=True)
class Difference:
    """How the world as it would be differs from the world as it is.

    Attributes:
        removed: the statements taken away.
        added: the statements put in.
        lost: the conclusions lost.
        gained: the conclusions gained.
        duties: the duties lost, gained and changed; on the day, if one was asked about.
        findings_lost: other findings lost, by the state that they are about.
        findings_gained: other findings gained, by the state that they are about.
        inconsistencies: contradictions that would arise.
        states: the states that conclusions lost or gained are about.
        day: the day asked about.
        phrasing: how terms are read.
    """

    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]
    lost: tuple[Triple, ...]
    gained: tuple[Triple, ...]
    duties: tuple[DutyChange, ...]
    findings_lost: tuple[tuple[Term, str], ...]
    findings_gained: tuple[tuple[Term, str], ...]
    inconsistencies: tuple[Inconsistency, ...]
    states: frozenset[Term]
    day: date | None
    phrasing: Phrasing = field(repr=False)


def what_if(
    quads: Iterable[Quad],
    *,
    remove: Sequence[Path] = (),
    add: Sequence[Path] = (),
    without: Term | None = None,
    start: date | None = None,
    as_of: date | None = None,
    project: Project | None = None,
    build: Build | None = None,
) -> Difference:
    """What would be lost and gained if some statements were not there, or others were.

    Args:
        quads: what is asserted.
        remove: files whose statements are taken away.
        add: files whose statements are put in.
        without: something that never was, or that is over from `start` on.
        start: the first day without it.
        as_of: the day for which duties and relations are compared; by default `start`, or if that is not given all
            days together.
        project: the project that the statements are from.
        build: the build of these statements, if there is one, so that what follows from them need not be derived.

    Raises:
        BadInput: nothing is supposed, or it would change nothing, or a date is none.
        MissingFile, UnknownFormat, ParseError: a file cannot be read.
        ReasonerError: clingo failed.
    """
    if start is not None and without is None:
        raise BadInput("a day from which on something is gone needs the thing: --without")
    if not (remove or add or without is not None):
        raise BadInput("nothing is supposed: name files to remove or to add, or something to do without")
    day = as_of or start
    quads = list(quads)
    stated = dict.fromkeys(quad.triple for quad in quads)
    change = without_files(quads, remove, project) if remove else Change()
    change.include(with_files(add))
    if without is not None:
        change.include(ending(stated, without, start) if start else without_thing(stated, without))
    removed = _sorted(triple for triple in change.removed - change.added if triple in stated)
    added = _sorted(triple for triple in change.added if triple not in stated)
    if not (removed or added):
        raise BadInput("what is supposed is already so: no statement would change")
    gone = set(removed)
    supposed = [*(triple for triple in stated if triple not in gone), *added]
    with ThreadPoolExecutor(1) as pool:  # the grounder works by itself, so that the rest can be done meanwhile
        after = pool.submit(derive_world, supposed)
        before = derive_world(stated) if build is None else built_world(stated, build)
        phrasing = Phrasing([*stated, *added])
    return _compare(before, after.result(), removed, added, day, phrasing)


def _compare(
    before: World,
    after: World,
    removed: tuple[Triple, ...],
    added: tuple[Triple, ...],
    day: date | None,
    phrasing: Phrasing,
) -> Difference:
    triples_before, triples_after = before.on(day), after.on(day)
    duty_relations = _duty_relations((before, after))
    lost = _conclusions(triples_before - triples_after, removed, duty_relations)
    gained = _conclusions(triples_after - triples_before, added, duty_relations)
    findings_before, findings_after = _findings(before.timeline, phrasing), _findings(after.timeline, phrasing)
    return Difference(
        removed=removed,
        added=added,
        lost=lost,
        gained=gained,
        duties=_duties(before.timeline.duties, after.timeline.duties, day),
        findings_lost=_in_order(findings_before - findings_after),
        findings_gained=_in_order(findings_after - findings_before),
        inconsistencies=tuple(found for found in after.inconsistencies if found not in before.inconsistencies),
        states=_states((*lost, *gained), (before, after)),
        day=day,
        phrasing=phrasing,
    )


def _duty_relations(worlds: Sequence[World]) -> frozenset[NamedNode]:
    """The relations that tell of duties: those of kinds of obligation, and those narrower than `casus:owesTo`."""
    kinds = [kind for world in worlds for kind in world.timeline.kinds]
    narrower = {
        triple.subject
        for world in worlds
        for triple in world.triples
        if triple.predicate == RDFS.subPropertyOf and triple.object == CASUS.owesTo
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


def _duties(before: Iterable[Duty], after: Iterable[Duty], day: date | None) -> tuple[DutyChange, ...]:
    """The duties that differ, in the order of who owes them, of what kind, and to whom."""
    changes = _all_days(before, after) if day is None else _on_day(before, after, day)
    return tuple(sorted(changes, key=lambda change: _order(change.duty)))


def _all_days(before: Iterable[Duty], after: Iterable[Duty]) -> Iterable[DutyChange]:
    def key(duty: Duty) -> tuple[object, ...]:
        return (*_clause(duty), duty.episodes)

    old, new = ({key(duty): duty for duty in duties} for duties in (before, after))
    for shared in dict.fromkeys([*old, *new]):
        one, other = old.get(shared), new.get(shared)
        if not (one and other and (one.period, one.suspensions) == (other.period, other.suspensions)):
            yield DutyChange(one, other)


def _on_day(before: Iterable[Duty], after: Iterable[Duty], day: date) -> Iterable[DutyChange]:
    old, new = _due(before, day), _due(after, day)
    for shared in dict.fromkeys([*old, *new]):
        one, certain_before = old.get(shared, (None, None))
        other, certain_after = new.get(shared, (None, None))
        if certain_before is not certain_after:
            yield DutyChange(one, other, certain_before, certain_after)


def _due(duties: Iterable[Duty], day: date) -> dict[tuple[object, ...], tuple[Duty, Certainty]]:
    """What is due on a day under each clause, for certain if it is so by any of the states' episodes."""
    due: dict[tuple[object, ...], tuple[Duty, Certainty]] = {}
    for duty in duties:
        certainty = duty.on(day)
        if certainty is not None and due.get(_clause(duty), (duty, None))[1] is not Certainty.CERTAIN:
            due[_clause(duty)] = (duty, certainty)
    return due


def _clause(duty: Duty) -> tuple[object, ...]:
    """What is owed to whom by whom. The later wordings of a clause may be out of a duty's time."""
    return (duty.kind, duty.treaty, duty.holder, duty.beneficiary, duty.wordings[0].text)


def _order(duty: Duty) -> tuple[str, ...]:
    return duty.holder.value, duty.kind.iri.value, duty.beneficiary.value, duty.treaty.value, duty.iri.value


def _findings(timeline: Timeline, phrasing: Phrasing) -> Counter[tuple[Term, str]]:
    """What is found besides duties, by the state that it is about: owed assistance and promises that may clash."""
    found: Counter[tuple[Term, str]] = Counter()
    for call in timeline.owed:
        for duty in call.duties:
            values = {"V": call.event, "H": call.holder, "B": call.beneficiary, "K": duty.kind.iri, "T": duty.treaty}
            found[call.holder, phrasing.tell("owed", values)] += 1
    for clash in timeline.conflicts:
        values = {"S": clash.state, "T": clash.treaty, "X": clash.outsider, "T2": clash.other_treaty}
        found[clash.state, phrasing.tell("conflict", values, clash.period)] += 1
    return found


def _in_order(findings: Counter[tuple[Term, str]]) -> tuple[tuple[Term, str], ...]:
    return tuple(sorted(findings.elements(), key=lambda finding: (str(finding[0]), finding[1])))


def _sorted(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    return tuple(sorted(triples, key=str))
