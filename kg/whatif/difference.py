"""What if: the duties and conclusions that would be gained and lost if something were stated otherwise.

Nothing is changed for it: the two worlds are derived aside and compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from kg.duties.calendar import Certainty, parse_day
from kg.duties.duty import Duty
from kg.duties.findings import Findings
from kg.errors import BadInput
from kg.project import Project
from kg.proofs.phrasing import Phrasing
from kg.reasoning.clash import Clash, Statement
from kg.reasoning.encode import Term
from kg.vocab import CASUS
from kg.whatif.hypothesis import Change, ending, with_files, without_files, without_thing
from kg.whatif.worlds import World, Worlds

_STATE = NamedNode(CASUS + "State")
_OWES = re.compile(f"{re.escape(CASUS)}(?:o|possiblyO)wes")
_PREMISE = re.compile(r"t\((\w+),(\w+),(\w+)\)")
#: The findings besides duties, with the place of the state that they are about.
_FINDINGS = {"conflict": 3, "owed": 5}


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
        clashes: contradictions that would arise.
        states: the states, in either world.
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
    clashes: tuple[Clash, ...]
    states: frozenset[Term]
    day: int | None
    phrasing: Phrasing = field(repr=False)


def what_if(
    quads: Iterable[Quad],
    *,
    remove: Sequence[Path] = (),
    add: Sequence[Path] = (),
    without: Term | None = None,
    start: str | None = None,
    as_of: str | None = None,
    project: Project | None = None,
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

    Raises:
        BadInput: nothing is supposed, or it would change nothing, or a date is none.
        MissingFile, UnknownFormat, ParseError: a file cannot be read.
        CasusError: clingo failed.
    """
    quads = list(quads)
    if start is not None and without is None:
        raise BadInput("a day from which on something is gone needs the thing: --without")
    if not (remove or add or without is not None):
        raise BadInput("nothing is supposed: name files to remove or to add, or something to do without")
    day_text = as_of or start
    day = None if day_text is None else parse_day(day_text)
    change = without_files(quads, remove, project)
    change.include(with_files(add))
    if without is not None:
        change.include(ending(quads, without, start) if start else without_thing(quads, without))
    return _compare(quads, change, day)


def _compare(quads: Iterable[Quad], change: Change, day: int | None) -> Difference:
    stated = dict.fromkeys(quad.triple for quad in quads)
    removed = _sorted(triple for triple in change.removed - change.added if triple in stated)
    added = _sorted(triple for triple in change.added if triple not in stated)
    if not (removed or added):
        raise BadInput("what is supposed is already so: no statement would change")
    gone = set(removed)
    worlds = Worlds([triple for triple in stated if triple not in gone], removed, added, day)
    phrasing = Phrasing([*stated, *added])
    lost = _triples(worlds.lost("t") | worlds.lost("holds"), worlds)
    gained = _triples(worlds.gained("t") | worlds.gained("holds"), worlds)
    return Difference(
        removed=removed,
        added=added,
        lost=_sorted(lost - gone),
        gained=_sorted(gained.difference(added)),
        duties=tuple(_duties(worlds, day)),
        findings_lost=_findings(worlds.lost, worlds, phrasing),
        findings_gained=_findings(worlds.gained, worlds, phrasing),
        clashes=tuple(_clash(atom, worlds) for atom in sorted(worlds.gained("clash"))),
        states=frozenset(_states(worlds)),
        day=day,
        phrasing=phrasing,
    )


def _duties(worlds: Worlds, day: int | None) -> list[DutyChange]:
    """The duties that differ, in the order of who owes them, of what kind, and to whom."""
    changed = worlds.lost("duty") | worlds.gained("duty")
    keys = {tuple(_arguments(atom)[2:6]) for atom in changed}  # kind, treaty, holder, beneficiary
    interrupted = worlds.lost("suspended") | worlds.gained("suspended")
    ties = {(treaty, holder, other) for holder, other, treaty, *_ in map(_arguments, interrupted)}
    before, after = (_read_duties(world, worlds, keys, ties) for world in (worlds.before, worlds.after))
    changes = _all_days(before, after) if day is None else _on_day(before, after, day)
    return sorted(changes, key=lambda change: _order(change.duty))


def _read_duties(
    world: World, worlds: Worlds, keys: set[tuple[str, ...]], ties: set[tuple[str, str, str]]
) -> list[Duty]:
    """The duties of one world that may differ in the other."""
    atoms = [f"{atom}." for name in ("wording", "suspended", "frozen") for atom in world[name]]
    for atom in world["duty"]:
        kind, treaty, holder, beneficiary = _arguments(atom)[2:6]
        if (kind, treaty, holder, beneficiary) in keys or (treaty, holder, beneficiary) in ties:
            atoms.append(f"{atom}.")
    return Findings(atoms, worlds.terms).duties


def _all_days(before: Iterable[Duty], after: Iterable[Duty]) -> Iterable[DutyChange]:
    def key(duty: Duty) -> tuple[object, ...]:
        return (*_clause(duty), duty.episodes)

    old, new = ({key(duty): duty for duty in duties} for duties in (before, after))
    for shared in dict.fromkeys([*old, *new]):
        one, other = old.get(shared), new.get(shared)
        if not (one and other and (one.period, one.suspensions) == (other.period, other.suspensions)):
            yield DutyChange(one, other)


def _on_day(before: Iterable[Duty], after: Iterable[Duty], day: int) -> Iterable[DutyChange]:
    old, new = _due(before, day), _due(after, day)
    for shared in dict.fromkeys([*old, *new]):
        one, certain_before = old.get(shared, (None, None))
        other, certain_after = new.get(shared, (None, None))
        if certain_before is not certain_after:
            yield DutyChange(one, other, certain_before, certain_after)


def _due(duties: Iterable[Duty], day: int) -> dict[tuple[object, ...], tuple[Duty, Certainty]]:
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
    return duty.holder.value, duty.kind.value, duty.beneficiary.value, duty.treaty.value, duty.iri.value


def _findings(
    differing: Callable[[str], frozenset[str]], worlds: Worlds, phrasing: Phrasing
) -> tuple[tuple[Term, str], ...]:
    found = (
        (worlds.terms[_arguments(atom)[place]], phrasing.finding(predicate, _arguments(atom), worlds.terms).text)
        for predicate, place in _FINDINGS.items()
        for atom in differing(predicate)
    )
    return tuple(sorted(found, key=lambda item: (str(item[0]), item[1])))


def _triples(atoms: Iterable[str], worlds: Worlds) -> set[Triple]:
    """The triples that atoms stand for, less those that RDF does not allow and those that tell of duties."""
    statements = (Statement(*(worlds.terms[name] for name in _arguments(atom))) for atom in atoms)
    triples = (statement.triple() for statement in statements)
    return {triple for triple in triples if triple and not _OWES.match(triple.predicate.value)}


def _clash(atom: str, worlds: Worlds) -> Clash:
    names = dict.fromkeys(_PREMISE.findall(atom))
    return Clash(atom.split('"')[1], tuple(Statement(*(worlds.terms[n] for n in triple)) for triple in names))


def _states(worlds: Worlds) -> Iterable[Term]:
    state = next((name for name, term in worlds.terms.items() if term == _STATE), None)
    for world in (worlds.before, worlds.after):
        for atom in world["t"]:
            if atom.endswith(f",rdf_type,{state})"):
                yield worlds.terms[_arguments(atom)[0]]


def _arguments(atom: str) -> list[str]:
    return atom.partition("(")[2][:-1].split(",")


def _sorted(triples: Iterable[Triple]) -> tuple[Triple, ...]:
    return tuple(sorted(triples, key=str))
