"""The front door: what a program reaches by ``import kg``, as the README shows it."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode

import kg as casus
from kg import errors
from kg.graph import Graph
from kg.proofs.proof import NotEntailed

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
NATO = "SELECT ?s { ?s casus:memberOf organization:NATO }"


@pytest.fixture(scope="module")
def graph(shipped: object) -> Graph:
    """The shipped project."""
    return casus.open()


def in_a_process(program: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a program elsewhere, as somebody who has the package installed does."""
    head = f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"
    command = [sys.executable, "-c", head + program]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.slow
def test_the_readme_s_program_runs(tmp_path: Path, shipped: object) -> None:
    (program,) = re.findall(r"```python\n(import kg\n.*?)```", README, re.DOTALL)
    for name, text in (("a.ttl", "a"), ("b.ttl", "b")):
        (tmp_path / name).write_text(f"<urn:{text}> a <urn:{text.upper()}> .\n")
    done = in_a_process(program, tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "release").is_dir() == ("export(" in program)


def test_importing_changes_nothing_of_the_process_and_imports_little(tmp_path: Path) -> None:
    program = """
import gc, http.client, json, locale, logging, os, signal, sys, warnings
import rdflib
def state():
    loggers = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict if "kg" not in name}
    signals = [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
    settings = [rdflib.NORMALIZE_LITERALS, http.client._MAXHEADERS, gc.get_threshold(), loggers, signals]
    return [*settings, warnings.filters[:], dict(os.environ), locale.getlocale(), sys.getrecursionlimit()]
before = state()
known = set(sys.modules)
import kg
print(json.dumps(sorted(name for name in set(sys.modules) - known if "." not in name)))
import kg.graph, kg.reasoning.closure, kg.rdf.turtle, kg.validation.validate, kg.web.app, kg.remote.publish
import kg.export.release, kg.cli
after = state()
loggers = after.pop(3), before.pop(3)
assert {name: level for name, level in loggers[0].items() if loggers[1].get(name, level) != level} == {}
assert loggers[0].get("rdflib.term", 0) == 0
assert after == before, (before, after)
"""
    done = in_a_process(program, tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == ["kg"]


def test_the_shipped_project_is_opened_without_being_built(tmp_path: Path) -> None:
    assert repr(casus.open()).startswith("<Graph of 'Casus' in ")
    with pytest.raises(casus.MissingFile):
        casus.open(tmp_path / "absent")
    with pytest.raises(casus.CasusError):
        casus.open(tmp_path)


def test_a_query_as_of_a_day(graph: Graph) -> None:
    rows = graph.query(NATO, as_of="1990-01-01")
    assert len(rows) == 16
    assert NamedNode("https://w3id.org/casus/id/state/USA") in [row["s"] for row in rows]
    assert list(graph.query(NATO, as_of=date(1990, 1, 1))) == list(rows)
    assert len(graph.query(NATO)) == 0


def test_an_answer_goes_to_other_libraries(graph: Graph, tmp_path: Path) -> None:
    answer = graph.query(NATO + " ORDER BY ?s LIMIT 2", as_of="1990-01-01")
    assert "BEL" in repr(answer)
    assert "<table>" in answer._repr_html_()
    assert [str(row.s) for row in answer.to_rdflib()] == [row["s"].value for row in answer]
    answer.write("csv", tmp_path / "nato.csv")
    assert (tmp_path / "nato.csv").read_text().splitlines()[0] == "s"
    out = io.BytesIO()
    answer.write("csv", out)
    assert out.getvalue() == (tmp_path / "nato.csv").read_bytes()
    assert isinstance(graph.query("CONSTRUCT WHERE { state:ARM ?p ?o }").to_rdflib(), rdflib.Graph)


@pytest.mark.parametrize(
    "russia",
    [
        "state:RUS",
        "id/state/RUS",
        "https://w3id.org/casus/id/state/RUS",
        NamedNode("https://w3id.org/casus/id/state/RUS"),
        rdflib.URIRef("https://w3id.org/casus/id/state/RUS"),
    ],
)
def test_terms_come_in_any_form(graph: Graph, russia: object) -> None:
    duties = graph.duties(on="2020-01-01", holder=russia, beneficiary="state:KAZ", kind="defense")
    assert {found.duty.treaty.value.rpartition("/")[2] for found in duties} >= {"CST"}
    assert {found.duty.holder.value for found in duties} == {"https://w3id.org/casus/id/state/RUS"}


@pytest.mark.parametrize("kind", ["defense", "Defense", "casus:DefenseObligation"])
def test_kinds_of_duties_are_named_by_their_notation_or_class(graph: Graph, kind: str) -> None:
    everything = graph.duties(on="2020-01-01", holder="state:RUS")
    chosen = graph.duties(on="2020-01-01", holder="state:RUS", kind=kind)
    assert 0 < len(chosen) < len(everything)
    assert "certain" in repr(chosen)
    assert "<table>" in chosen._repr_html_()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"on": "2020-13-01"}, "not a date"),
        ({"on": "2020-01-01", "kind": "defence"}, "no kind of obligation"),
        ({"on": "2020-01-01", "holder": "land:RUS"}, "unknown prefix 'land'"),
        ({"on": "2020-01-01", "holder": '"RUS"'}, "names no thing"),
        ({"on": "2020-01-01", "holder": 7}, "is not a term"),
    ],
)
def test_what_cannot_be_meant_is_told(graph: Graph, asked: dict[str, object], message: str) -> None:
    with pytest.raises(casus.BadInput, match=message):
        graph.duties(**asked)  # type: ignore[arg-type]


def test_dyad_years_are_a_table(graph: Graph) -> None:
    years = graph.dyad_years(2009, 2010)
    assert {row.year for row in years} == {2009, 2010}
    assert years.columns[:3] == ("year", "holder", "beneficiary")
    assert len(years.rows) == len(years)


def test_proofs_lead_to_files(graph: Graph) -> None:
    proof = graph.explain("state:RUS", "casus:owesDefenseTo", "state:KAZ", as_of="2020-01-01")
    assert any(leaf.file and leaf.file.startswith("graph/treaties/") for leaf in proof.leaves)
    missed = graph.explain("state:RUS", "casus:owesDefenseTo", "state:USA", as_of="2020-01-01")
    assert isinstance(missed, NotEntailed)


def test_what_if_and_contradictions(graph: Graph) -> None:
    difference = graph.what_if(without="state:ARM", start="2027-01-01")
    assert difference.duties
    assert not graph.contradictions().roots


@pytest.mark.slow
def test_the_shipped_project_is_valid(graph: Graph) -> None:
    assert graph.validate().conforms


def test_claims(graph: Graph) -> None:
    assert {claim.status for section in graph.claims(status="disputed") for claim in section.claims} == {"disputed"}


def test_any_files_are_reasoned_over(write: Callable[[str, str], Path]) -> None:
    file = write("a.ttl", "<A> rdfs:subClassOf <B> . <x> a <A> .")
    closure = casus.reason([file])
    assert any(triple.object.value.endswith("/B") for triple in closure.inferred)
    assert not closure.inconsistencies
    proof = casus.explain([file], "<x>", "a", "<B>")
    assert {Path(leaf.file) for leaf in proof.leaves} == {file}
    assert not casus.contradictions([file]).roots


def test_reasoning_ends_at_its_limits(write: Callable[[str, str], Path]) -> None:
    file = write("a.ttl", "<A> rdfs:subClassOf <B> . <x> a <A> .")
    with pytest.raises(casus.ReasonerLimit, match="1 statements"):
        casus.reason(file, limits=casus.ReasoningLimits(statements=1))


def test_one_file_needs_no_list(graph: Graph, write: Callable[[str, str], Path]) -> None:
    file = write("a.ttl", "<A> rdfs:subClassOf <B> . <x> a <A> .")
    assert casus.reason(str(file)).inferred == casus.reason([file]).inferred
    assert casus.explain(file, "<x>", "a", "<B>").leaves
    shapes = write("shapes.ttl", "[] a sh:NodeShape ; sh:targetClass <A> ; sh:nodeKind sh:IRI .")
    reports = graph.validate(str(file), shapes=str(shapes)), graph.validate([file], shapes=[shapes])
    assert repr(reports[0]) == repr(reports[1])


def test_what_is_large_is_shown_by_its_size(write: Callable[[str, str], Path]) -> None:
    closure = casus.reason(write("a.ttl", "<A> owl:disjointWith <B> . <x> a <A>, <B> ."))
    assert repr(closure) == f"<3 asserted, {len(closure.inferred)} inferred, 1 inconsistencies>"


def test_an_extra_that_is_not_installed_is_told(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    for table in (graph.query("ASK {}"), graph.dyad_years(2016, 2016)):
        with pytest.raises(casus.CasusError, match=r"pip install 'casus-kg\[pandas\]'"):
            table.to_pandas()


def test_every_error_is_at_the_door() -> None:
    tree = {kind.__name__ for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert tree <= set(casus.__all__)


def test_files_that_contradict_themselves(write: Callable[[str, str], Path]) -> None:
    file = write("a.ttl", "<A> owl:disjointWith <B> . <x> a <A>, <B> .")
    assert [found.rule for found in casus.reason([file]).inconsistencies] == ["cax-dw"]
    (root,) = casus.contradictions([file]).roots
    assert root.rule == "cax-dw"
