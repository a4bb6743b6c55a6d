"""The cheapest well-founded proofs among many derivations.

They are found by Knuth's generalization of Dijkstra's algorithm (D. E. Knuth, "A generalization of Dijkstra's
algorithm", Information Processing Letters 6 (1977) 1-5). A proof costs one for each step and one for each asserted
statement, counted as often as it is used. Premises are settled before what follows from them, so that no proof rests on
its own conclusion.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence

from kg.proofs.derivation import Instance
from kg.proofs.step import Finding, Leaf, Step
from kg.reasoning.inconsistency import Statement
from kg.reasoning.program import TRIPLE
from kg.terms import Term


def cheapest_derivations(instances: Sequence[Instance]) -> dict[str, Instance]:
    """For each atom that some instances derive, the last instance of its cheapest proof; cheapest atoms first.

    An atom that is a premise and that no instance concludes is taken as given. Auxiliary atoms cost nothing. Of equally
    cheap proofs the one is taken whose last instance comes first.
    """
    concluded = {instance.head for instance in instances}
    uses: dict[str, list[int]] = defaultdict(list)
    waiting = [len(set(instance.premises)) for instance in instances]
    costs = [int(instance.clause.readable) for instance in instances]
    queue: list[tuple[int, int, str]] = []  # cost, the number of the instance or -1, atom
    for number, instance in enumerate(instances):
        for premise in set(instance.premises):
            uses[premise].append(number)
        if not instance.premises:
            heapq.heappush(queue, (costs[number], number, instance.head))
    for atom in uses.keys() - concluded:
        heapq.heappush(queue, (int(_is_triple(atom)), -1, atom))
    chosen: dict[str, Instance] = {}
    settled: set[str] = set()
    while queue:
        cost, number, atom = heapq.heappop(queue)
        if atom in settled:
            continue
        settled.add(atom)
        if number >= 0:
            chosen[atom] = instances[number]
        for user in uses[atom]:
            waiting[user] -= 1
            costs[user] += cost
            if not waiting[user]:
                heapq.heappush(queue, (costs[user], user, instances[user].head))
    return chosen


def assemble(
    goals: Iterable[str],
    chosen: Mapping[str, Instance],
    conclusion: Callable[[str], Statement | Finding | None],
    leaf: Callable[[Statement], Leaf],
    told: Callable[[Instance], tuple[str, Mapping[str, Term]]],
) -> dict[str, Step]:
    """The proofs of goals, with the auxiliary atoms dissolved into the statements they rest on.

    Args:
        goals: atoms.
        chosen: `cheapest_derivations`, in its order.
        conclusion: what an atom of a readable clause stands for, None for a contradiction.
        leaf: the leaf for an asserted statement.
        told: the words for an instance, and the terms that they name.
    """
    needed, unread = set(), list(goals)
    while unread:
        atom = unread.pop()
        if atom not in needed:
            needed.add(atom)
            unread += chosen[atom].premises if atom in chosen else ()
    # What each atom contributes to the premises of a step: itself if people can read it, else what it was derived from.
    parts: dict[str, tuple[Step | Leaf, ...]] = {}
    for atom in needed - chosen.keys():
        asserted = conclusion(atom) if _is_triple(atom) else None
        parts[atom] = (leaf(asserted),) if isinstance(asserted, Statement) else ()
    for atom, instance in chosen.items():
        if atom in needed:
            premises = tuple(dict.fromkeys(part for premise in instance.premises for part in parts[premise]))
            if instance.clause.readable:
                sentence, values = told(instance)
                premises = (Step(conclusion(atom), instance.clause.rule, sentence, premises, values),)
            parts[atom] = premises
    steps = {goal: parts[goal][0] for goal in goals if parts.get(goal)}
    return {goal: step for goal, step in steps.items() if isinstance(step, Step)}


def _is_triple(atom: str) -> bool:
    return atom.startswith(f"{TRIPLE}(")
