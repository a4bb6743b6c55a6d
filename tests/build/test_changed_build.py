"""A build that changes the store of the one before holds what a build from nothing holds, whatever has changed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from random import Random

import pytest
from worlds import PACT, PREFIXES, known_to, party, write_project

from kg.build.as_of import day_graph
from kg.build.kept_timeline import load_timeline
from kg.build.pipeline import build
from kg.build.store import Build, former_build, open_store
from kg.day import read_day
from kg.errors import InvalidData
from kg.graph import Graph
from kg.project import Project, open_project

OTHER = '<treaty/OTHER> rdfs:label "Other pact"@en ; casus:signedOn "1985-01-01T00:00:00Z"^^xsd:dateTime .'
DAY = read_day("2000-01-01")


def replaced(file: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(root: Path) -> None:
        path = root / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def added(file: str, turtle: str) -> Callable[[Path], None]:
    return lambda root: Path(root / file).write_text(PREFIXES + turtle, encoding="utf-8") and None


def removed(file: str) -> Callable[[Path], None]:
    return lambda root: (root / file).unlink()


#: Each changes one file of a project of forty parties.
CHANGES = {
    "a date": replaced("graph/graph.ttl", '"1990-01-01T', '"1991-02-03T'),
    "a file more": added("graph/more.ttl", OTHER.replace("OTHER", "THIRD")),
    "a file less": removed("graph/other.ttl"),
    "a statement of two files": replaced("graph/other.ttl", "1985", "1986"),
    "a class": replaced("ontology/ontology.ttl", "casus:partyTo a", "casus:Pact a owl:Class . casus:partyTo a"),
    "blank nodes": added(
        "ontology/more.ttl",
        "casus:Bound owl:equivalentClass [ owl:onProperty casus:party ; owl:someValuesFrom owl:Thing ] .",
    ),
    "the same value in another spelling": replaced("graph/other.ttl", '00:00:00Z"', '00:00:00+00:00"'),
    "the name of a state": replaced("graph/names.ttl", '"First"@en', '"Number one"@en'),
    "a name that is inferred": replaced("graph/names.ttl", '"Second"@en', '"Number two"@en'),
    "a text that no duty tells": replaced("graph/names.ttl", '"Party"@en', '"Member"@en'),
    "a text in one of two places": replaced("graph/other.ttl", '"Other pact"@en', '"Another pact"@en'),
    "a text to one that is elsewhere": replaced("graph/names.ttl", '"First"@en', '"Second"@en'),
    "texts that change places": lambda root: (
        [
            replaced("graph/names.ttl", old, new)(root)
            for old, new in (('"First"', '"?"'), ('"Second"', '"First"'), ('"?"', '"Second"'))
        ]
        and None
    ),
    "the number of an article": replaced("graph/names.ttl", 'provisionNumber "4"', 'provisionNumber "5"'),
    "the day to which sources reach": replaced("graph/names.ttl", '"2010-01-01', '"2012-01-01'),
    "one of two spellings": replaced("graph/spelled.ttl", '"01"^^xsd:integer, ', ""),
}


#: Those of so much that the store is written anew.
OF_ALL_DUTIES = ("the number of an article", "the day to which sources reach")
#: Those after which the same follows and the rules of duties find the same.
OF_TEXTS = ("the name of a state", "a name that is inferred", "a text that no duty tells")
NAMES = (
    known_to("2010-01-01")
    + """
<state/S1> rdfs:label "First"@en . <state/S2> casus:called "Second"@en . <episode/S1-PACT-1> rdfs:label "Party"@en .
<treaty/PACT> rdfs:label "Pact"@en . <treaty/PACT/article/4> casus:provisionNumber "4" .
"""
)


@pytest.fixture
def forty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
    folder = write_project(tmp_path / "project", PACT, *(party(f"S{number}") for number in range(40)))
    for name in ("other", "same"):
        added(f"graph/{name}.ttl", OTHER)(folder)
    added("graph/spelled.ttl", '<treaty/PACT> casus:atopId "01"^^xsd:integer, "1"^^xsd:integer .')(folder)
    added("graph/names.ttl", NAMES)(folder)
    added("ontology/names.ttl", "casus:called rdfs:subPropertyOf rdfs:label .")(folder)
    return open_project(folder)


def contents(of: Build) -> dict[str, object]:
    """All that a build holds and says of itself, but how it came about."""
    store = open_store(of.store)
    held: dict[str, object] = {
        name: sorted(map(str, of.part(name))) for name in ("asserted", "inferred", "derived", "metadata", "shapes")
    }
    held["store"] = sorted(map(str, store))
    held["terms"] = {graph.value for graph in store.named_graphs()}
    held["count"] = str(next(iter(store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))[0])
    held["info"] = asdict(replace(of.info, seconds={}, changed=0))
    held["timeline"] = load_timeline(of)
    return held


def from_nothing(project: Project, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    monkeypatch.setenv("CASUS_CACHE", str(cache))
    made = build(project)
    assert made.info.changed == 0
    return made


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_build_is_as_one_from_nothing(
    change: str, forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(forty)
    before = contents(first)
    CHANGES[change](forty.root)
    second = build(open_project(forty.root))
    assert (0 < second.info.changed < 2_500) != (change in OF_ALL_DUTIES)
    assert contents(second) == contents(from_nothing(forty, tmp_path / "other", monkeypatch))
    assert contents(first) == before  # whose files the second shares


@pytest.mark.parametrize("change", OF_TEXTS)
def test_after_a_change_of_texts_nothing_is_reasoned_anew(
    change: str, forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(forty)
    CHANGES[change](forty.root)
    whole = contents(from_nothing(forty, tmp_path / "other", monkeypatch))
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
    for name in ("kg.build.pipeline.close", "kg.build.kept_timeline.find_by_rules"):
        monkeypatch.setattr(name, None)
    assert contents(build(open_project(forty.root))) == whole


#: What the ontology may say besides of the dates of the forty parties, of others with the same date, or of the parties.
SAID_OF_DATES = {
    "nothing": "",
    "that it is of dates": "casus:begins a owl:DatatypeProperty ; rdfs:range xsd:dateTime ; rdfs:domain casus:Dated .",
    "properties above": "casus:begins rdfs:subPropertyOf casus:dated . casus:dated rdfs:subPropertyOf casus:told .",
    "another of the same date": "<episode/S0-PACT-1> casus:signedOn '1990-01-01T00:00:00Z'^^xsd:dateTime .",
    "another of the new date": "<episode/S0-PACT-1> casus:signedOn '1991-02-03T00:00:00Z'^^xsd:dateTime .",
}
MORE_OF_DATES = {
    "one in common with another": SAID_OF_DATES["another of the same date"]
    + "casus:begins rdfs:subPropertyOf casus:dated . casus:signedOn rdfs:subPropertyOf casus:dated .",
    "one in common with another to be": SAID_OF_DATES["another of the new date"]
    + "casus:begins rdfs:subPropertyOf casus:dated . casus:signedOn rdfs:subPropertyOf casus:dated .",
    "a property below": "casus:since rdfs:subPropertyOf casus:begins . "
    "<episode/S0-PACT-1> casus:since '1990-01-01T00:00:00Z'^^xsd:dateTime .",
    "the class of a date": "casus:Old owl:onProperty casus:begins ; "
    "owl:hasValue '1990-01-01T00:00:00Z'^^xsd:dateTime ; rdfs:subClassOf casus:Elder .",
    "a class with a date": "casus:Old owl:onProperty casus:since ; "
    "owl:hasValue '1990-01-01T00:00:00Z'^^xsd:dateTime . casus:since rdfs:subPropertyOf casus:begins . "
    "<episode/S0-PACT-1> a casus:Old .",
    "a key": "casus:Episode owl:hasKey ( casus:begins ) . <episode/S0-PACT-1> a casus:Episode . "
    "<episode/A> a casus:Episode ; casus:begins '1991-02-03T00:00:00Z'^^xsd:dateTime .",
    "the same thing": "<episode/S0-PACT-1> owl:sameAs <episode/T> .",
    "the same property": "casus:begins owl:sameAs casus:since .",
    "an inverse": "casus:begins owl:equivalentProperty casus:since . casus:since owl:inverseOf casus:of .",
    "a range": "casus:begins rdfs:range casus:Day . casus:Day owl:onProperty casus:of ; owl:hasValue casus:Calendar . "
    "casus:of owl:inverseOf casus:has .",
    "a kind of dates": "xsd:dateTime rdfs:subClassOf casus:Day . casus:Day owl:onProperty casus:of ; "
    "owl:hasValue casus:Calendar . casus:of owl:inverseOf casus:has .",
    "a property of the vocabulary": "casus:begins rdfs:subPropertyOf rdfs:comment .",
}


@pytest.mark.parametrize("said", SAID_OF_DATES)
def test_after_a_change_of_a_date_of_which_little_is_said_nothing_is_reasoned_anew(
    said: str, forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added("ontology/dates.ttl", SAID_OF_DATES[said])(forty.root)
    build(open_project(forty.root))
    CHANGES["a date"](forty.root)
    whole = contents(from_nothing(open_project(forty.root), tmp_path / "other", monkeypatch))
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("kg.build.pipeline.close", None)
    assert contents(build(open_project(forty.root))) == whole


@pytest.mark.parametrize("said", MORE_OF_DATES)
def test_after_a_change_of_a_date_of_which_more_is_said_all_that_follows_is_found(
    said: str, forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added("ontology/dates.ttl", MORE_OF_DATES[said])(forty.root)
    first = contents(build(open_project(forty.root)))
    CHANGES["a date"](forty.root)
    made = contents(build(open_project(forty.root)))
    assert made == contents(from_nothing(open_project(forty.root), tmp_path / "other", monkeypatch))
    assert made["inferred"] != first["inferred"]


SHAPES = """
<shape/Order> a sh:NodeShape ; sh:targetSubjectsOf casus:ends ;
    sh:property [ sh:path casus:begins ; sh:lessThanOrEquals casus:ends ; sh:message "It ends before it begins." ] .
<shape/Pact> a sh:NodeShape ; sh:targetObjectsOf casus:toTreaty ; sh:sparql [ sh:message "It was signed after 1990." ;
    sh:select '''SELECT $this { $this <https://w3id.org/casus/ontology#signedOn> ?day
        FILTER(STR(?day) > "1991") }''' ] .
"""


def test_what_a_changed_date_violates_is_found_and_is_not_when_it_is_mended(
    forty: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    added("shapes/dates.ttl", SHAPES)(forty.root)
    added("graph/ends.ttl", '<episode/S0-PACT-1> casus:ends "2000-01-01T00:00:00Z"^^xsd:dateTime .')(forty.root)
    build(open_project(forty.root))
    for file, right, wrong, said in (
        ("graph/graph.ttl", '"1990-01-01T', '"2001-01-01T', "It ends before it begins"),
        ("graph/graph.ttl", '"1980-01-01T', '"2002-01-01T', "It was signed after 1990"),
    ):
        replaced(file, right, wrong)(forty.root)
        with pytest.raises(InvalidData, match=said):
            build(open_project(forty.root))
        replaced(file, wrong, right.replace("01T", "02T"))(forty.root)
        with monkeypatch.context() as without:
            without.setattr("kg.validation.beside._validating", None)  # for no query finds anything
            assert build(open_project(forty.root)).info.warnings == 0


def changed_at_random(root: Path, random: Random) -> None:
    """Change a few things in any files: dates, texts, parties, what a property is."""
    for _ in range(random.randint(1, 4)):
        number, year = random.randrange(40), random.randint(1960, 2015)
        text = random.choice(["Second", "Other pact", f"Name {year}"])
        file, pattern, by = random.choice(
            [
                ("graph/graph.ttl", rf"(S{number}-PACT-1>.*?)\d{{4}}-", rf"\g<1>{year}-"),
                ("graph/graph.ttl", rf"<episode/S{number}-PACT-1>.*\n", ""),
                ("graph/graph.ttl", r"\Z", party(f"N{number}", f"{year}-01-01")),
                ("graph/names.ttl", r'(S[12]> \S+) "[^"]*"', rf'\1 "{text}"'),
                ("graph/other.ttl", r'"[^"]*"@en', f'"{text}"@en'),
                ("ontology/names.ttl", r"\S+ \.$", random.choice(["rdfs:label .", "rdfs:seeAlso ."])),
            ]
        )
        path = root / file
        path.write_text(re.sub(pattern, by, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")


@pytest.mark.parametrize("seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 15))])
def test_any_changes_one_after_another_leave_what_a_build_from_nothing_has(
    seed: int, forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(forty)
    random = Random(seed)
    for step in range(3):
        changed_at_random(forty.root, random)
        monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
        made = contents(build(open_project(forty.root)))
        assert made == contents(from_nothing(open_project(forty.root), tmp_path / f"cache-{step}", monkeypatch))


def test_days_and_answers_of_a_changed_build_are_those_of_one_from_nothing(
    forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(forty)
    CHANGES["a date"](forty.root)
    graph = Graph(forty)
    asked = "SELECT ?s ?o { ?s casus:owesDefenseTo ?o } ORDER BY ?s ?o"
    changed = (graph.query(asked, as_of=DAY).serialize("csv"), set(day_graph(graph.build, DAY).quads))
    assert graph.build.info.changed > 0
    whole = Graph.of(from_nothing(forty, tmp_path / "other", monkeypatch))
    assert (whole.query(asked, as_of=DAY).serialize("csv"), set(day_graph(whole.build, DAY).quads)) == changed


def test_changes_add_up_until_a_store_is_written_anew(forty: Project) -> None:
    """So what was taken out and lies about in the files is never more than a tenth."""
    changed = [build(forty).info.changed]
    for year in range(1991, 1999):
        replaced("graph/graph.ttl", '"1990-01-01T', f'"{year}-01-01T')(forty.root)
        changed.append(build(open_project(forty.root)).info.changed)
    assert changed[0] == 0
    assert changed[1] < changed[2]
    assert 0 in changed[3:]


def test_a_build_begins_with_one_of_the_same_project_and_code(forty: Project, tmp_path: Path) -> None:
    made = build(forty)
    assert former_build(forty) == made
    (tmp_path / "named").mkdir()
    shutil.copytree(forty.root, tmp_path / "named", dirs_exist_ok=True)
    (tmp_path / "named" / "casus.toml").write_text('name = "n"\ntitle = "N"\nbase = "https://example.org/n/"\n')
    assert former_build(open_project(tmp_path / "named")) is None
    said = made.folder / "build.json"
    said.write_text(said.read_text().replace('"maker": "', '"maker": "another'))
    assert former_build(forty) is None


def test_a_former_build_that_has_lost_files_is_of_no_use_and_no_harm(
    forty: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = build(forty)
    (first.folder / "derived.nq.zst").unlink()
    CHANGES["a date"](forty.root)
    second = build(open_project(forty.root))
    assert second.info.changed == 0
    assert contents(second) == contents(from_nothing(forty, tmp_path / "other", monkeypatch))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("graph/treaties/CST.ttl", '"1994-04-20T', '"1994-04-21T'),
        ("graph/treaties/CST.ttl", '"Armenia in the Collective Security Treaty, from 1994"', '"Armenia in the CST"'),
        ("graph/concepts.ttl", "share of the budget", "budget share"),
        (
            "ontology/actors.ttl",
            "States, organizations, alliances, their",
            "States, organizations and alliances, their",
        ),
        ("graph/treaties/CSTO-STATUS-2010.ttl", "", ""),
    ],
)
def test_so_is_that_of_the_shipped_project(
    file: str, old: str, new: str, shipped: Build, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "project"
    for folder in ("ontology", "graph", "shapes", "versions"):
        shutil.copytree(project.root / folder, root / folder)
    shutil.copy(project.root / "casus.toml", root)
    (replaced(file, old, new) if old else removed(file))(root)
    changed = build(open_project(root))
    assert 0 < changed.info.changed < changed.info.derived
    assert contents(changed) == contents(from_nothing(open_project(root), tmp_path / "cache", monkeypatch))
