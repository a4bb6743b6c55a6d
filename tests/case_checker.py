"""Checks the steps of proofs about supposed cases, as `duty_checker` checks those about dates: each alone.

What a test finds in which situation is written down here again, from what the concepts of tests say. That nothing else
limits a duty, or that an area lies in no scope, no step can show; that a level is the weakest of what is shown, it can.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import duty_checker
import proof_checker
from duty_checker import Premise, casus, found, says
from proof_checker import Rejected
from pyoxigraph import Literal, NamedNode
from shipped import ID

from kg.proofs.step import Finding, Leaf, Step, walk
from kg.reasoning.inconsistency import Statement

WEAKEST_FIRST = ("failed", "open", "met")

SITUATIONS = {
    "armed-attack": ("attacked", {"attacking", "attacking_at_home"}),
    "threat": ("threatened", {"threatening"}),
    "aggression-by-victim": ("attacking", {"attacked"}),
    "internal": ("in_unrest", {"in_unrest"}),
}

#: Situation -> what each test finds in it; a test that is not named finds that the condition has failed.
FOUND = {
    "attacked": dict.fromkeys(("armed-attack", "aggression", "threat", "war", "external"), "met")
    | {"attack-and-war": "open"},
    "attacking": {"war": "met", "external": "met"},
    "attacking_at_home": dict.fromkeys(("armed-attack", "aggression", "threat", "attack-and-war"), "open")
    | {"war": "met", "external": "met"},
    "threatened": {"threat": "met", "external": "met", "aggression": "open"},
    "threatening": {"external": "met"},
    "in_unrest": {"unrest": "open"},
}
BY_SITUATION = {"armed-attack", "attack-and-war", "aggression", "threat", "war", "unrest", "external", "not-supposed"}


def check(root: Step, asserted: Collection[Statement], supposed: Collection[Statement], day: int) -> int:
    """Check every step of a proof of what is owed in a case; the number of steps of the rules of cases.

    Raises:
        Rejected: a step does not follow by its rule, or a leaf is neither asserted nor supposed.
    """
    steps = 0
    for node in walk(root):
        premises = [premise.conclusion for premise in node.premises] if isinstance(node, Step) else []
        if isinstance(node, Leaf):
            right = node.conclusion in asserted or node.conclusion in supposed
        elif node.rule in RULES:
            steps += 1
            right = RULES[node.rule](node.conclusion, premises)  # type: ignore[arg-type]
        elif node.rule in duty_checker.RULES:
            right = duty_checker.RULES[node.rule](node.conclusion, premises, day)  # type: ignore[arg-type]
        else:
            right = proof_checker.follows(node.rule, node.conclusion, premises)  # type: ignore[arg-type]
        if not right:
            raise Rejected(f"{node.conclusion} does not follow by {node.rule} from {premises}")  # type: ignore[union-attr]
    return steps


def tests_of(premises: Collection[Premise], thing: object) -> set[str]:
    """The tests that the premises name for a condition or a statement."""
    return {
        premise.object.value.rpartition("/")[2]
        for premise in premises
        if isinstance(premise, Statement) and premise[:2] == (thing, casus("testedBy"))
    }


def concerns(premises: Collection[Premise], thing: object, state: object) -> bool:
    return says(premises, thing, casus("concernsState"), state)


def weakest(results: Collection[object]) -> object:
    return min(results, key=WEAKEST_FIRST.index)  # type: ignore[arg-type]


def situation(conclusion: Finding, premises: Collection[Premise]) -> bool:
    of = {p.predicate: p.object for p in premises if isinstance(p, Statement)}
    attacker, victim, kind = (of[casus(f"supposed{name}")] for name in ("Attacker", "Victim", "Kind"))
    toward_victim, toward_attacker = SITUATIONS[kind.value.rpartition("/")[2]]
    side = conclusion.values["B"], conclusion.values["A"], conclusion.values["S"]
    return side == (victim, attacker, toward_victim) or (side[:2] == (attacker, victim) and side[2] in toward_attacker)


def by_situation(conclusion: Finding, premises: Collection[Premise]) -> bool:
    value = conclusion.values
    return any(
        FOUND[str(side.values["S"])].get(test, "failed") == value["R"]
        for side in found(premises, "side", B=value["B"])
        for test in tests_of(premises, value["C"]) & BY_SITUATION
    )


def by_test(tests: Collection[str], result: str) -> Callable[[Finding, Collection[Premise]], bool]:
    """A condition with one of these tests has this result."""
    return lambda conclusion, premises: (
        conclusion.values["R"] == result and bool(tests_of(premises, conclusion.values["C"]) & set(tests))
    )


def for_a_person(conclusion: Finding, premises: Collection[Premise]) -> bool:
    return conclusion.values["R"] == "open" and tests_of(premises, conclusion.values["C"]) <= {"person"}


def request(told: str | None) -> Callable[[Finding, Collection[Premise]], bool]:
    """Whether help was requested is what the case supposes of it."""

    def function(conclusion: Finding, premises: Collection[Premise]) -> bool:
        result = {"true": "met", "false": "failed", None: "open"}[told]
        supposed = [
            p.object.value
            for p in premises
            if isinstance(p, Statement) and p.predicate == casus("supposesRequest") and isinstance(p.object, Literal)
        ]
        asked = "request" in tests_of(premises, conclusion.values["C"])
        return asked and conclusion.values["R"] == result and supposed == ([told] if told else [])

    return function


def state_concerned(named: bool) -> Callable[[Finding, Collection[Premise]], bool]:
    """A clause for or against some states, of which the other side is one or none."""

    def function(conclusion: Finding, premises: Collection[Premise]) -> bool:
        value = conclusion.values
        thing = value["C"] if "C" in value else value["L"]
        tests = tests_of(premises, thing)
        sides = [p for p in premises if isinstance(p, Finding) and p.name == "side"]
        shown = any(concerns(premises, thing, side.values["A"]) for side in sides)
        result = "met" if ("only-against" in tests) == named else "failed"
        return (
            shown == named and value["R"] == result and bool(tests & {"only-against", "not-against", "new-belligerent"})
        )

    return function


def as_assessed(conclusion: Finding, premises: Collection[Premise]) -> bool:
    value = conclusion.values
    return bool(found(premises, "tested", O=value["O"], B=value["B"], C=value["C"], R=value["R"]))


def of_every_clause(condition: str | None, result: str, *situations: str) -> Callable[..., bool]:
    """A condition that no text states, in one of some situations of the party; without any, in all."""

    def function(conclusion: Finding, premises: Collection[Premise]) -> bool:
        value = conclusion.values
        named = condition is None or value["C"] == NamedNode(f"{ID}condition/{condition}")
        sides = found(premises, "side", B=value["B"])
        return named and value["R"] == result and any(not situations or s.values["S"] in situations for s in sides)

    return function


def all_conditions(conclusion: Finding, premises: Collection[Premise]) -> bool:
    value = conclusion.values
    shown = found(premises, "assessed", O=value["O"], B=value["B"])
    return bool(shown) and value["R"] == weakest([one.values["R"] for one in shown])


def binding(words: Collection[str], result: str) -> Callable[[Finding, Collection[Premise]], bool]:
    return lambda conclusion, premises: (
        conclusion.values["R"] == result
        and any(says(premises, conclusion.values["D"], casus("dueCertainty"), Literal(word)) for word in words)
    )


def limit(tests: Collection[str], result: str) -> Callable[[Finding, Collection[Premise]], bool]:
    def function(conclusion: Finding, premises: Collection[Premise]) -> bool:
        value = conclusion.values
        limited = says(premises, value["D"], casus("dueLimitedBy"), value["L"])
        return limited and value["R"] == result and tests_of(premises, value["L"]) <= set(tests)

    return function


def level(conclusion: Finding, premises: Collection[Premise]) -> bool:
    value = conclusion.values
    parts = [
        *found(premises, "binding", D=value["D"]),
        *found(premises, "asked_in_all", O=value["O"]),
        *found(premises, "limit", D=value["D"]),
    ]
    return {"binding", "asked_in_all"} <= {part.name for part in parts} and value["R"] == weakest(
        [part.values["R"] for part in parts]
    )


def of_a_duty(conclusion: Statement, premises: Collection[Premise]) -> bool:
    """What the derived graph says of a duty: who owes it to whom, under which instrument."""
    names = {casus("dutyHolder"): "H", casus("dutyBeneficiary"): "B", casus("underTreaty"): "T"}
    return conclusion.predicate in names and bool(
        found(premises, "duty", **{names[conclusion.predicate]: conclusion.object})  # type: ignore[index]
    )


RULES: dict[str, Callable[..., bool]] = {
    "finding": of_a_duty,
    "situation": situation,
    "as-supposed": by_situation,
    "not-as-supposed": by_situation,
    "not-told": by_situation,
    "for-a-person": for_a_person,
    "manner": by_test({"manner"}, "met"),
    "binds-nobody": by_test({"binds-nobody"}, "failed"),
    "requested": request("true"),
    "not-requested": request("false"),
    "request-not-told": request(None),
    "third-state-attacks": by_test({"attack-by-third-state"}, "met"),
    "no-third-state-attacks": by_test({"attack-by-third-state"}, "failed"),
    "third-state-perhaps": by_test({"attack-by-third-state"}, "open"),
    "between-members": by_test({"between-members"}, "open"),
    "not-between-members": by_test({"between-members"}, "failed"),
    "other-help": by_test({"help-of-another"}, "open"),
    "no-other-help": by_test({"help-of-another"}, "failed"),
    "state-concerned": state_concerned(True),
    "state-not-concerned": state_concerned(False),
    "party-no-newcomer": by_test({"new-belligerent"}, "failed"),
    "condition": as_assessed,
    "event": as_assessed,
    "event-unnamed": of_every_clause("event-of-the-clause", "met", "attacked", "attacking", "attacking_at_home"),
    "event-not-recorded": of_every_clause("event-of-the-clause", "open", "attacked", "threatened", "attacking_at_home"),
    "no-event": of_every_clause("event-of-the-clause", "failed", "attacking", "threatening", "in_unrest"),
    "not-the-aggressor": of_every_clause("not-the-aggressor", "met", "attacked", "threatened"),
    "the-aggressor": of_every_clause("not-the-aggressor", "failed", "attacking", "threatening"),
    "aggressor-at-home": of_every_clause("not-the-aggressor", "open", "attacking_at_home"),
    "attacker-outside": of_every_clause("attacker-outside", "met"),
    "attacker-inside": of_every_clause("attacker-outside", "open"),
    "attacker-no-third-state": of_every_clause("attacker-outside", "failed"),
    "on-its-territory": of_every_clause("on-its-territory", "met", "attacked", "threatened"),
    "on-disputed-territory": of_every_clause("on-its-territory", "open", "attacked", "threatened"),
    "on-foreign-territory": of_every_clause("on-its-territory", "failed", "attacked", "threatened"),
    "named-adversary": of_every_clause("named-adversary", "met"),
    "not-the-adversary": of_every_clause("named-adversary", "failed"),
    "only-politically": of_every_clause("legal-force", "open"),
    "within-the-area": of_every_clause(None, "met"),
    "area-unknown": of_every_clause(None, "open"),
    "outside-the-area": of_every_clause(None, "failed"),
    "all-conditions": all_conditions,
    "no-conditions": lambda conclusion, _: conclusion.values["R"] == "met",
    "in-force-on-the-day": binding({"certain"}, "met"),
    "presumed-in-force": binding({"presumed"}, "met"),
    "perhaps-in-force": binding({"possible"}, "open"),
    "limit-of-manner": limit({"manner"}, "met"),
    "limit-state-concerned": state_concerned(True),
    "limit-state-not-concerned": state_concerned(False),
    "limit-for-a-person": limit((), "open"),
    "level": level,
}
