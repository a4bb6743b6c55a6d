"""Checks the steps of proofs about dates, as `proof_checker` checks those of OWL 2 RL: each alone, without a reasoner.

Such a step concludes a finding with the bounds of a period, or a relation of one day. That a thing has no other dates,
or that nothing replaces or suspends it, no step can show; so a period may be wider than what the premises say in what
is possible, and narrower in what is certain.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Collection
from datetime import date

import proof_checker
from proof_checker import Rejected
from pyoxigraph import Literal, NamedNode
from shipped import ID

from kg.day import AFTER_ALL_DAYS, BEFORE_ALL_DAYS
from kg.proofs.step import Finding, Leaf, Step, walk
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS, RDF, XSD

Premise = Statement | Finding
Bounds = tuple[int, int, int, int]

ALWAYS: Bounds = (BEFORE_ALL_DAYS, BEFORE_ALL_DAYS, AFTER_ALL_DAYS, AFTER_ALL_DAYS)
TYPE = RDF.type
KNOWN_TO = CASUS.knownTo
TRUE = Literal("true", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#boolean"))


def check(roots: Collection[Step], asserted: Collection[Statement], day: int) -> int:
    """Check every step of some proofs of what holds on a day; the number of different steps.

    Raises:
        Rejected: a step does not follow by its rule, or a leaf is not asserted.
    """
    checked: set[Step | Leaf] = set()
    for root in roots:
        for node in walk(root):
            if node in checked:
                continue
            checked.add(node)
            premises = [premise.conclusion for premise in node.premises] if isinstance(node, Step) else []
            if isinstance(node, Leaf):
                right = node.conclusion in asserted
            elif node.rule in RULES:
                right = RULES[node.rule](node.conclusion, premises, day)  # type: ignore[arg-type]
            else:
                right = proof_checker.follows(node.rule, node.conclusion, premises)  # type: ignore[arg-type]
            if not right:
                raise Rejected(f"{node.conclusion} does not follow from {premises}")
    return sum(isinstance(node, Step) for node in checked)


def casus(name: str) -> NamedNode:
    return CASUS[name]


def bounds(finding: Finding) -> Bounds:
    possible_from, certain_from, certain_until, possible_until = (finding.values[n] for n in ("PF", "CF", "CU", "PU"))
    assert isinstance(possible_from, int)
    assert isinstance(certain_from, int)
    assert isinstance(certain_until, int)
    assert isinstance(possible_until, int)
    return possible_from, certain_from, certain_until, possible_until


def meet(*periods: Bounds) -> Bounds:
    """What several periods have in common."""
    firsts, begins, ends, lasts = zip(*periods, strict=True)
    return max(firsts), max(begins), min(ends), min(lasts)


def allows(shown: Bounds, concluded: Bounds) -> bool:
    """Whether a conclusion says no more than what is shown."""
    return (
        concluded[0] <= shown[0] and shown[1] <= concluded[1] and concluded[2] <= shown[2] and shown[3] <= concluded[3]
    )


def found(premises: Collection[Premise], name: str, **values: object) -> list[Finding]:
    """The findings of a kind among the premises that have these values."""
    return [
        premise
        for premise in premises
        if isinstance(premise, Finding)
        and premise.name == name
        and all(premise.values[key] == value for key, value in values.items())
    ]


def says(premises: Collection[Premise], subject: object, predicate: NamedNode, value: object) -> bool:
    return any(isinstance(p, Statement) and tuple(p) == (subject, predicate, value) for p in premises)


def days(literal: object, precision: object) -> tuple[int, int]:
    """The first and the last day that a date may mean."""
    assert isinstance(literal, Literal)
    year, month, day = (int(part) for part in literal.value[:10].split("-"))
    if precision == NamedNode(ID + "precision/year"):
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    if precision == NamedNode(ID + "precision/month"):
        return date(year, month, 1).toordinal(), date(year, month, monthrange(year, month)[1]).toordinal()
    return date(year, month, day).toordinal(), date(year, month, day).toordinal()


def shown_day(day: object) -> str:
    return date.fromordinal(day).isoformat() if isinstance(day, int) and BEFORE_ALL_DAYS < day < AFTER_ALL_DAYS else ""


def period(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    about = {
        p.predicate: p.object for p in premises if isinstance(p, Statement) and p.subject == conclusion.values["X"]
    }
    first, begin = ALWAYS[:2]
    if casus("begins") in about:
        first, begin = days(about[casus("begins")], about.get(casus("beginPrecision")))
    elif casus("signedOn") in about:
        first, begin = days(about[casus("signedOn")], None)
    elif casus("beginsNotBefore") in about or casus("beginsNotAfter") in about:
        first, begin = ALWAYS[0], ALWAYS[3]
        if casus("beginsNotBefore") in about:
            first = days(about[casus("beginsNotBefore")], None)[0]
        if casus("beginsNotAfter") in about:
            begin = days(about[casus("beginsNotAfter")], None)[0]
    end, last = ALWAYS[2:]
    if casus("ends") in about:
        end, last = days(about[casus("ends")], about.get(casus("endPrecision")))
    elif casus("endsNotBefore") in about or casus("endsNotAfter") in about:
        end, last = ALWAYS[0], ALWAYS[3]
        if casus("endsNotBefore") in about:
            end = days(about[casus("endsNotBefore")], None)[0]
        if casus("endsNotAfter") in about:
            last = days(about[casus("endsNotAfter")], None)[0]
    return allows((first, begin, end, last), bounds(conclusion))


def party(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    episode, state, treaty = (conclusion.values[name] for name in ("E", "S", "T"))
    return says(premises, episode, casus("party"), state) and says(premises, episode, casus("toTreaty"), treaty)


def party_by_succession(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    episode = conclusion.values["E"]
    succeeds = any(isinstance(p, Statement) and p[:2] == (episode, casus("succeedsEpisode")) for p in premises)
    return succeeds and party(conclusion, premises, day)


def party_by_membership(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    episode, state, treaty = (conclusion.values[name] for name in ("E", "S", "T"))
    return says(premises, episode, casus("member"), state) and any(
        says(premises, episode, casus("inOrganization"), p.subject)
        for p in premises
        if isinstance(p, Statement) and (p.predicate, p.object) == (casus("foundedOn"), treaty)
    )


def signatory(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    episode, state, treaty = (conclusion.values[name] for name in ("E", "S", "T"))
    signed = says(premises, episode, TYPE, casus("SignatoryEpisode")) and dates(premises, (episode,), "signedOn")
    named = says(premises, episode, casus("affiliate"), state)
    return bool(signed) and named and says(premises, episode, casus("affiliatedWith"), treaty)


def provisional_application(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    episode, state, treaty = (conclusion.values[name] for name in ("E", "S", "T"))
    applied = says(premises, episode, casus("provisionalApplier"), state)
    return applied and says(premises, episode, casus("appliesProvisionally"), treaty)


def lasting(conclusion: Finding, premises: Collection[Premise]) -> list[Bounds]:
    """The periods of the episode and of the treaty by which a state is bound, if it is shown to be bound."""
    episode, state, treaty = (conclusion.values[name] for name in ("E", "S", "T"))
    bound = found(premises, "bound", S=state, T=treaty, E=episode)
    periods = [bounds(p) for thing in (episode, treaty) for p in found(premises, "period", X=thing)]
    return periods if bound and len(periods) == 2 else []


def in_force(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    periods = lasting(conclusion, premises)
    return bool(periods) and allows(meet(*periods), bounds(conclusion))


def dates(premises: Collection[Premise], things: Collection[object], *names: str) -> list[int]:
    """The days on which something was done, as statements about some things say."""
    predicates = [casus(name) for name in names]
    return [
        days(p.object, None)[0]
        for p in premises
        if isinstance(p, Statement) and p.subject in things and p.predicate in predicates
    ]


def signature(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    """Signature shows no day on which an instrument entered into force."""
    signed = dates(premises, (conclusion.values["E"], conclusion.values["T"]), "signedOn")
    return bool(signed) and bounds(conclusion)[1] == ALWAYS[3] and in_force(conclusion, premises, day)


def later_consent(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    consent = dates(premises, (conclusion.values["E"],), "ratifiedOn", "accededOn")
    certain_from = bounds(conclusion)[1]
    return any(certain_from >= given for given in consent) and in_force(conclusion, premises, day)


def provisional_stay(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    episode, state, treaty = (conclusion.values[name] for name in ("E", "S", "T"))
    applied = says(premises, episode, casus("provisionalApplier"), state)
    periods = lasting(conclusion, premises)
    if not (applied and says(premises, episode, casus("appliesProvisionally"), treaty) and periods):
        return False
    return allows(meet(periods[0], (*ALWAYS[:2], *periods[1][2:])), bounds(conclusion))


def clause(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    if conclusion.name == "wording":
        return wording(conclusion, premises)
    first, last, kind, treaty = (conclusion.values[name] for name in ("F", "L", "K", "T"))
    promised = any(
        says(premises, p.object, TYPE, kind)
        for p in premises
        if isinstance(p, Statement) and (p.subject, p.predicate) == (first, casus("createsObligation"))
    )
    of_treaty = first == treaty or says(premises, first, casus("provisionOf"), treaty)
    begun, ended = (found(premises, "period", X=wording) for wording in (first, last))
    if not (promised and of_treaty and begun and ended):
        return False
    replaced = {p.object: p.subject for p in premises if isinstance(p, Statement) and p.predicate == casus("replaces")}
    while first != last:
        if first not in replaced:
            return False
        first = replaced[first]  # type: ignore[index]
    return allows((*bounds(begun[0])[:2], *bounds(ended[0])[2:]), bounds(conclusion))


def wording(conclusion: Finding, premises: Collection[Premise]) -> bool:
    """A clause in one wording: the provision creates the obligation while the provision holds."""
    value = conclusion.values
    shown = found(premises, "period", X=value["P"])
    return (
        says(premises, value["P"], casus("createsObligation"), value["O"])
        and says(premises, value["O"], TYPE, value["K"])
        and bool(shown)
        and allows(bounds(shown[0]), bounds(conclusion))
    )


def freeze(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    value = conclusion.values
    shown = found(premises, "period", X=value["I"])
    bound = {p.values["S"] for p in found(premises, "bound", T=value["T"])}
    return (
        says(premises, value["I"], TYPE, casus("FreezeEpisode"))
        and bound == {value["H"], value["B"]}
        and bool(shown)
        and allows(bounds(shown[0]), bounds(conclusion))
    )


def duty(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    value = conclusion.values
    clauses = found(premises, "clause", F=value["F"], L=value["L"], K=value["K"], T=value["T"])
    bound = [
        stay
        for state, episode in (("H", "EH"), ("B", "EB"))
        for stay in found(premises, "stay", S=value[state], E=value[episode], T=value["T"])
    ]
    return (
        value["H"] != value["B"]
        and len(clauses) == 1
        and len(bound) == 2
        and allows(after_exclusion(meet(*map(bounds, (*clauses, *bound))), conclusion, premises), bounds(conclusion))
    )


def after_exclusion(shown: Bounds, duty: Finding, premises: Collection[Premise]) -> Bounds:
    """What is left of a period after statements of the two states that exclude the obligation."""
    for premise in premises:
        if isinstance(premise, Statement) and premise.predicate == casus("excludesObligation"):
            maker = any(says(premises, premise.subject, casus("madeBy"), duty.values[side]) for side in ("H", "B"))
            for stands in found(premises, "period", X=premise.subject) if maker else ():
                since = bounds(stands)[3] + 1
                shown = max(shown[0], since), max(shown[1], since), *shown[2:]
    return shown


def named_sides(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    obligation, holder, beneficiary = (conclusion.values[name] for name in ("O", "H", "B"))
    by = says(premises, obligation, casus("owedOnlyBy"), holder)
    to = says(premises, obligation, casus("owedOnlyTo"), beneficiary)
    created = any(isinstance(p, Statement) and p[1:] == (casus("createsObligation"), obligation) for p in premises)
    open_side = found(premises, "bound", S=beneficiary) if by else found(premises, "bound", S=holder)
    return holder != beneficiary and created and ((by and to) or ((by or to) and bool(open_side)))


def one_sided_duty(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    value = conclusion.values
    named = any(
        says(premises, value["F"], casus("createsObligation"), sides.values["O"])
        and says(premises, sides.values["O"], TYPE, value["K"])
        for sides in found(premises, "directed", H=value["H"], B=value["B"])
    )
    clauses = found(premises, "clause", F=value["F"], L=value["L"], K=value["K"], T=value["T"])
    holder = found(premises, "stay", S=value["H"], E=value["EH"], T=value["T"])
    beneficiary = found(premises, "stay", S=value["B"], E=value["EB"], T=value["T"])
    if says(premises, value["EB"], casus("affiliate"), value["B"]):
        beneficiary = found(premises, "period", X=value["EB"])
    elif value["EB"] == value["EH"]:  # it is only named
        beneficiary = holder
    if not (named and clauses and holder and beneficiary):
        return False
    shown = meet(bounds(clauses[0]), bounds(holder[0]), bounds(beneficiary[0]))
    return allows(after_exclusion(shown, conclusion, premises), bounds(conclusion))


def standing(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    value = conclusion.values
    stays = found(premises, "stay", E=value["E"], S=value["S"], T=value["X"])
    if value["R"] == casus("partyTo") and stays:
        return allows(bounds(stays[0]), bounds(conclusion))
    ties = (("member", "inOrganization"), ("affiliate", "affiliatedWith"))
    tied = any(
        says(premises, value["E"], casus(of), value["S"]) and says(premises, value["E"], casus(to), value["X"])
        for of, to in ties
    )
    shown = found(premises, "period", X=value["E"])
    return tied and bool(shown) and allows(bounds(shown[0]), bounds(conclusion))


def interruption(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    value = conclusion.values
    shown = found(premises, "period", X=value["E"])
    interrupts = any(isinstance(p, Statement) and p[:2] == (value["E"], casus("interrupts")) for p in premises)
    return interrupts and bool(shown) and allows(bounds(shown[0]), bounds(conclusion))


def suspension(conclusion: Finding, premises: Collection[Premise], day: int) -> bool:
    value = conclusion.values
    interrupted = [
        p.object for p in premises if isinstance(p, Statement) and p[:2] == (value["I"], casus("interrupts"))
    ]
    bound = {
        finding.values["S"]: finding.values["E"]
        for state in ("H", "B")
        for finding in found(premises, "bound", S=value[state], T=value["T"])
    }
    shown = found(premises, "period", X=value["I"])
    return (
        says(premises, value["I"], TYPE, casus("SuspensionEpisode"))
        and bound.keys() == {value["H"], value["B"]}
        and any(episode in interrupted for episode in bound.values())
        and bool(shown)
        and allows(bounds(shown[0]), bounds(conclusion))
    )


def on_the_date(name: str, how: str, relates: Callable[..., bool]):  # type: ignore[no-untyped-def]
    """A rule by which something holds on the day because a finding does: for certain, presumably or possibly."""

    def function(conclusion: Statement, premises: Collection[Premise], day: int) -> bool:
        return any(
            holds(finding, premises, day, how) and relates(finding, conclusion, premises)
            for finding in found(premises, name)
        )

    return function


def holds(finding: Finding, premises: Collection[Premise], day: int, how: str) -> bool:
    """Whether the bounds of a finding allow it on the day, presumably only after the sources' last day."""
    first, begin, end, last = bounds(finding)
    if how == "possible":
        return first <= day <= last and (not begin <= day <= end or may_be_suspended(finding, premises, day))
    known = [days(p.object, None)[0] for p in premises if isinstance(p, Statement) and p.predicate == KNOWN_TO]
    return begin <= day <= end and (how == "certain") == (not known) and all(reached < day for reached in known)


def may_be_suspended(duty: Finding, premises: Collection[Premise], day: int) -> bool:
    """Whether a suspension is shown that may cover the day, but does not for certain."""
    suspensions = [bounds(p) for p in found(premises, "suspended", **{n: duty.values[n] for n in ("H", "B", "T")})]
    return any(first <= day <= last and not begin <= day <= end for first, begin, end, last in suspensions)


def owes(name: str) -> Callable[..., bool]:
    def relates(finding: Finding, conclusion: Statement, premises: Collection[Premise]) -> bool:
        said = says(premises, finding.values["K"], casus(name), conclusion.predicate)
        return said and (conclusion.subject, conclusion.object) == (finding.values["H"], finding.values["B"])

    return relates


def allied(relation: str) -> Callable[..., bool]:
    def relates(finding: Finding, conclusion: Statement, premises: Collection[Premise]) -> bool:
        pair = {finding.values["H"], finding.values["B"]}
        military = says(premises, finding.values["K"], casus("makesAllies"), TRUE)
        return military and {conclusion.subject, conclusion.object} == pair and conclusion.predicate == casus(relation)

    return relates


def stands(variable: str) -> Callable[..., bool]:
    def relates(finding: Finding, conclusion: Statement, premises: Collection[Premise]) -> bool:
        return tuple(conclusion) == tuple(finding.values[name] for name in ("S", variable, "X"))

    return relates


def is_due(how: str) -> Callable[..., bool]:
    """A rule that tells what is said of a duty that is due on the day."""

    def relates(duty: Finding, conclusion: Statement, premises: Collection[Premise]) -> bool:
        carried = conclusion.predicate.value.removeprefix(CASUS.iri)
        since = duty.values["PF" if how == "possible" else "CF"]
        texts = [(wording.values["P"], wording.values["O"]) for wording in found(premises, "wording")]
        repeated = (p.object for p in premises if isinstance(p, Statement) and any(p.subject in t for t in texts))
        fits = {
            "dueKind": conclusion.object == duty.values["K"],
            "dueCertainty": conclusion.object == Literal(how),
            "dueFrozen": (conclusion.object == TRUE) == bool(found(premises, "frozen")),
            "dueSince": conclusion.object == Literal(f"{shown_day(since)}T00:00:00Z", datatype=XSD.dateTime),
            "dueProvision": conclusion.object in [provision for provision, _ in texts],
            "dueObligation": conclusion.object in [obligation for _, obligation in texts],
            "suspendedOnGround": on_ground(conclusion, premises),
            "dueLimitedBy": any(says(premises, conclusion.object, casus("limitsObligation"), o) for _, o in texts)
            and any(says(premises, conclusion.object, casus("madeBy"), duty.values[side]) for side in ("H", "B")),
        }
        if conclusion.predicate == TYPE:
            return conclusion.object == casus("DueDuty")
        return fits.get(carried, conclusion.object in repeated)

    return on_the_date("duty", how, relates)


def on_ground(conclusion: Statement, premises: Collection[Premise]) -> bool:
    grounds = (
        says(premises, p.values["I"], casus("onGround"), conclusion.object) for p in found(premises, "suspended")
    )
    return any(grounds)


def is_suspended(conclusion: Statement, premises: Collection[Premise], day: int) -> bool:
    """What is said of a duty that some suspension covers on the day for certain."""
    covered = any(
        bounds(duty)[0] <= day <= bounds(duty)[3] and begin <= day <= end
        for duty in found(premises, "duty")
        for _, begin, end, _ in map(
            bounds, found(premises, "suspended", **{n: duty.values[n] for n in ("H", "B", "T")})
        )
    )
    named = conclusion.predicate == TYPE and conclusion.object == casus("SuspendedDuty")
    return covered and (named or on_ground(conclusion, premises))


RULES: dict[str, Callable[..., bool]] = {
    "period": period,
    "party": party,
    "party-by-succession": party_by_succession,
    "party-by-membership": party_by_membership,
    "signatory": signatory,
    "provisional-application": provisional_application,
    "in-force": in_force,
    "signature": signature,
    "later-consent": later_consent,
    "provisional-stay": provisional_stay,
    "clause": clause,
    "named-sides": named_sides,
    "duty": duty,
    "one-sided-duty": one_sided_duty,
    "standing": standing,
    "interruption": interruption,
    "suspension": suspension,
    "freeze": freeze,
    "duty-on-the-date": on_the_date("duty", "certain", owes("dutyRelation")),
    "presumed-duty-on-the-date": on_the_date("duty", "presumed", owes("possibleDutyRelation")),
    "possible-duty-on-the-date": on_the_date("duty", "possible", owes("possibleDutyRelation")),
    "allies-on-the-date": on_the_date("duty", "certain", allied("alliedWith")),
    "presumed-allies-on-the-date": on_the_date("duty", "presumed", allied("possiblyAlliedWith")),
    "possible-allies-on-the-date": on_the_date("duty", "possible", allied("possiblyAlliedWith")),
    "status-on-the-date": on_the_date("status", "certain", stands("R")),
    "presumed-status-on-the-date": on_the_date("status", "presumed", stands("Q")),
    "possible-status-on-the-date": on_the_date("status", "possible", stands("Q")),
    "due-on-the-date": is_due("certain"),
    "presumed-due-on-the-date": is_due("presumed"),
    "possible-due-on-the-date": is_due("possible"),
    "suspended-on-the-date": is_suspended,
}
