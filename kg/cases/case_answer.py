"""What the graph answers about a case: who owes what to whom, how surely, and on what it turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kg.cases.assess import Assessed, Assessment, Found
from kg.cases.case import Case, CaseKind
from kg.cases.precedents import Precedent, precedents
from kg.cases.record import CaseRecord
from kg.duties.kinds import Kind
from kg.errors import BadInput
from kg.terms import CASUS, Labels, Resource, Term

if TYPE_CHECKING:
    from kg.proofs.explainer import Explainer
    from kg.proofs.proof import Proof

#: How sure what is owed is, by the weakest of its conditions.
_LEVELS = {"met": "certain", "open": "possible", "failed": "none"}
#: The order in which levels are told.
LEVELS = ("breached", "certain", "possible", "none")
#: What is owed besides help.
_BESIDES = (
    CASUS.ConsultationObligation,
    CASUS.NeutralityObligation,
    CASUS.NonaggressionObligation,
    CASUS.AssuranceObligation,
)


@dataclass(frozen=True)
class ConditionAssessment:
    """A condition in a case.

    Attributes:
        condition: the condition, exception, scope or limiting statement.
        result: ``met``, ``open`` or ``failed``.
        question: what a person has to decide, by language, if it is open and says so.
    """

    condition: Resource
    result: str
    question: Mapping[str, str]
    _why: Callable[[], str] = field(repr=False, compare=False)

    @property
    def why(self) -> str:
        """Why it is met, open or failed, in a sentence."""
        return self._why()


@dataclass(frozen=True, repr=False)
class CaseFinding:
    """What one state owes another in a case, under one provision.

    Attributes:
        holder: the state that owes it.
        toward: the state to which it is owed.
        treaty: the instrument.
        provision: the provision, or the instrument where the pledge is known of the whole.
        kind: what is owed.
        level: ``certain``, ``possible`` or ``none``; ``breached`` for peace that the attacker breaks.
        conditions: what it turns on.
        duty: the duty of the derived graph.
        frozen: whether one of the two calls its part in the instrument frozen, which ends no duty.
    """

    holder: Resource
    toward: Resource
    treaty: Resource
    provision: Resource
    kind: Kind
    level: str
    conditions: tuple[ConditionAssessment, ...]
    duty: Resource
    frozen: bool
    _labels: Labels = field(repr=False, compare=False)
    _prove: Callable[[], Proof] = field(repr=False, compare=False)

    def proof(self) -> Proof:
        """Why the level is what it is, down to what the case supposes and to file, line and source.

        Raises:
            CasusError: as for `kg.graph.Graph.explain`.
        """
        return self._prove()

    def __repr__(self) -> str:
        holder, toward, provision = map(self._labels.name, (self.holder, self.toward, self.provision))
        return f"<{self.level}: {holder} owes {toward} {self.kind.english}, {provision}>"


@dataclass(frozen=True)
class OwesBoth:
    """A state that has promised help to both sides, whether or not the case calls for it.

    Attributes:
        holder: the state.
        to_attacker: what it has promised the attacker.
        to_victim: what it has promised the victim.
    """

    holder: Resource
    to_attacker: tuple[CaseFinding, ...]
    to_victim: tuple[CaseFinding, ...]


class CaseAnswer:
    """The answer to a case.

    Attributes:
        case: what is supposed.
        owed: the help that is owed to the victim, and that which is promised and not owed.
        owes_attacker: the same toward the attacker.
        other: who is bound to counsel, neutrality, peace or assurances toward either side, and who breaks it.
        assumed: what was not given and is assumed, in sentences.
    """

    def __init__(
        self,
        case: Case,
        assumed: Iterable[str],
        record: CaseRecord,
        explainer: Callable[[], Explainer],
        language: str,
    ) -> None:
        """Answer a case.

        Args:
            case: the case.
            assumed: what is assumed of it, in sentences.
            record: the graph.
            explainer: gives what proves statements of the graph.
            language: that of reasons and proofs.

        Raises:
            ReasonerError: clingo failed.
        """
        self.case = case
        self.assumed = tuple(assumed)
        self._record = record
        self._explainer = explainer
        self._language = language
        self._assessment = Assessment(case, record)
        found = sorted(self._findings(), key=self._order)
        helping = [
            one
            for one in found
            if one.kind.iri in record.kinds_of_help and one.holder not in (case.attacker, case.victim)
        ]
        self.owed = tuple(one for one in helping if one.toward == case.victim)
        self.owes_attacker = tuple(
            one for one in helping if one.toward == case.attacker and case.kind is not CaseKind.INTERNAL
        )
        self.other = tuple(one for one in found if one.kind.iri in _BESIDES and self._bears(one))

    def label(self, thing: Resource) -> str:
        """How a thing is called."""
        return self._record.labels.name(thing)

    def proof_of(self, duty: Term, provision: Term) -> Proof:
        """Why it is as sure as it is what a duty comes to under a provision; raises as `CaseFinding.proof`.

        Raises:
            BadInput: the case does not turn on it.
        """
        found = (*self.owed, *self.owes_attacker, *self.other)
        one = next((one for one in found if (one.duty, one.provision) == (duty, provision)), None)
        if one is None:
            raise BadInput(f"the case does not turn on {duty} under {provision}")
        return one.proof()

    @cached_property
    def owes_both(self) -> tuple[OwesBoth, ...]:
        """The states that have promised help to both sides."""
        to_victim, to_attacker = ({one.holder for one in side} for side in (self.owed, self.owes_attacker))
        return tuple(
            OwesBoth(
                holder,
                tuple(one for one in self.owes_attacker if one.holder == holder),
                tuple(one for one in self.owed if one.holder == holder),
            )
            for holder in sorted(to_victim & to_attacker, key=self.label)
        )

    @cached_property
    def precedents(self) -> tuple[Precedent, ...]:
        """What was done when clauses of the same instruments were invoked; it never changes what the text says."""
        treaties = {one.treaty for one in (*self.owed, *self.other) if one.toward == self.case.victim}
        return precedents(self._record, treaties, self.case.on)

    def __repr__(self) -> str:
        count = {level: sum(one.level == level for one in self.owed) for level in LEVELS}
        attacker, victim = self.label(self.case.attacker), self.label(self.case.victim)
        return (
            f"<{attacker} against {victim} on {self.case.on}, {self.case.kind.value}: help is owed by "
            f"{count['certain']} for certain, {count['possible']} possibly, {count['none']} not>"
        )

    def _findings(self) -> Iterator[CaseFinding]:
        provisions = {
            (found.duty.duty.iri, wording.obligation): wording.text
            for found in self._assessment.found
            for wording, _ in found.duty.wordings
        }
        for found in self._assessment.found:
            duty = found.duty
            yield CaseFinding(
                duty.holder,
                duty.beneficiary,
                duty.treaty,
                provisions[duty.duty.iri, found.obligation],
                duty.kind,
                self._level(found),
                tuple(map(self._condition, found.conditions)),
                duty.duty.iri,
                bool(duty.freezes),
                self._record.labels,
                lambda found=found: self._proof(found),  # type: ignore[misc]
            )

    def _level(self, found: Found) -> str:
        level, case = _LEVELS[found.result], self.case
        breaks = (
            case.kind is CaseKind.ARMED_ATTACK
            and found.duty.kind.iri == CASUS.NonaggressionObligation
            and (found.duty.holder, found.duty.beneficiary) == (case.attacker, case.victim)
        )
        return "breached" if breaks and level == "certain" else level

    def _bears(self, one: CaseFinding) -> bool:
        """Whether it matters in the case: peace does, if it is owed to or by the attacker."""
        if one.kind.iri == CASUS.NonaggressionObligation:
            return self.case.attacker in (one.holder, one.toward)
        return True

    def _condition(self, assessed: Assessed) -> ConditionAssessment:
        question = self._record.question(assessed.condition) if assessed.result == "open" else {}
        return ConditionAssessment(assessed.condition, assessed.result, question, lambda: self._why(assessed.atom))

    def _why(self, atom: str) -> str:
        step = self._assessment.reason(atom)
        return self._record.phrasing.in_language(self._language).sentence(step.rule, step.values)

    def _proof(self, found: Found) -> Proof:
        return self._explainer().proof_above(self._assessment.step(found.atom), self.case.on, self._language)

    def _order(self, one: CaseFinding) -> tuple[object, ...]:
        return (
            LEVELS.index(one.level),
            one.kind.notation,
            str(one.treaty),
            str(one.provision),
            self.label(one.holder),
        )
