"""Rule programs run in a process of their own, which is watched, held to limits, and ends with what waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.errors import ReasonerError, ReasonerLimit
from kg.reasoning.grounder import Growth, ReasoningLimits, ground

RULE = "q(Y,X) :- p(X,Y), X != Y."
#: Far more than any test waits for: all pairs of a chain of so many links.
ENDLESS = "t(X,p,Z) :- t(X,p,Y), t(Y,p,Z)."
CHAIN = "\n".join(f"t({number},p,{number + 1})." for number in range(20_000))


def test_derives_what_the_rules_entail_and_gives_the_facts_too() -> None:
    assert sorted(ground(RULE, "p(1,2).\np(3,3).")) == ["p(1,2).", "p(3,3).", "q(2,1)."]


def test_facts_of_every_kind_are_understood() -> None:
    facts = ["p(1).", "p(b).", "p(1,2).", "p((1,2),3).", 'p("a,b","(").', "p(f(1)).", "p(-1,b).", "q."]
    assert sorted(ground("", "\n".join(facts))) == sorted(facts)
    assert sorted(ground("", " ".join(facts))) == sorted(facts)


def test_of_nothing_nothing_is_derived() -> None:
    assert ground(RULE, "") == []


def test_only_what_is_shown_is_given() -> None:
    assert ground(RULE, "p(1,2).", shown=["q/2"]) == ["q(2,1)."]


def test_a_fault_in_the_program_is_an_error_of_the_reasoner() -> None:
    with pytest.raises(ReasonerError, match=r"^clingo failed: .*syntax error"):
        ground("a :- b", "")


def test_no_module_is_taken_from_the_folder_one_works_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clingo.py").write_text("raise SystemExit('not this one')")
    monkeypatch.chdir(tmp_path)
    assert ground(RULE, "p(1,2).", shown=["q/2"]) == ["q(2,1)."]


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (ReasoningLimits(seconds=0.5), r"^reasoning takes longer than 0\.5 s$"),
        (ReasoningLimits(statements=30_000), r"^the closure has more than 30,000 statements$"),
        (ReasoningLimits(memory=300 << 20), r"^reasoning would take more memory than 300 MB$"),
        (ReasoningLimits(memory=1 << 20), r"^reasoning would take more memory than 1 MB$"),
    ],
    ids=["seconds", "statements", "memory", "hardly any memory"],
)
def test_a_limit_ends_it_and_says_so(limits: ReasoningLimits, says: str) -> None:
    with pytest.raises(ReasonerLimit, match=says):
        ground(ENDLESS, CHAIN, limits=limits)


def test_what_grows_is_told_and_is_part_of_what_a_limit_says() -> None:
    told: list[Growth] = []

    def tell(growth: Growth) -> str:
        told.append(growth)
        return f"{len(growth.atoms) > 0}"

    with pytest.raises(ReasonerLimit, match=r"more than 40,000 statements: True$"):
        ground(ENDLESS, CHAIN, limits=ReasoningLimits(statements=40_000), tell=tell)
    assert all(atom.startswith("t(") for atom in told[-1].atoms)
    assert told[-1].statements > 40_000


def test_a_program_within_its_limits_is_not_hindered() -> None:
    limits = ReasoningLimits(seconds=600, memory=2 << 30, statements=3)
    assert len(ground("t(Y,p,X) :- t(X,p,Y).", "t(1,p,2).\nt(3,p,3).", limits=limits)) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["interrupted", "killed"])
def test_the_grounder_ends_with_the_process_that_waits_for_it(how: signal.Signals) -> None:
    code = f"""
from kg.reasoning.grounder import ground
print("go", flush=True)
ground({ENDLESS!r}, "\\n".join(f"t({{number}},p,{{number + 1}})." for number in range(20_000)))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ}
    )
    assert process.stdout is not None
    process.stdout.readline()
    children = wait_for(lambda: _children(process.pid))
    process.send_signal(how)
    process.wait(60)
    process.stdout.close()
    for child in children:
        wait_for(lambda child=child: not _alive(child))


def wait_for(what):
    """Wait until something is so, and give it."""
    for _ in range(600):
        found = what()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it never came to be")


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    if not listed.exists():
        pytest.skip("the system does not tell which processes a process has started")
    return list(map(int, listed.read_text().split()))


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
