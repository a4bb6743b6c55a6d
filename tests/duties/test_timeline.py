"""Duties over time on the shipped graph: what experts answer, the derived graph, snapshots, and the rules as data."""

from __future__ import annotations

import os
import pickle
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from pyoxigraph import Literal, Triple
from shipped import ID
from worlds import CERTAIN, PACT, POSSIBLE, node, party, related, state, term, world

from kg.day import Certainty, read_day
from kg.duties.as_rdf import DutyNames
from kg.duties.currency import read_currency
from kg.duties.due import DutyOnDay, Particulars
from kg.duties.kinds import read_absences, read_kinds
from kg.duties.rules import OBLIGATIONS, VOCABULARIES, duty_facts
from kg.duties.timeline import Timeline, derive
from kg.project import Project
from kg.rdf.load import load_file, load_project
from kg.reasoning.closure import close
from kg.reasoning.grounder import ground
from kg.reasoning.program import read_program
from kg.reasoning.symbols import Dictionary, triple_facts
from kg.terms import CASUS, RDF, XSD, Term, local_name


@pytest.fixture(scope="module")
def closure(project: Project) -> set[Triple]:
    closed = close(load_project(project))
    return set(closed.asserted | closed.inferred)


@pytest.fixture(scope="module")
def shipped_timeline(closure: set[Triple]) -> Timeline:
    return derive(closure)


def test_a_timeline_that_was_kept_is_the_same(shipped_timeline: Timeline) -> None:
    kept = pickle.loads(pickle.dumps(shipped_timeline))
    assert kept == shipped_timeline
    assert set(kept.triples()) == set(shipped_timeline.triples())


# What experts answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("RUS UZB 1994-04-19 CST", None),  # signed in 1992, in force from 20 April 1994
        ("RUS UZB 1998-01-01 CST", CERTAIN),
        ("RUS UZB 2003-01-01 CST", None),  # it let the treaty lapse for itself in 1999
        ("RUS UZB 2010-01-01 CST", CERTAIN),  # it came back in 2006
        ("UZB RUS 2014-01-01 CST", POSSIBLE),
        ("RUS KAZ 2020-01-01 CST", CERTAIN),
        ("RUS ARM 2025-01-01 CST", CERTAIN),
        ("ARM RUS 2025-01-01 CST", CERTAIN),
        ("RUS AZE 2020-10-01 CST", None),
        ("POL DEU 1998-01-01 any treaty", None),
        ("POL DEU 2000-01-01 NAT", CERTAIN),
        ("POL DEU 2000-01-01 TEU-42-7", None),
        ("POL DEU 2010-01-01 TEU-42-7", CERTAIN),
        ("DDR SUN 1980-01-01 WARSAW-PACT", CERTAIN),
        ("SUN DDR 1980-01-01 WARSAW-PACT", CERTAIN),
        ("SUN DDR 1990-10-01 WARSAW-PACT", None),
        ("SUN ALB 1968-09-13 WARSAW-PACT", None),
        ("FRA GBR 2020-02-01 TEU-42-7", None),
        ("USA NZL 1980-01-01 ANZUS", CERTAIN),
        ("USA NZL 1990-01-01 ANZUS", None),  # suspended in 1986
        ("USA AUS 1990-01-01 ANZUS", CERTAIN),
    ],
)
def test_who_owes_whom_defense(shipped_timeline: Timeline, question: str, answer: Certainty | None) -> None:
    """Does the first state owe the second defense on that day under that treaty?"""
    holder, beneficiary, day, treaty = question.split(" ", 3)
    found = shipped_timeline.duties_on(
        read_day(day),
        holder=state(holder),
        beneficiary=state(beneficiary),
        kind=term("DefenseObligation"),
        treaty=None if treaty == "any treaty" else node(f"treaty/{treaty}"),
    )
    assert next((duty.certainty for duty in found), None) is answer


def the_duty(timeline: Timeline, day: str, holder: str, beneficiary: str, treaty: str) -> DutyOnDay:
    (found,) = timeline.duties_on(
        read_day(day),
        holder=state(holder),
        beneficiary=state(beneficiary),
        kind=term("DefenseObligation"),
        treaty=node(f"treaty/{treaty}"),
    )
    return found


def test_no_duty_is_certain_before_its_treaty_was_in_force_for_both(
    closure: set[Triple], shipped_timeline: Timeline
) -> None:
    """Told from the dates on record alone: of entry into force, of consent, of signature."""
    dates: dict[tuple[Term, str], list[date]] = {}
    rules = {triple.subject: local_name(triple.object) for triple in closure if triple.predicate == CASUS.entryRule}
    for subject, predicate, value in closure:
        if isinstance(value, Literal) and value.datatype == XSD.dateTime:
            dates.setdefault((subject, local_name(predicate)), []).append(date.fromisoformat(value.value[:10]))
    by_signature = {treaty for treaty, rule in rules.items() if rule in ("signature", "no-ratification")}
    by_signature |= {t.subject for t in closure if t.predicate == RDF.type and t.object == CASUS.UnilateralAct}
    provisional = {triple.subject for triple in closure if triple.predicate == CASUS.provisionalApplier}
    checked: Counter[str] = Counter()
    for duty in shipped_timeline.duties:
        if not duty.period.certain:
            continue
        since = date.fromordinal(duty.period.certain_from)
        checked[duty.kind.notation] += 1
        if duty.treaty in by_signature:
            assert all(day <= since for day in dates.get((duty.treaty, "signedOn"), [])), duty
            continue
        for episode in {*duty.episodes} - provisional:
            in_force = dates.get((duty.treaty, "begins"), []) + dates.get((duty.treaty, "beginsNotAfter"), [])
            (begins,) = dates[episode, "begins"]
            signed = dates.get((episode, "signedOn"), []) + dates.get((duty.treaty, "signedOn"), [])
            consented = dates.get((episode, "ratifiedOn"), []) + dates.get((episode, "accededOn"), [])
            assert all(day <= since for day in in_force), duty
            if signed and begins <= max(signed):
                assert in_force, duty
                assert all(day <= since for day in consented), duty
    assert checked.keys() == {kind.notation for kind in shipped_timeline.kinds}
    assert checked.total() > 1000


def test_what_binds_from_signature_alone_is_possible(shipped_timeline: Timeline) -> None:
    """Sixteen treaties of the record have no day of entry into force."""
    assert related(shipped_timeline, "2024-01-01", "MLI", "owesDefenseTo", "state/NER") is POSSIBLE
    assert related(shipped_timeline, "1991-12-30", "RUS", "partyTo", "treaty/RUARM-1991") is POSSIBLE


def test_a_freeze_is_shown_and_ends_nothing(shipped_timeline: Timeline) -> None:
    found = the_duty(shipped_timeline, "2025-01-01", "RUS", "ARM", "CST")
    assert found.certainty is CERTAIN
    assert [freeze.episode for freeze in found.freezes] == [node("episode/ARM-CSTO-freeze-1")]
    assert not the_duty(shipped_timeline, "2024-02-21", "RUS", "ARM", "CST").freezes
    assert related(shipped_timeline, "2025-01-01", "ARM", "memberOf", "organization/CSTO") is CERTAIN
    assert related(shipped_timeline, "2025-01-01", "ARM", "frozenIn", "organization/CSTO") is CERTAIN


def test_a_duty_goes_on_while_its_wording_is_replaced(shipped_timeline: Timeline) -> None:
    """The protocol of 2010 entered into force on 19 December 2012, and the text of 2010 with it."""
    (before,) = the_duty(shipped_timeline, "2012-12-18", "RUS", "KAZ", "CST").wordings
    (since,) = the_duty(shipped_timeline, "2012-12-19", "RUS", "KAZ", "CST").wordings
    assert [(wording.text, certainty) for wording, certainty in (before, since)] == [
        (node("treaty/CST/article/4-1992"), CERTAIN),
        (node("treaty/CST/article/4-2010"), CERTAIN),
    ]


def test_duties_say_what_they_were_derived_from(shipped_timeline: Timeline) -> None:
    duty = the_duty(shipped_timeline, "2008-01-01", "RUS", "UZB", "CST").duty
    assert duty.iri == node("duty/CST-4-defense-RUS-UZB-2")
    assert duty.episodes == (node("episode/RUS-CST-1"), node("episode/UZB-CST-2"))
    assert the_duty(shipped_timeline, "2000-01-01", "POL", "DEU", "NAT").duty.episodes == (
        node("episode/POL-NAT-1"),
        node("episode/DEU-NAT-1"),
    )


def test_members_are_parties_and_observers_are_neither(shipped_timeline: Timeline) -> None:
    assert related(shipped_timeline, "2000-01-01", "POL", "partyTo", "treaty/NAT") is CERTAIN
    relations = shipped_timeline.on(read_day("2021-01-01"))
    observers = {relation[::2] for relation in relations if relation.predicate == term("observerOf")}
    assert observers
    assert not observers & {relation[::2] for relation in relations if relation.predicate == term("memberOf")}


def test_who_answered_kazakhstan_and_armenia(shipped_timeline: Timeline) -> None:
    def answers(event: str) -> dict[str, tuple[str, Certainty]]:
        return {
            owed.holder.value[-3:]: (owed.answers[0].kind.value.removeprefix(CASUS.iri), owed.certainty)
            for owed in shipped_timeline.owed
            if owed.event == node(f"event/{event}")
        }

    senders = dict.fromkeys(("ARM", "BLR", "KGZ", "RUS", "TJK"), ("MetAssistance", CERTAIN))
    assert answers("EV-KAZ-2022") == senders | {"UZB": ("UnansweredAssistance", POSSIBLE)}
    assert set(answers("EV-ARM-2022-09").values()) == {
        ("OtherwiseAnsweredAssistance", CERTAIN),
        ("OtherwiseAnsweredAssistance", POSSIBLE),
    }
    assert "USA" not in answers("EV-NATO-ART5"), "the attacked ally owes itself nothing"
    assert "FIN" not in answers("EV-NATO-ART5"), "it joined in 2023"
    assert answers("EV-NATO-ART5")["POL"] == ("JointlyMetAssistance", CERTAIN)


def test_promises_that_may_clash(shipped_timeline: Timeline) -> None:
    found = {
        (c.state.value[-3:], c.treaty.value.rpartition("/")[2], c.outsider.value[-3:])
        for c in shipped_timeline.conflicts
    }
    assert ("SUN", "WARSAW-PACT", "PRK") in found
    assert ("RUS", "CST", "PRK") in found
    assert not any(c.state == c.outsider for c in shipped_timeline.conflicts)
    finland = [c for c in shipped_timeline.conflicts if c.state == state("DEU") and c.outsider == state("FIN")]
    (until,) = {c.period.certain_until for c in finland if c.treaty == node("treaty/NAT")}
    assert date.fromordinal(until) == date(2023, 4, 3), "the day before Finland joined NATO"


# The derived graph and snapshots


def test_the_derived_graph_uses_the_terms_of_the_ontology(project: Project, shipped_timeline: Timeline) -> None:
    declared = {quad.subject for path in project.ontology for quad in load_file(path)}
    derived = list(shipped_timeline.triples())
    assert len(derived) == len(set(derived))
    assert {triple.predicate for triple in derived if triple.predicate.value.startswith(CASUS.iri)} <= declared
    assert {triple.object for triple in derived if triple.predicate.value == RDF.type.value} <= declared
    relations = {
        relation.triple.predicate
        for day in ("1980-01-01", "2014-01-01")
        for relation in shipped_timeline.on(read_day(day))
    }
    assert relations <= declared


def test_a_duty_in_the_derived_graph(shipped_timeline: Timeline) -> None:
    duty = node("duty/CST-4-defense-RUS-UZB-2")
    found = {
        (t.predicate.value.removeprefix(CASUS.iri), t.object.value.removeprefix(ID))
        for t in shipped_timeline.triples()
        if t.subject == duty
    }
    assert found >= {
        ("dutyHolder", "state/RUS"),
        ("dutyBeneficiary", "state/UZB"),
        ("underTreaty", "treaty/CST"),
        ("underProvision", "treaty/CST/article/4-1992"),
        ("underProvision", "treaty/CST/article/4-2010"),
        ("derivedFromEpisode", "episode/UZB-CST-2"),
        ("possiblyHoldsFrom", "2006-08-16T00:00:00Z"),
        ("certainlyHoldsFrom", "2006-08-16T00:00:00Z"),
        ("certainlyHoldsUntil", "2012-12-19T00:00:00Z"),
    }
    assert not any(name == "possiblyHoldsUntil" for name, _ in found), "it may still hold"


def test_each_reader_is_given_all_properties_that_it_reads(closure: set[Triple], shipped_timeline: Timeline) -> None:
    kinds = read_kinds(closure)
    assert kinds == {kind.iri: kind for kind in shipped_timeline.kinds}
    assert read_currency(closure) == shipped_timeline.currency
    assert read_absences(closure, kinds.values()) == shipped_timeline.absences
    whole = replace(shipped_timeline, _labels=DutyNames(closure), _particulars=Particulars(closure))
    assert set(whole.triples()) == set(shipped_timeline.triples())
    assert set(whole.view(date(1939, 9, 1))) == set(shipped_timeline.view(date(1939, 9, 1)))


def test_a_snapshot_is_reasoned_over(project: Project, closure: set[Triple]) -> None:
    ontology = [quad for path in project.ontology for quad in load_file(path)]
    snapshot = list(derive(closure).as_of(read_day("1980-01-01")))
    assert Triple(state("DDR"), term("owesDefenseTo"), state("SUN")) in snapshot
    closed = close([*ontology, *snapshot])
    assert not closed.inconsistencies
    assert Triple(state("DDR"), term("owesMilitarySupportTo"), state("SUN")) in closed.inferred
    assert Triple(state("DDR"), term("owesTo"), state("SUN")) in closed.inferred


def test_names_do_not_depend_on_the_order_of_statements(closure: set[Triple], shipped_timeline: Timeline) -> None:
    again = derive(sorted(closure, key=lambda triple: hash(str(triple)[::-1])))
    assert again.duties == shipped_timeline.duties
    assert again.owed == shipped_timeline.owed
    assert again.conflicts == shipped_timeline.conflicts


# The rules as data


def atoms(triples: Iterable[Triple]) -> tuple[list[str], Dictionary]:
    dictionary = Dictionary(OBLIGATIONS.read_text("utf-8"), VOCABULARIES)
    text = [*triple_facts(triples, dictionary), *duty_facts(dictionary)]
    return ground(OBLIGATIONS, "\n".join(text)), dictionary


def test_all_that_the_rules_derive_is_settled_by_grounding(closure: set[Triple]) -> None:
    derived, _ = atoms(closure)
    assert not [atom for atom in derived if ":-" in atom]


def test_every_rule_has_a_name() -> None:
    clauses = read_program(OBLIGATIONS.read_text("utf-8")).clauses
    assert clauses
    assert [clause.head.text for clause in clauses if not re.fullmatch(r"[a-z]+(-[a-z]+)*", clause.rule)] == []


def seconds_of_grounding(treaties: int) -> float:
    """The CPU seconds of deriving the duties of so many treaties of two parties, each with dates of its own."""

    def day(number: int) -> str:
        return date.fromordinal(723_000 + number).isoformat()

    pacts = (
        PACT.replace("PACT", f"P{n}") + "".join(party(code, day(n), day(n + 9_000), treaty=f"P{n}") for code in "AB")
        for n in range(treaties)
    )
    before = os.times()
    assert len(world(*pacts).duties) == 2 * treaties
    after = os.times()
    return after.children_user - before.children_user


@pytest.mark.skipif(os.name != "posix", reason="only POSIX tells the time of processes that have ended")
def test_dates_cost_what_they_are_and_not_each_with_every_other() -> None:
    assert seconds_of_grounding(3_000) < 8 * seconds_of_grounding(750)
