"""Other makers' stores: `kg publish` fills each, and `kg serve --store` answers all competency questions out of it.

What a product answers otherwise stands in departures.toml with the reason, and nothing else may differ.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from flask.testing import FlaskClient
from products import Product, fuseki, oxigraph, virtuoso

from kg.build.questions import stated_day
from kg.build.store import Build
from kg.graph import Graph
from kg.pool.limits import Limits
from kg.pool.source import Source
from kg.project import Project
from kg.remote.credentials import Credentials
from kg.remote.graph_store import GraphStore
from kg.starter.create import create_project
from kg.web.app import app_of
from kg.web.host import HostConfig
from kg.web.site import Site

DEPARTURES = tomllib.loads(Path(__file__).with_name("departures.toml").read_text(encoding="utf-8"))
#: A day's graph is as large as the project, and a runner may be slow.
PATIENT = Limits(workers=2, query_seconds=120)

Started = Callable[[Path], AbstractContextManager[Product]]


@pytest.fixture
def products(pytestconfig: pytest.Config) -> dict[str, Started]:
    """How each product is started in a folder."""
    return {
        "fuseki": partial(fuseki, clients=pytestconfig.getoption("--clients")),
        "oxigraph": oxigraph,
        "virtuoso": virtuoso,
    }


@pytest.fixture(params=["fuseki", "oxigraph", "virtuoso"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def product(
    name: str, products: dict[str, Started], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Product]:
    """An empty store, and who may write there in the environment, as the command reads it."""
    with products[name](tmp_path) as product:
        for variable, value in (("CASUS_USER", product.user), ("CASUS_PASSWORD", product.password)):
            monkeypatch.setenv(variable, value)
        monkeypatch.delenv("CASUS_TOKEN", raising=False)
        yield product


def put(kg: Callable[..., Result], product: Product, graph: Graph) -> None:
    """Publish a project with its merge and the days that its questions are about, by the command."""
    stated = (stated_day(question.read_text(encoding="utf-8")) for question in graph.project.questions)
    days = sorted({day.isoformat() for day in stated if day is not None})
    dates = [argument for day in days for argument in ("--as-of", day)]
    done = kg("publish", product.url, "--merged", *dates, "--project", graph.project.root)
    assert done.exit_code == 0, done.stderr


def counts(product: Product, graph: Graph) -> dict[str, int]:
    """How many triples each graph of a project has in a store."""
    who = Credentials(product.user, product.password) if product.user else None
    return GraphStore(product.url, credentials=who).counts(graph.names.graph)


def rows(text: str) -> list[tuple[str, ...]]:
    return [tuple(row) for row in csv.reader(io.StringIO(text))]


def departure(client: FlaskClient, question: Path) -> str | None:
    """How an answer differs from the file beside the question: it is refused, or has other rows, or an other order."""
    text = question.read_text(encoding="utf-8")
    answer = client.post("/sparql", data={"query": text, "format": "csv"})
    if answer.status_code != 200:
        return "refused"
    given, expected = rows(answer.text), rows(question.with_suffix(".csv").read_text(encoding="utf-8"))
    if given == expected:
        return None
    return "order" if Counter(given) == Counter(expected) else "rows"


def departures(graph: Graph, product: Product) -> dict[str, str]:
    """The questions of a project that a server does not answer out of a store as the files beside them say."""
    service, workforce = HostConfig(Source(graph.build), PATIENT, (), Site(), url=product.query_url).employ()
    with workforce:
        client = app_of(service).test_client()
        found = ((question.stem, departure(client, question)) for question in graph.project.questions)
        return {stem: how for stem, how in found if how is not None}


@pytest.mark.slow
def test_all_questions_are_answered_as_expected(
    name: str, product: Product, project: Project, shipped: Build, kg: Callable[..., Result], tmp_path: Path
) -> None:
    """Those of the shipped project, and those of another that is published beside it and leaves it as it was."""
    casus = Graph(project)
    put(kg, product, casus)
    known = {stem: group["departs"] for group in DEPARTURES.get(name, ()) for stem in group["questions"]}
    assert departures(casus, product) == known
    before = counts(product, casus)
    own = Graph(create_project(tmp_path / "own"))
    put(kg, product, own)
    assert departures(own, product) == {}
    assert counts(product, casus) == before
