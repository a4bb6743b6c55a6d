"""The layer of duties over time: what its rules derive from a closure, kept for questions about any day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property

from pyoxigraph import Triple

from kg.duties.by_property import ByProperty
from kg.duties.findings import BOUNDS, READ, Findings
from kg.duties.kinds import KIND_PROPERTIES, read_kinds
from kg.duties.model import Derived, Duty, EpisodeStatus
from kg.duties.rules import VOCABULARIES, bearing, duty_facts, obligations
from kg.duties.timeline import RuleFindings, Timeline, read_timeline
from kg.proofs.layer import Layer
from kg.proofs.phrasing import Phrasing
from kg.proofs.step import Finding, Step
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS, Term

#: Atoms that are asked for one by one. Each takes longer than the one before, and some fifty as long as to read all.
_FEW = 40


class DutiesLayer:
    """What the rules of duties over time derive from a closure.

    Attributes:
        phrasing: how terms are read.
        timeline: the duties, statuses, calls for help and conflicts.
        items: those that have a name, by their names.
        makes_allies: the statements that kinds of obligation make allies, by these kinds.
        known_to: the statement to which day the sources reach, if there is one.
        derived: what the derived graph says of a finding, given its name.
    """

    def __init__(self, closure: Sequence[Triple], phrasing: Phrasing, timeline: Timeline | None = None) -> None:
        """Derive the duties of a graph.

        Args:
            closure: all that is asserted and inferred.
            phrasing: how terms are read.
            timeline: the duties over time, if they are known.

        Raises:
            ReasonerError: clingo failed.
        """
        self.phrasing = phrasing
        graph = ByProperty(closure)
        self._kinds = read_kinds(graph.of(KIND_PROPERTIES))
        self._layer = Layer(bearing(graph), obligations(), phrasing, vocabularies=VOCABULARIES, facts=duty_facts)
        self._left_to_ask = 0 if timeline is None else _FEW  # those that tell of the duties have been read then
        self.timeline = timeline or read_timeline(RuleFindings.by(self._findings), graph)
        self.items: Mapping[Term, Derived] = {item.iri: item for item in self.timeline.derived}
        self.makes_allies = {
            triple.subject: Statement(*triple) for triple in closure if triple.predicate == CASUS.makesAllies
        }
        stated = self.timeline.currency.stated
        self.known_to: Sequence[Statement] = [Statement(*stated)] if stated else []
        self.derived = cache(self._derived)

    def prove(self, goals: Iterable[str]) -> dict[str, Step]:
        """The last step of the cheapest proof of each of some derived atoms.

        Raises:
            ReasonerError: clingo failed.
        """
        return self._layer.prove(list(dict.fromkeys(goals)))

    def basis(self, item: EpisodeStatus | Duty) -> Sequence[str]:
        """The atom that an item stands for.

        Raises:
            ReasonerError: clingo failed.
        """
        if isinstance(item, Duty):
            key: tuple[Term, ...] = (item.iri,)
            between = (item.kind.iri, item.treaty, item.holder, item.beneficiary, *item.episodes)
            pattern: tuple[str, tuple[Term | str, ...]] = ("duty", ("F", "L", *between, *BOUNDS))
        else:
            key = (item.episode, item.state, item.relation, item.object)
            pattern = ("status", (*key[:3], "Q", item.object, *BOUNDS))
        if self._left_to_ask:
            self._left_to_ask -= 1
            found = self._layer.matching(*pattern)
            if len(found) == 1:  # an instrument may have several clauses of one kind, which names tell apart
                return found
        return self._findings.basis[key]

    def atoms(self, name: Term, terms: Iterable[Term]) -> list[str]:
        """The atoms that a finding stands for, and those by which some terms are said of it."""
        basis = self._findings.basis
        said = (atom for term in terms for atom in basis.get((name, term), ()))
        return list(dict.fromkeys([*basis[(name,)], *said]))

    def other_days(self, statement: Statement) -> tuple[Finding, ...]:
        """What is known of days on which a relation holds, certainly or possibly, in the order of time."""
        subject, predicate, value = statement
        allied = predicate in (CASUS.alliedWith, CASUS.possiblyAlliedWith)
        items: list[EpisodeStatus | Duty] = [
            status
            for status in self.timeline.statuses
            if (status.state, status.object) == (subject, value) and predicate in (status.relation, status.twin)
        ]
        for duty in self.timeline.duties:
            pair, kind = (duty.holder, duty.beneficiary), duty.kind
            owes = pair == (subject, value) and predicate in (kind.relation, kind.possible_relation)
            if owes or (allied and kind.makes_allies and {*pair} == {subject, value}):
                items.append(duty)
        items.sort(key=lambda item: item.period.possible_from)
        return tuple(self._layer.finding(atom) for item in items for atom in self.basis(item))

    @cached_property
    def _findings(self) -> Findings:
        """What the rules derived, with the atoms of all."""
        atoms = (
            atom
            for name, _, arity in (signature.partition("/") for signature in READ)
            for atom in self._layer.atoms(name, int(arity))
        )
        return Findings(atoms, self._layer.terms, self._kinds, self.phrasing.namespaces.id)

    def _derived(self, name: Term) -> frozenset[Triple]:
        return frozenset(self.timeline.triples([self.items[name]]))
