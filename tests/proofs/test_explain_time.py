"""Proofs that depend on dates: relations of one day, and what the derived graph says."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duty_checker
import pytest
from proof_checker import Rejected
from worlds import KINDS_TURTLE, parse_statement

from kg.build.kept_timeline import load_timeline
from kg.build.store import Build
from kg.day import read_day
from kg.duties.timeline import derive
from kg.project import Project
from kg.proofs.explainer import Explainer
from kg.proofs.proof import NotEntailed, Proof
from kg.proofs.render import RENDERERS
from kg.proofs.step import Finding, Step
from kg.rdf.load import load_files
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS, local_name

PACT = """\
casus:owesDefenseTo rdfs:subPropertyOf casus:isBoundToward .

<treaty/PACT> casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime ; rdfs:label "Pact"@en .
<treaty/PACT/article/1> casus:provisionOf <treaty/PACT> ; casus:createsObligation <treaty/PACT/obligation> .
<treaty/PACT/obligation> a casus:DefenseObligation .
<episode/A> casus:party <state/A> ; casus:toTreaty <treaty/PACT> ;
    casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime .
<episode/B> casus:party <state/B> ; casus:toTreaty <treaty/PACT> ;
    casus:begins "1995-01-01T00:00:00Z"^^xsd:dateTime ; casus:ends "1999-12-31T00:00:00Z"^^xsd:dateTime .
<state/A> a casus:State ; rdfs:label "Arcadia"@en .
<state/B> a casus:State ; rdfs:label "Boeotia"@en .
"""


@pytest.fixture
def ask(write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., str]:
    """The text that explains a statement about two states and a pact on a day."""
    monkeypatch.chdir(tmp_path)

    def question(statement: str, day: str | None) -> str:
        write("pact.ttl", PACT)
        write("kinds.ttl", KINDS_TURTLE)
        files = [Path("pact.ttl"), Path("kinds.ttl")]
        explainer = Explainer(load_files(files), files=files)
        return RENDERERS["text"](explainer.explain(parse_statement(*statement.split()), day and read_day(day)))

    return question


def test_a_duty_of_a_day_is_proved_from_the_dates_on_record(ask: Callable[..., str]) -> None:
    kind = f"<{CASUS.iri}DefenseObligation> <{CASUS.iri}dutyRelation> <{CASUS.iri}owesDefenseTo> ."
    answer = ask("state:A casus:owesDefenseTo state:B", "1997-06-01")
    line = 1 + Path("kinds.ttl").read_text(encoding="utf-8").splitlines().index(kind)
    assert answer == (
        """\
state:A casus:owesDefenseTo state:B
  duty-on-the-date: A duty of “Arcadia” toward “Boeotia” is due on the date and is not suspended.
  ├─ “Arcadia” owes “Boeotia” a casus:DefenseObligation under “Pact”: from 1995-01-01 to 1999-12-31
  │    duty: What a provision promises, each party owes to each other party while both are bound and the clause holds.
  │    ├─ the clause of “Pact” on a casus:DefenseObligation: without dates of its own
  │    │    clause: A clause holds from the beginning of its first wording to the end of its last.
  │    │    ├─ <treaty/PACT/article/1> casus:createsObligation <treaty/PACT/obligation>  pact.ttl:13
  │    │    ├─ <treaty/PACT/article/1> casus:provisionOf treaty:PACT  pact.ttl:13
  │    │    ├─ <treaty/PACT/obligation> rdf:type casus:DefenseObligation  pact.ttl:14
  │    │    └─ <treaty/PACT/article/1>: without dates of its own
  │    │         period: The bounds of <treaty/PACT/article/1> follow from the dates on record.
  │    ├─ “Arcadia” is bound by “Pact”: from 1990-01-01
  │    │    in-force: “Arcadia” is bound while both its episode lasts and the instrument is in force.
  │    │    ├─ “Arcadia” is bound by “Pact” during <episode/A>
  │    │    │    party: <episode/A> says that “Arcadia” is party to “Pact”.
  │    │    │    ├─ <episode/A> casus:party state:A  pact.ttl:15
  │    │    │    └─ <episode/A> casus:toTreaty treaty:PACT  pact.ttl:15
  │    │    ├─ <episode/A>: from 1990-01-01
  │    │    │    period: The bounds of <episode/A> follow from the dates on record.
  │    │    │    └─ <episode/A> casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime  pact.ttl:16
  │    │    └─ “Pact”: from 1990-01-01
  │    │         period: The bounds of “Pact” follow from the dates on record.
  │    │         └─ treaty:PACT casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime  pact.ttl:12
  │    └─ “Boeotia” is bound by “Pact”: from 1995-01-01 to 1999-12-31
  │         in-force: “Boeotia” is bound while both its episode lasts and the instrument is in force.
  │         ├─ “Boeotia” is bound by “Pact” during <episode/B>
  │         │    party: <episode/B> says that “Boeotia” is party to “Pact”.
  │         │    ├─ <episode/B> casus:party state:B  pact.ttl:17
  │         │    └─ <episode/B> casus:toTreaty treaty:PACT  pact.ttl:17
  │         ├─ <episode/B>: from 1995-01-01 to 1999-12-31
  │         │    period: The bounds of <episode/B> follow from the dates on record.
  │         │    ├─ <episode/B> casus:begins "1995-01-01T00:00:00Z"^^xsd:dateTime  pact.ttl:18
  │         │    └─ <episode/B> casus:ends "1999-12-31T00:00:00Z"^^xsd:dateTime  pact.ttl:18
  │         └─ “Pact”: from 1990-01-01  (proved above)
  └─ casus:DefenseObligation casus:dutyRelation casus:owesDefenseTo  kinds.ttl:{line}
""".replace("{line}", str(line))
    )


def test_what_does_not_hold_on_the_day_is_told_of_other_days(ask: Callable[..., str]) -> None:
    assert """\
  What is known of other days:
    “Arcadia” owes “Boeotia” a casus:DefenseObligation under “Pact”: from 1995-01-01 to 1999-12-31
""" in ask("state:A casus:owesDefenseTo state:B", "2003-01-01")


def test_owl_runs_over_the_relations_of_the_day(ask: Callable[..., str]) -> None:
    text = ask("state:A casus:isBoundToward state:B", "1997-06-01")
    assert text.splitlines()[1].startswith("  prp-spo1:")
    assert "     duty-on-the-date:" in text


def test_what_does_not_depend_on_dates_is_explained_without_them(ask: Callable[..., str]) -> None:
    assert "is asserted  pact.ttl:19" in ask("state:A a casus:State", "1997-06-01")
    assert "is asserted  pact.ttl:19" in ask("state:A a casus:State", None)


def test_a_duty_that_may_be_suspended_is_possible_and_shows_the_suspension(write: Callable[[str, str], Path]) -> None:
    """It began in some month of 1997, so that in June it may or may not have begun."""
    suspension = """\
<episode/S> a casus:SuspensionEpisode ; casus:interrupts <episode/A> ;
    casus:begins "1997-01-01T00:00:00Z"^^xsd:dateTime ; casus:beginPrecision <precision/year> .
"""
    files = [write("pact.ttl", PACT + suspension), write("kinds.ttl", KINDS_TURTLE)]
    quads, day = load_files(files), read_day("1997-06-01")
    explainer = Explainer(quads, files=files)
    proof = explainer.explain(parse_statement("state:A", "casus:possiblyOwesDefenseTo", "state:B"), day)
    assert isinstance(proof, Proof)
    assert proof.root.rule == "possible-duty-on-the-date"
    assert "is suspended by <episode/S>: possibly from 1997-01-01, certainly from 1997-12-31" in str(proof)
    stated = {Statement(*quad.triple) for quad in quads}
    duty_checker.check([proof.root], stated, day.toordinal())
    bare = replace(proof.root, premises=(proof.root.premises[0], *proof.root.premises[2:]))
    with pytest.raises(Rejected):
        duty_checker.check([bare], stated, day.toordinal())
    certain = parse_statement("state:A", "casus:owesDefenseTo", "state:B")
    assert isinstance(explainer.explain(certain, day), NotEntailed)


KNOWN = '<data> a <http://rdfs.org/ns/void#Dataset> ; casus:knownTo "1998-06-30T00:00:00Z"^^xsd:dateTime .\n'


def explained(write: Callable[[str, str], Path], *turtle: str) -> tuple[Explainer, set[Statement]]:
    files = [write("pact.ttl", "".join(turtle)), write("kinds.ttl", KINDS_TURTLE)]
    quads = load_files(files)
    return Explainer(quads, files=files), {Statement(*quad.triple) for quad in quads}


def test_a_duty_after_the_day_to_which_the_sources_reach_is_presumed_and_its_proof_names_the_day(
    write: Callable[[str, str], Path],
) -> None:
    explainer, stated = explained(write, PACT, KNOWN)
    day = read_day("1999-01-01")
    proof = explainer.explain(parse_statement("state:A", "casus:possiblyOwesDefenseTo", "state:B"), day)
    assert isinstance(proof, Proof)
    assert proof.root.rule == "presumed-duty-on-the-date"
    assert "which lies after the day to which the sources reach" in str(proof)
    assert 'casus:knownTo "1998-06-30T00:00:00Z"' in str(proof)
    duty_checker.check([proof.root], stated, day.toordinal())
    with pytest.raises(Rejected):
        duty_checker.check([proof.root], stated, read_day("1998-06-30").toordinal())
    certain = parse_statement("state:A", "casus:owesDefenseTo", "state:B")
    assert isinstance(explainer.explain(certain, day), NotEntailed)


@pytest.mark.parametrize("day", ["1997-06-01", "1999-01-01"])
def test_all_that_the_view_of_a_day_says_of_a_duty_is_proved(write: Callable[[str, str], Path], day: str) -> None:
    more = (
        '<treaty/PACT/article/1> casus:provisionNumber "1" .\n'
        "<treaty/PACT/obligation> casus:hasCondition <condition/attack> .\n"
        "<episode/F> a casus:FreezeEpisode ; casus:interrupts <episode/A> ; "
        'casus:begins "1996-01-01T00:00:00Z"^^xsd:dateTime .\n'
    )
    explainer, stated = explained(write, PACT, KNOWN, more)
    timeline = derive(filter(None, (statement.triple() for statement in stated)))
    view = {Statement(*triple) for triple in timeline.view(read_day(day))}
    assert {local_name(statement.predicate) for statement in view} == {
        "type", "dueKind", "dueCertainty", "dueFrozen", "dueSince", "dueProvision", "dueObligation", "dueArticle",
        "dueCondition",
    }  # fmt: skip
    proofs = explainer.reasons(view, read_day(day))
    assert proofs.keys() == view
    duty_checker.check(list(proofs.values()), stated, read_day(day).toordinal())
    modality = "presumed-" if day > "1998-06-30" else ""
    for statement in view:
        proof = explainer.explain(statement, read_day(day))
        assert isinstance(proof, Proof)
        assert proof.root.rule == f"{modality}due-on-the-date"


def test_a_suspended_duty_and_its_ground_are_proved(write: Callable[[str, str], Path]) -> None:
    suspension = (
        "<episode/S> a casus:SuspensionEpisode ; casus:interrupts <episode/A> ; casus:onGround <ground/breach> ; "
        'casus:begins "1996-01-01T00:00:00Z"^^xsd:dateTime .\n'
    )
    explainer, stated = explained(write, PACT, suspension)
    day = read_day("1997-06-01")
    view = {
        parse_statement("<duty/PACT-1-defense-A-B-1>", "a", "casus:SuspendedDuty"),
        parse_statement("<duty/PACT-1-defense-A-B-1>", "casus:suspendedOnGround", "<ground/breach>"),
    }
    proofs = explainer.reasons(view, day)
    assert {proof.rule for proof in proofs.values() if isinstance(proof, Step)} == {"suspended-on-the-date"}
    duty_checker.check(list(proofs.values()), stated, day.toordinal())  # type: ignore[arg-type]
    with pytest.raises(Rejected):
        duty_checker.check(list(proofs.values()), stated, read_day("1995-06-01").toordinal())  # type: ignore[arg-type]


def test_a_duty_is_certain_no_longer_than_the_sources_reach(write: Callable[[str, str], Path]) -> None:
    explainer, _ = explained(write, PACT, KNOWN)
    duty = "<duty/PACT-1-defense-A-B-1>"
    proof = explainer.explain(
        parse_statement(duty, "casus:certainlyHoldsUntil", '"1998-06-30T00:00:00Z"^^xsd:dateTime'),
        read_day("1997-06-01"),
    )
    assert isinstance(proof, Proof)
    assert proof.root.rule == "finding-as-known"
    assert 'casus:knownTo "1998-06-30T00:00:00Z"' in str(proof)


def test_a_proof_says_whose_place_a_successor_takes(write: Callable[[str, str], Path]) -> None:
    more = "<episode/A> casus:succeedsEpisode <episode/OLD> .\n"
    explainer, stated = explained(write, PACT, more)
    day = read_day("1997-06-01")
    proof = explainer.explain(parse_statement("state:A", "casus:owesDefenseTo", "state:B"), day)
    assert isinstance(proof, Proof)
    assert "party-by-succession: <episode/A> says that “Arcadia” is party to “Pact”, where it takes the place" in str(
        proof
    )
    assert "<episode/A> casus:succeedsEpisode <episode/OLD>" in str(proof)
    duty_checker.check([proof.root], stated, day.toordinal())


def test_the_name_of_a_duty_is_traced_to_the_duty(ask: Callable[..., str]) -> None:
    text = ask("<duty/PACT-1-defense-A-B-1> casus:dutyHolder state:A", None).splitlines()
    assert text[1] == "  finding: <duty/PACT-1-defense-A-B-1> is the name of this finding."
    assert text[2] == (
        "  └─ “Arcadia” owes “Boeotia” a casus:DefenseObligation under “Pact”: from 1995-01-01 to 1999-12-31"
    )


def test_relations_of_a_day_that_contradict_the_ontology_are_proved_from_the_dates_on_record(
    write: Callable[[str, str], Path],
) -> None:
    path = write("pact.ttl", PACT + "casus:owesDefenseTo a owl:AsymmetricProperty .\n")
    files = [path, write("kinds.ttl", KINDS_TURTLE)]
    quads = load_files(files)
    explainer = Explainer(quads, files=files)
    found = explainer.contradictions(read_day("1997-06-01"))
    assert [root.rule for root in found.roots] == ["prp-asyp"]
    duty_checker.check(found.roots, {Statement(*quad.triple) for quad in quads}, read_day("1997-06-01").toordinal())
    text = RENDERERS["text"](found)
    assert "\n  │    duty-on-the-date: A duty of “Arcadia” toward “Boeotia” is due on the date" in text
    assert f"{path}:18  <episode/B> casus:ends" in text.partition("One of these must be changed:")[2]
    assert not explainer.contradictions(read_day("2003-01-01")).roots
    assert not explainer.contradictions().roots


SIGNED = """\
<treaty/PACT> casus:signedOn "1990-01-01T00:00:00Z"^^xsd:dateTime .
<treaty/PACT/article/1> casus:provisionOf <treaty/PACT> ; casus:createsObligation <treaty/PACT/obligation> .
<treaty/PACT/obligation> a casus:DefenseObligation .
<episode/A> casus:party <state/A> ; casus:toTreaty <treaty/PACT> ;
    casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime .
<episode/B> casus:party <state/B> ; casus:toTreaty <treaty/PACT> ;
    casus:begins "1990-01-01T00:00:00Z"^^xsd:dateTime .
"""
IN_FORCE = '<treaty/PACT> casus:begins "1991-01-01T00:00:00Z"^^xsd:dateTime .\n'
RATIFIED = '<episode/A> casus:ratifiedOn "1992-01-01T00:00:00Z"^^xsd:dateTime .\n'
APPLIED = (
    "<episode/A-0> casus:provisionalApplier <state/A> ; casus:appliesProvisionally <treaty/PACT> ; "
    'casus:begins "1990-02-01T00:00:00Z"^^xsd:dateTime .\n' + RATIFIED
)


@pytest.mark.parametrize(
    ("more", "day", "relation", "rule"),
    [
        ("", "1995-01-01", "casus:possiblyOwesDefenseTo", "signature"),
        (IN_FORCE, "1995-01-01", "casus:owesDefenseTo", "in-force"),
        (IN_FORCE + RATIFIED, "1995-01-01", "casus:owesDefenseTo", "later-consent"),
        (IN_FORCE + RATIFIED, "1991-06-01", "casus:possiblyOwesDefenseTo", "later-consent"),
        (IN_FORCE + APPLIED, "1991-06-01", "casus:owesDefenseTo", "provisional-stay"),
    ],
)
def test_a_proof_says_from_when_a_treaty_binds(
    write: Callable[[str, str], Path], more: str, day: str, relation: str, rule: str
) -> None:
    quads = load_files([write("pact.ttl", SIGNED + more), write("kinds.ttl", KINDS_TURTLE)])
    proof = Explainer(quads).explain(parse_statement("state:A", relation, "state:B"), read_day(day))
    assert isinstance(proof, Proof)
    assert rule in {node.rule for node in proof.nodes() if isinstance(node, Step)}
    stated = {Statement(*quad.triple) for quad in quads}
    duty_checker.check([proof.root], stated, read_day(day).toordinal())
    if rule != "in-force":
        assert "Vienna Convention" in RENDERERS["text"](proof)


def test_the_checker_refuses_certainty_from_signature(write: Callable[[str, str], Path]) -> None:
    quads = load_files([write("pact.ttl", SIGNED), write("kinds.ttl", KINDS_TURTLE)])
    statement = parse_statement("state:A", "casus:possiblyOwesDefenseTo", "state:B")
    proof = Explainer(quads).explain(statement, read_day("1995-01-01"))
    assert isinstance(proof, Proof)
    step = next(node for node in proof.nodes() if isinstance(node, Step) and node.rule == "signature")
    assert isinstance(step.conclusion, Finding)
    premises = [premise.conclusion for premise in step.premises]
    certain = replace(step.conclusion, values={**step.conclusion.values, "CF": step.conclusion.values["PF"]})
    assert duty_checker.RULES["signature"](step.conclusion, premises, 0)
    assert not duty_checker.RULES["signature"](certain, premises, 0)


BOUND = """\
<treaty/PACT> casus:begins "1991-01-01T00:00:00Z"^^xsd:dateTime .
<treaty/PACT/article/1> casus:provisionOf <treaty/PACT> ; casus:createsObligation <treaty/PACT/obligation> .
<treaty/PACT/obligation> a casus:DefenseObligation .
<episode/A> casus:party <state/A> ; casus:toTreaty <treaty/PACT> ;
    casus:begins "1991-01-01T00:00:00Z"^^xsd:dateTime .
<episode/B> casus:party <state/B> ; casus:toTreaty <treaty/PACT> ;
    casus:begins "1991-01-01T00:00:00Z"^^xsd:dateTime .
"""
PROTECTED = """\
<treaty/PACT/obligation> casus:owedOnlyTo <state/X> .
<episode/X> a casus:BeneficiaryEpisode ; casus:affiliate <state/X> ; casus:affiliatedWith <treaty/PACT> ;
    casus:begins "1992-01-01T00:00:00Z"^^xsd:dateTime .
"""
WITHDRAWN = """\
<statement/B> casus:madeBy <state/B> ; casus:excludesObligation <treaty/PACT/obligation> ;
    casus:ends "1994-01-01T00:00:00Z"^^xsd:dateTime .
"""


@pytest.mark.parametrize(
    ("more", "beneficiary", "rules"),
    [
        ("<treaty/PACT/obligation> casus:owedOnlyBy <state/A> .", "B", {"one-sided-duty", "named-sides"}),
        ("<treaty/PACT/obligation> casus:owedOnlyTo <state/B> .", "B", {"one-sided-duty", "named-sides"}),
        ("<treaty/PACT/obligation> casus:owedOnlyBy <state/A> ; casus:owedOnlyTo <state/X> .", "X", {"one-sided-duty"}),
        (PROTECTED, "X", {"one-sided-duty", "named-sides"}),
        (WITHDRAWN, "B", {"duty"}),
    ],
)
def test_a_proof_says_who_owes_whom(
    write: Callable[[str, str], Path], more: str, beneficiary: str, rules: set[str]
) -> None:
    quads = load_files([write("pact.ttl", BOUND + more), write("kinds.ttl", KINDS_TURTLE)])
    statement = parse_statement("state:A", "casus:owesDefenseTo", f"state:{beneficiary}")
    proof = Explainer(quads).explain(statement, read_day("1995-01-01"))
    assert isinstance(proof, Proof)
    assert rules <= {node.rule for node in proof.nodes() if isinstance(node, Step)}
    duty_checker.check([proof.root], {Statement(*q.triple) for q in quads}, read_day("1995-01-01").toordinal())


# The shipped graph


def test_russia_owed_uzbekistan_defense_in_1998(explainer: Explainer) -> None:
    day = read_day("1998-01-01")
    proof = explainer.explain(parse_statement("state:RUS", "casus:owesDefenseTo", "state:UZB"), day)
    assert isinstance(proof, Proof)
    assert proof.root.rule == "duty-on-the-date"
    assert all(leaf.file for leaf in proof.leaves)
    missed = explainer.explain(parse_statement("state:RUS", "casus:owesDefenseTo", "state:FRA"), day)
    assert isinstance(missed, NotEntailed)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("1980-01-01", 100),
        ("2014-01-01", 100),
        ("2040-01-01", 100),
        pytest.param("2014-01-01", None, marks=pytest.mark.slow, id="all"),
    ],
)
def test_relations_of_a_day_have_right_proofs(
    explainer: Explainer, shipped: Build, shipped_statements: set[Statement], day: str, number: int | None
) -> None:
    relations = {Statement(*triple) for triple in load_timeline(shipped).as_of(read_day(day))}
    assert set(explainer.relations(read_day(day))) == relations
    wanted = sorted(relations, key=str)
    if number is not None:
        wanted = random.Random(3).sample(wanted, number)
    proofs = explainer.reasons(wanted, read_day(day))
    assert proofs.keys() == set(wanted)
    duty_checker.check(list(proofs.values()), shipped_statements, read_day(day).toordinal())


def test_duties_that_a_build_keeps_have_the_same_proofs(explainer: Explainer, shipped: Build, project: Project) -> None:
    keeping = Explainer(
        shipped.asserted(), inferred=shipped.inferred(), timeline=lambda: load_timeline(shipped), project=project
    )
    day = read_day("2014-01-01")
    relations = random.Random(5).sample(sorted(explainer.relations(day), key=str), 60)
    for several in relations[:10], relations:  # what few rest on is asked for, what many do is looked up
        proofs, others = (each.reasons(several, day) for each in (keeping, explainer))
        assert {goal: str(proof) for goal, proof in proofs.items()} == {
            goal: str(proof) for goal, proof in others.items()
        }


def test_the_checker_refuses_a_duty_on_a_day_after_it(write: Callable[[str, str], Path]) -> None:
    quads = load_files([write("pact.ttl", PACT), write("kinds.ttl", KINDS_TURTLE)])
    stated = {Statement(*quad.triple) for quad in quads}
    explainer, day = Explainer(quads), read_day("1997-06-01")
    proofs = list(explainer.reasons(explainer.relations(day), day).values())
    assert duty_checker.check(proofs, stated, day.toordinal())
    with pytest.raises(Rejected):
        duty_checker.check(proofs, stated, read_day("2003-01-01").toordinal())


def test_what_the_derived_graph_says_has_a_proof(explainer: Explainer, shipped: Build) -> None:
    one_of_each: dict[tuple[str, str], Statement] = {}
    for triple in load_timeline(shipped).triples():
        kind = triple.subject.value.split("/id/")[1].partition("/")[0]
        one_of_each.setdefault(
            (kind, triple.predicate.value), Statement(triple.subject, triple.predicate, triple.object)
        )
    for statement in random.Random(4).sample(list(one_of_each.values()), 12):
        proof = explainer.explain(statement)
        assert isinstance(proof, Proof), statement
        assert proof.root.rule == "finding" or statement.predicate.value.endswith("type")
        assert all(leaf.file for leaf in proof.leaves), statement
        assert any(isinstance(node, Step) and isinstance(node.conclusion, Finding) for node in proof.nodes())
