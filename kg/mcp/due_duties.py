"""The tool `owed`: who owes what to whom on a day, by clause, with what the text says and where that is from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from pyoxigraph import NamedNode

from kg.duties.due import DutyOnDay
from kg.duties.kinds import Kind, find_kind
from kg.errors import BadInput
from kg.mcp.proof_steps import ProvedStatement, prove
from kg.mcp.teller import Teller
from kg.mcp.typed import Told, ToldThing
from kg.terms import Resource
from kg.web.views.clauses import OwedClause, clauses
from kg.web.views.question import Asked, answer_in_words, counted, kind_words

#: Clauses that are told, fewer where no state is named, states in a group of them, and duties that are proved.
_MOST, _MOST_OF_ALL, _MOST_STATES, _MOST_PROVED = 25, 8, 60, 2
_SOURCES = "SELECT ?thing ?source WHERE { VALUES ?thing { %s } ?thing dcterms:source ?source } ORDER BY ?thing ?source"


class BoundStates(Told):
    """States that a clause binds in the same way."""

    certainty: str
    """certain; presumed: certain to the last day of the sources and not ended since; possible; or suspended."""

    frozen: bool = False
    """Whether one of the two declared its part frozen, which ends no duty."""

    holders: list[ToldThing]
    """Who owes it."""

    beneficiaries: list[ToldThing]
    """To whom, each holder to each other state of these."""

    duties: int
    """How many duties these are, of a holder to a beneficiary; states are cut off after some."""


class ClauseText(ToldThing):
    """An article that is in force on the day."""

    says: str | None = None
    """What it says, in our words."""


class DueClause(Told):
    """What one clause obliges to on the day."""

    treaty: ToldThing
    """The instrument."""

    kind: str
    """What is owed."""

    texts: list[ClauseText] = []
    """The articles; none where the duty is known of the instrument as a whole."""

    binding: bool
    """Whether it binds whoever is party; else it leaves to each whether to take part, so that nothing is owed."""

    conditions: list[ToldThing] = []
    """On what it turns."""

    exceptions: list[ToldThing] = []
    """When it is not owed."""

    bound: list[BoundStates]
    """Who is bound, the surest first."""

    sources: list[ToldThing] = []
    """Where the articles are from. Cite these."""


class ProofOf(Told):
    """A statement to give to the tool explain."""

    s: str
    """The subject."""

    p: str
    """The property."""

    o: str
    """The object."""

    as_of: date
    """The day."""


class DueDuties(Told):
    """Who owes what to whom on a day."""

    answer: str | None = None
    """The answer in a sentence."""

    clauses: list[DueClause] = []
    """By what, the surest first."""

    more: int = 0
    """How many clauses more there are; name a state or a kind."""

    at_least: bool = False
    """Whether the record may lack some: what is counted is at least that."""

    caveats: list[str] = []
    """What to know before this is passed on."""

    explain_with: list[ProofOf] = []
    """Statements that the tool explain proves."""

    proofs: list[ProvedStatement] = []
    """The proofs of the first of them, if they were asked for."""


def tell_owed(
    teller: Teller,
    on: date,
    holder: NamedNode | None,
    beneficiary: NamedNode | None,
    kind: str | None,
    proof: bool,
) -> DueDuties:
    """Who owes what to whom.

    Args:
        teller: whom to ask.
        on: the day.
        holder: only what this state owes.
        beneficiary: only what this state is owed.
        kind: only this kind, by its short name.
        proof: whether the first duties are proved.

    Raises:
        BadInput: there are no duties here, or no such kind.
    """
    library, view = teller.service.library, teller.view
    timeline = library.timeline
    if timeline is None:
        raise BadInput("no duties are on record here")
    wanted = find_kind(timeline.kinds, kind) if kind is not None and kind.strip() else None
    found = timeline.duties_on(
        on, holder=holder, beneficiary=beneficiary, kind=wanted.iri if wanted is not None else None
    )
    shown = clauses(view, found)
    asked = Asked(wanted, beneficiary, holder, on)
    one_side = holder is not None or beneficiary is not None
    most = _MOST if one_side else _MOST_OF_ALL
    sources = _sources(teller, shown[:most])
    caveat = library.currency.caveat(on)
    provable = list(dict.fromkeys(_provable(teller, found, on))) if one_side else []
    return DueDuties(
        answer=answer_in_words(view, asked, counted(asked, shown)) if one_side else None,
        clauses=[_clause(teller, clause, sources) for clause in shown[:most]],
        more=max(0, len(shown) - most),
        at_least=_may_lack(teller, asked),
        caveats=[] if caveat is None else [caveat],
        explain_with=provable[:10],
        proofs=[prove(teller, one.s, one.p, one.o, on) for one in provable[:_MOST_PROVED]] if proof else [],
    )


def _may_lack(teller: Teller, asked: Asked) -> bool:
    state = asked.to or asked.by
    timeline = teller.service.library.timeline
    if state is None or timeline is None:
        return True
    kinds: Iterable[Kind] = timeline.kinds if asked.kind is None else [asked.kind]
    completeness = teller.service.library.completeness
    return not all(completeness.has_all(kind.relation, state, asked.on) for kind in kinds)


def _clause(teller: Teller, clause: OwedClause, sources: dict[Resource, list[NamedNode]]) -> DueClause:
    texts = [text for text in clause.texts if text.provision != clause.treaty]
    cited = dict.fromkeys(source for text in clause.texts for source in sources.get(text.provision, ()))
    return DueClause(
        treaty=teller.named(clause.treaty),
        kind=kind_words(teller.view, clause.kind),
        texts=[
            ClauseText(term=teller.term(text.provision), label=teller.view.name(text.provision), says=text.words)
            for text in texts
        ],
        binding=clause.binding,
        conditions=teller.named_all(clause.conditions),
        exceptions=teller.named_all(clause.exceptions),
        bound=[_bound(teller, group) for group in clause.alike],
        sources=teller.named_all(cited),
    )


def _bound(teller: Teller, group: list[DutyOnDay]) -> BoundStates:
    holders = list(dict.fromkeys(duty.holder for duty in group))
    beneficiaries = list(dict.fromkeys(duty.beneficiary for duty in group))
    certainty = group[0].certainty
    return BoundStates(
        certainty=certainty.value if certainty is not None else "suspended",
        frozen=bool(group[0].freezes),
        holders=teller.named_all(holders[:_MOST_STATES]),
        beneficiaries=teller.named_all(beneficiaries[:_MOST_STATES]),
        duties=len(group),
    )


def _sources(teller: Teller, shown: Iterable[OwedClause]) -> dict[Resource, list[NamedNode]]:
    """The sources of what the clauses say, or of the treaties where these have none."""
    things = dict.fromkeys(text.provision for clause in shown for text in clause.texts)
    found: dict[Resource, list[NamedNode]] = defaultdict(list)
    if things:
        for thing, source in teller.asker().select(_SOURCES % " ".join(map(str, things))):
            if isinstance(thing, NamedNode) and isinstance(source, NamedNode):
                found[thing].append(source)
    return found


def _provable(teller: Teller, found: Iterable[DutyOnDay], on: date) -> Iterable[ProofOf]:
    """The relations of the day that the duties come to."""
    for duty in found:
        if duty.certainty is not None:
            certain = duty.certainty.value == "certain"
            relation = duty.kind.relation if certain else duty.kind.possible_relation
            yield ProofOf(
                s=teller.term(duty.holder), p=teller.term(relation), o=teller.term(duty.beneficiary), as_of=on
            )
