"""The desk: what it answers, what is too much, processes that end, and that it is about the build that is served."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from running import children, running
from worlds import PACT, party, write_project

from kg.build.pipeline import build
from kg.build.store import Build
from kg.errors import BadInput, Busy, QueryFailed, QueryTimeout, QueryTooLarge
from kg.graph import Graph
from kg.pool.desk import ProcessDesk
from kg.pool.inquiry import FORMS, Inquiry, LocalDesk
from kg.pool.limits import Limits
from kg.project import open_project

OWES = {"subject": "state:A", "predicate": "casus:owesDefenseTo", "value": "state:B", "as_of": "2000-01-01"}
WHY = Inquiry.of("explain", "json", **OWES)
TEXT = Inquiry.of("explain", "text", **OWES)
WITHOUT = Inquiry.of("what_if", "json", without="state:B", start="2005-01-01")


@pytest.fixture
def desk(little: Build) -> Iterator[ProcessDesk]:
    desk = ProcessDesk(little, Limits(desk_queue=1))
    yield desk
    desk.close()


def clerks() -> list[int]:
    """The processes that reason for this one."""
    return [pid for pid in children(os.getpid()) if b"kg.pool.clerk" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("form", ["text", "json", "turtle", "dot"])
def test_a_proof_is_the_one_that_the_graph_has(desk: ProcessDesk, little: Build, form: str) -> None:
    there = desk.ask(replace(WHY, form=form))
    assert there == FORMS["explain"][form](Graph.of(little).explain(**OWES))
    assert there == LocalDesk(Graph.of(little)).ask(replace(WHY, form=form))


def test_a_what_if_is_the_one_that_the_graph_has_and_leaves_no_process(desk: ProcessDesk, little: Build) -> None:
    there = desk.ask(WITHOUT)
    assert there == WITHOUT.answer(Graph.of(little))
    assert json.loads(there)["duties"]
    assert not clerks()


def test_what_was_answered_is_not_asked_again(desk: ProcessDesk) -> None:
    assert desk.ask(WHY) == desk.ask(WHY)
    desk.ask(TEXT)
    numbers = desk.numbers()
    assert (numbers["answered_total"], numbers["repeated_total"], numbers["kept"]) == (3, 1, 2)
    assert numbers["started_total"] == len(clerks()) == 1


def test_a_mistake_is_told_and_costs_no_process(desk: ProcessDesk) -> None:
    with pytest.raises(BadInput, match="unknown prefix 'nope'"):
        desk.ask(Inquiry.of("explain", "json", subject="nope:A", predicate="a", value="casus:State"))
    desk.ask(WHY)
    assert desk.numbers()["started_total"] == 1


def test_what_takes_too_long_is_stopped_and_the_next_is_answered(little: Build) -> None:
    desk = ProcessDesk(little, Limits(desk_seconds=8))  # a busy machine takes some for what is asked first
    desk.ask(WHY)
    (stuck,) = clerks()
    os.kill(stuck, signal.SIGSTOP)
    begin = time.monotonic()
    with pytest.raises(QueryTimeout, match="8 s are allowed"):
        desk.ask(TEXT)
    assert time.monotonic() - begin < 16
    assert desk.ask(TEXT).startswith("state:A casus:owesDefenseTo state:B")
    assert stuck not in clerks()
    desk.close()


def test_a_process_that_is_killed_takes_only_its_question_along(desk: ProcessDesk) -> None:
    desk.ask(WHY)
    (killed,) = clerks()
    os.kill(killed, signal.SIGKILL)
    with pytest.raises(QueryFailed):
        desk.ask(TEXT)
    assert desk.ask(TEXT)


def test_more_than_may_wait_are_told_to_come_back(desk: ProcessDesk) -> None:
    desk.ask(WHY)
    (stopped,) = clerks()
    os.kill(stopped, signal.SIGSTOP)
    answers: list[str] = []
    others = [threading.Thread(target=lambda: answers.append(desk.ask(TEXT))) for _ in range(2)]
    for other in others:
        other.start()
    until(lambda: (desk.numbers()["running"], desk.numbers()["waiting"]) == (1, 1))
    with pytest.raises(Busy) as caught:
        desk.ask(replace(WHY, form="dot"))
    assert caught.value.retry_after
    os.kill(stopped, signal.SIGCONT)
    for other in others:
        other.join(20)
    assert len(set(answers)) == 1 and len(answers) == 2
    assert desk.numbers()["repeated_total"] == 1


def test_nobody_waits_for_a_what_if_who_asks_for_a_proof(shipped: Build) -> None:
    desk = ProcessDesk(shipped, Limits())
    slow = threading.Thread(target=desk.prepare, args=([Inquiry.of("what_if", "json", without="state:ARM")],))
    slow.start()
    until(lambda: desk.numbers()["running"] == 1)
    assert desk.ask(Inquiry.of("explain", "json", subject="state:ARM", predicate="a", value="casus:State"))
    desk.close()


@pytest.mark.parametrize("most", [16, 64, 100])
def test_what_needs_too_much_memory_is_stopped_wherever_it_is(shipped: Build, most: int) -> None:
    desk = ProcessDesk(shipped, Limits(desk_memory=most))
    with pytest.raises(QueryTooLarge, match=f"{most} MiB"):
        desk.ask(Inquiry.of("explain", "json", subject="state:ARM", predicate="a", value="casus:State"))
    assert not clerks()
    desk.close()


def test_processes_end_with_the_desk(desk: ProcessDesk) -> None:
    desk.ask(WHY)
    desk.close()
    assert not clerks()
    with pytest.raises(Busy):
        desk.ask(TEXT)


def test_processes_end_with_whoever_asks(little: Build) -> None:
    program = (
        "import os, sys; from pathlib import Path; from kg.build.store import Build; from kg.pool.desk import *\n"
        "desk = ProcessDesk(Build(Path(sys.argv[1])), Limits())\n"
        f"desk.ask(Inquiry.from_json({WHY.to_json()!r})); print('asked', flush=True); sys.stdin.read()"
    )
    asker = subprocess.Popen(
        [sys.executable, "-c", program, str(little.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert asker.stdout is not None and asker.stdout.readline() == b"asked\n"
    (clerk,) = children(asker.pid)
    os.kill(clerk, signal.SIGSTOP)  # so that it cannot notice that nobody asks any more
    asker.kill()
    asker.communicate()
    os.kill(clerk, signal.SIGCONT)
    until(lambda: not Path(f"/proc/{clerk}").exists())


def test_it_is_about_the_build_whatever_becomes_of_the_project(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", PACT, party("A"), party("B"))
    made = build(open_project(folder))
    desk = ProcessDesk(made, Limits())
    shutil.rmtree(folder / "graph")
    proof = json.loads(desk.ask(WHY))
    leaves = [node for node in proof["nodes"] if "file" in node]
    assert proof["outcome"] == "inferred"
    assert {leaf["file"] for leaf in leaves} == {"graph/graph.ttl", "ontology/ontology.ttl"}
    assert all(leaf["line"] for leaf in leaves)
    desk.close()


def test_what_a_project_extends_is_kept_with_the_build(tmp_path: Path) -> None:
    base = write_project(tmp_path / "base", "")
    said = 'name = "base"\ntitle = "Base"\nbase = "https://w3id.org/casus/"\n'
    (base / "casus.toml").write_text(said, encoding="utf-8")
    folder = write_project(tmp_path / "own", PACT, party("A"), party("B"))
    (folder / "ontology" / "ontology.ttl").unlink()
    (folder / "casus.toml").write_text(said.replace("base", "own", 1) + 'extends = "../base"\n', encoding="utf-8")
    made = build(open_project(folder))
    shutil.rmtree(base)
    shutil.rmtree(folder)
    asked = Inquiry.of("explain", "json", **OWES | {"subject": "id/state/A", "value": "id/state/B"})
    nodes = json.loads(LocalDesk(Graph.of(made)).ask(asked))["nodes"]
    assert {node["file"] for node in nodes if "file" in node} == {"graph/graph.ttl", "base: ontology/ontology.ttl"}


def test_metrics_count_inquiries(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", PACT, party("A"), party("B"))
    with running(project=folder) as server:
        # What it takes to prove is prepared before anybody asks.
        until(lambda: 'casus_inquiries_total{outcome="answered"} 1.0' in server.send("/metrics").text)
        assert server.send("/proof?s=state:A&p=casus:owesDefenseTo&o=state:B&as-of=2000-01-01").status == 200
        assert server.send("/proof?s=nope:A&p=a&o=casus:State").status == 400
        metrics = server.send("/metrics").text
        assert 'casus_inquiries_total{outcome="answered"} 2.0' in metrics
        assert "casus_clerks_started_total 1.0" in metrics
        assert 'casus_inquiries{state="running"} 0.0' in metrics
