"""Two worlds that differ in what is stated, and what the rules derive in the one and not in the other.

Both are derived from scratch, side by side, under one naming of terms, so that what differs can be told before anything
is read. To ground the rules once, with the difference as externals to be switched, was measured to save a third of the
time where little depends on the difference, and to take ten times as long for the removal of a large file.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from pyoxigraph import Triple

from kg.duties.calendar import calendar_facts
from kg.duties.timeline import OBLIGATIONS, VOCABULARIES
from kg.errors import CasusError
from kg.reasoning.encode import Dictionary, Term, literal_facts, triple_facts
from kg.reasoning.reason import RULES

#: The predicates by which worlds are compared, and their numbers of arguments.
COMPARED = {
    "t": 3,
    "holds": 3,
    "clash": 2,
    "duty": 12,
    "wording": 9,
    "suspended": 8,
    "frozen": 8,
    "owed": 10,
    "conflict": 10,
}


# A world is derived in a process of its own, so that two of them use two processors. Its one model has all atoms at
# once; to ask for them one by one takes half as long again.
_DERIVE = """
import sys, clingo
control = clingo.Control(["--warn=none"])
control.add("base", [], sys.stdin.read())
control.ground([("base", [])])
with control.solve(yield_=True) as handle:
    sys.stdout.write("\\n".join(map(str, handle.model().symbols(shown=True))))
"""
_SHOW = "".join(f"#show {predicate}/{arity}.\n" for predicate, arity in COMPARED.items())

#: The atoms of each predicate in `COMPARED` that hold in a world.
World = dict[str, frozenset[str]]


class Worlds:
    """The world as it is and as it would be.

    Attributes:
        before: the world as it is.
        after: the world as it would be.
        terms: what the names in atoms stand for.
    """

    def __init__(
        self, shared: Iterable[Triple], removed: Iterable[Triple], added: Iterable[Triple], day: int | None
    ) -> None:
        """Derive what follows in both worlds.

        Args:
            shared: what is stated in both.
            removed: what is stated in the world as it is alone.
            added: what is stated in the other alone.
            day: a day for which to derive what holds on it.

        Raises:
            CasusError: clingo failed.
        """
        rules = RULES.read_text("utf-8") + OBLIGATIONS.read_text("utf-8")
        dictionary = Dictionary(rules, VOCABULARIES)
        self.terms: dict[str, Term] = dictionary.terms
        in_both, *in_one = (triple_facts(triples, dictionary) for triples in (shared, removed, added))
        given = literal_facts(dictionary) + calendar_facts(dictionary) + ([] if day is None else [f"as_of({day})."])
        common = "\n".join([rules, _SHOW, *in_both, *given, ""])
        programs = [common + "\n".join(facts) for facts in in_one]
        with ThreadPoolExecutor(len(programs)) as pool:
            self.before, self.after = pool.map(_derive, programs)

    def lost(self, predicate: str) -> frozenset[str]:
        """The atoms of a predicate that hold only in the world as it is."""
        return self.before[predicate] - self.after[predicate]

    def gained(self, predicate: str) -> frozenset[str]:
        """The atoms of a predicate that hold only in the world as it would be."""
        return self.after[predicate] - self.before[predicate]


def _derive(program: str) -> World:
    run = subprocess.run([sys.executable, "-c", _DERIVE], input=program.encode(), capture_output=True, check=False)
    if run.returncode != 0:
        causes = run.stderr.decode(errors="replace").splitlines()
        raise CasusError(f"clingo failed: {causes[-1] if causes else f'status {run.returncode}'}")
    atoms: dict[str, set[str]] = {predicate: set() for predicate in COMPARED}
    for line in run.stdout.decode().splitlines():
        atoms[line.partition("(")[0]].add(line)
    return {predicate: frozenset(found) for predicate, found in atoms.items()}
