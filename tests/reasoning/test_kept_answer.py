"""What clingo answers about an ontology is taken from the run before, and only if the same is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Quad, RdfFormat, parse
from worlds import PREFIXES

from kg.reasoning import materialise
from kg.reasoning.closure import Closure, close
from kg.reasoning.kept_answer import answers_kept

ONTOLOGY = """
casus:Empire rdfs:subClassOf casus:State . casus:allyOf a owl:SymmetricProperty ; rdfs:domain casus:State .
"""
FACTS = "<state/A> a casus:Empire ; rdfs:label 'A' . <state/B> casus:allyOf <state/A> ."


def read(turtle: str) -> list[Quad]:
    return list(parse(PREFIXES + turtle, RdfFormat.TURTLE))


def closed(turtle: str, former: Path | None, folder: Path) -> Closure:
    folder.mkdir()
    with answers_kept(former, folder):
        return close(read(turtle), "duckdb")


@pytest.fixture
def former(tmp_path: Path) -> Path:
    closed(ONTOLOGY + FACTS, None, tmp_path / "former")
    return tmp_path / "former"


def test_other_facts_of_the_same_ontology_need_no_grounder(
    former: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = ONTOLOGY + FACTS.replace("state/B", "state/C").replace("'A'", "'Another'")
    expected = close(read(changed), "duckdb")
    monkeypatch.setattr(materialise, "ground", None)
    assert closed(changed, former, tmp_path / "second").inferred == expected.inferred
    assert closed(changed, tmp_path / "second", tmp_path / "third").inferred == expected.inferred


@pytest.mark.parametrize(
    "changed",
    [
        ONTOLOGY.replace("owl:SymmetricProperty", "owl:TransitiveProperty") + FACTS,
        f"{ONTOLOGY} {FACTS} <state/A> a casus:Other .",
        ONTOLOGY + "casus:Other rdfs:subClassOf casus:Empire . <state/A> a casus:Other .",
    ],
)
def test_what_is_asked_otherwise_is_answered_anew(changed: str, former: Path, tmp_path: Path) -> None:
    assert closed(changed, former, tmp_path / "second").inferred == close(read(changed), "duckdb").inferred


def test_an_answer_is_handed_on_by_who_asks_nothing(former: Path, tmp_path: Path) -> None:
    (tmp_path / "second").mkdir()
    with answers_kept(former, tmp_path / "second"):
        pass
    [kept] = (tmp_path / "second").iterdir()
    assert kept.read_bytes() == (former / kept.name).read_bytes()


def test_what_only_looks_keeps_nothing(former: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with answers_kept(None):
        expected = close(read(ONTOLOGY + FACTS), "duckdb")
    monkeypatch.setattr(materialise, "ground", None)
    with answers_kept(former):
        assert close(read(ONTOLOGY + FACTS), "duckdb").inferred == expected.inferred
    assert list(tmp_path.iterdir()) == [former]


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert close(read(ONTOLOGY + FACTS), "duckdb").inferred
    assert list(tmp_path.iterdir()) == []
