"""All of ATOP 4.01, from a copy of the user's: every row, against the rule by which ATOP's dyad-years are made."""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from kg.build.kept_timeline import load_timeline
from kg.build.store import open_store
from kg.day import Certainty
from kg.duties.timeline import Timeline
from kg.graph import Graph
from kg.importers.atop.codebook import Codebook
from kg.importers.atop.curated import Curated
from kg.importers.atop.folder import AtopImport, import_atop
from kg.project import open_project
from kg.terms import local_name
from tests.benchmarks.atop import atop_spells
from tests.benchmarks.pledges import KINDS, Pledge, Side

pytestmark = pytest.mark.slow
LAST = 2016
#: A state and the one that it became are not parties toward each other, and what ATOP has between them is not owed:
#: the Yemens and Yemen, the two codes of one Germany; Czechoslovakia, which ATOP lets out on the day after its last.
BETWEEN_SUCCESSORS = {"255", "678", "679", "680", "315"}


@pytest.fixture(scope="module")
def folder(pytestconfig: pytest.Config) -> Path:
    chosen: Path | None = pytestconfig.getoption("--atop")
    if chosen is None:
        pytest.skip("no copy of ATOP 4.01: name its folder by --atop")
    return chosen


def imported(folder: Path, out: Path, *, alone: bool) -> AtopImport:
    with FileLock(out.with_suffix(".lock")):
        return import_atop(folder, out / "project", alone=alone)


@pytest.fixture(scope="module")
def alone(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AtopImport:
    return imported(folder, tmp_path_factory.mktemp("alone"), alone=True)


@pytest.fixture(scope="module")
def merged(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> AtopImport:
    return imported(folder, tmp_path_factory.mktemp("merged"), alone=False)


@pytest.fixture(scope="module")
def graph(alone: AtopImport, cache: Path) -> Graph:
    return Graph(alone.project)


@pytest.fixture(scope="module")
def by_rule(folder: Path) -> Mapping[Pledge, set[str]]:
    """What a member's row pledges goes to every other member whose stay overlaps, by day."""
    spells = atop_spells(folder / "atop_4.01_member.csv", {"260": "255"})
    return Side(tuple(spells)).pledges(1815, LAST)


def numbers(graph: Graph) -> dict[str, str]:
    store = open_store(graph.build.store)
    query = "SELECT ?s ?n { ?s <https://w3id.org/casus/ontology#cowCode> ?n }"
    return {row["s"].value: row["n"].value for row in store.query(query)}


def pledges(timeline: Timeline, codes: Mapping[str, str], *, certain: bool) -> dict[Pledge, set[str]]:
    found: dict[Pledge, set[str]] = defaultdict(set)
    for duty in timeline.duties:
        kind = duty.kind.notation.lower()
        if kind not in KINDS:
            continue
        holder, beneficiary = (
            codes.get(state.value, local_name(state).removeprefix("ATOP-")) for state in (duty.holder, duty.beneficiary)
        )
        first = date.fromordinal(max(duty.period.possible_from, 1)).year
        last = date.fromordinal(min(duty.period.possible_until, date(LAST, 12, 31).toordinal())).year
        for year in range(first, last + 1):
            how = duty.within(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
            if how is Certainty.CERTAIN or (how is not None and not certain):
                found[Pledge(kind, holder, beneficiary, year)].add(local_name(duty.treaty))
    return found


def share(one: Iterable[Pledge], other: Iterable[Pledge]) -> dict[str, float]:
    first, second = set(one), set(other)
    return {
        kind: len({p for p in first & second if p.kind == kind}) / len({p for p in first | second if p.kind == kind})
        for kind in KINDS
    }


def test_every_row_is_accounted_for(folder: Path, alone: AtopImport, merged: AtopImport) -> None:
    expected = {
        (name, number)
        for name in ("atop_4.01_alliance.csv", "atop_4.01_member.csv")
        for number, _ in enumerate(csv.reader((folder / name).open(encoding="utf-8", newline="")), 1)
        if number > 1
    }
    for one in (alone, merged):
        assert {(entry.file, entry.row) for entry in one.account.entries} == expected
        assert {entry.outcome.value for entry in one.account.entries} <= {"imported", "curated"}
    assert alone.alliances == 745


def test_there_is_no_violation_and_no_warning(graph: Graph) -> None:
    assert graph.build.info.warnings == 0  # with a violation there would be no build


def test_directed_dyad_years_are_those_of_the_rule(graph: Graph, by_rule: Mapping[Pledge, set[str]]) -> None:
    timeline = load_timeline(graph.build)
    wanted = {p for p in by_rule if not {p.holder, p.beneficiary} <= BETWEEN_SUCCESSORS | {"652"}}
    made = {p for p in pledges(timeline, numbers(graph), certain=False) if p in wanted or p not in by_rule}
    assert min(share(by_rule, pledges(timeline, numbers(graph), certain=False)).values()) >= 0.9999
    assert set(share(wanted, made).values()) == {1.0}


def test_what_is_only_possible_is_what_varies_by_the_other_member(
    alone: AtopImport, graph: Graph, by_rule: Mapping[Pledge, set[str]]
) -> None:
    assert len(alone.possible_only) == 16
    timeline = load_timeline(graph.build)
    varying = {f"ATOP-{atopid}" for atopid in alone.possible_only}
    assert not [d for d in timeline.duties if local_name(d.treaty) in varying and d.period.certain]
    certain = pledges(timeline, numbers(graph), certain=True)
    others = {pledge for pledge, alliances in by_rule.items() if alliances - set(alone.possible_only)}
    assert min(share(others, (p for p in certain if p in others)).values()) >= 0.9999


def test_no_duty_is_certain_after_the_end_of_coverage(graph: Graph) -> None:
    first, last = date(LAST + 1, 1, 1).toordinal(), date(9999, 12, 31).toordinal()
    duties = load_timeline(graph.build).duties
    assert not [duty for duty in duties if duty.within(first, last) is Certainty.CERTAIN]


def test_a_proof_ends_in_row_and_column_of_the_users_file(folder: Path, graph: Graph) -> None:
    proof = graph.explain("state:EGY", "casus:owesDefenseTo", "state:JOR", as_of="1968-06-01")
    readings = {reading for leaf in proof.leaves for reading in leaf.rows}
    table = list(csv.DictReader((folder / "atop_4.01_member.csv").open(encoding="utf-8", newline="")))
    (pledge,) = [reading for reading in readings if reading.endswith(": defense")]
    first, last = re.fullmatch(r"atop_4\.01_member\.csv, rows (\d+)-(\d+): defense", pledge).groups()
    rows = table[int(first) - 2 : int(last) - 1]
    assert "651" in {row["member"] for row in rows}
    assert {row["defense"] for row in rows} == {"1"}


def test_no_dyad_year_of_a_curated_treaty_is_lost_without_a_claim(
    merged: AtopImport, by_rule: Mapping[Pledge, set[str]], cache: Path
) -> None:
    graph = Graph(merged.project)
    curated = Curated(open_project(), Codebook()).treaties
    alliances = {local_name(treaty.iri): atopid for atopid, treaties in curated.items() for treaty in treaties}
    codes = numbers(graph)
    kept: dict[Pledge, set[str]] = defaultdict(set)
    for pledge, treaties in pledges(load_timeline(graph.build), codes, certain=False).items():
        kept[pledge] |= {alliances.get(treaty, treaty) for treaty in treaties}
    about: dict[str, list[set[str]]] = defaultdict(list)
    for claim in (*merged.claims, *merged.known):
        states = {codes.get(f"https://w3id.org/casus/id/state/{name}", name) for name in claim.about}
        about[claim.atopid].append(states)
    lost = [
        (pledge, atopid)
        for pledge, atopids in by_rule.items()
        for atopid in atopids & curated.keys() - kept.get(pledge, set())
        if not {pledge.holder, pledge.beneficiary} <= BETWEEN_SUCCESSORS
        if not any(states & {pledge.kind, pledge.holder, pledge.beneficiary} for states in about[atopid])
    ]
    assert lost == []


def test_the_differences_are_those_that_were_looked_at(merged: AtopImport) -> None:
    assert Counter(claim.what for claim in merged.claims) == {
        "signature": 75,
        "party": 58,
        "begins": 30,
        "termination": 23,
        "no pledge": 23,
        "pledge": 17,
        "beginning": 15,
        "no party": 14,
        "ends": 12,
        "owed to": 12,
        "owed by": 9,
        "pledge time": 7,
    }
    assert len(merged.known) == 7
