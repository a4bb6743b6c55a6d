"""Two projects in one store: both answer all their questions, and publishing one leaves the other as it was."""

from __future__ import annotations

import csv
import io

import pytest
from graph_store_server import little_server

import kg
from kg.build.questions import stated_day
from kg.remote.endpoint import Endpoint
from kg.remote.graph_store import GraphStore
from kg.remote.publish import publish
from kg.remote.query import RemoteStore
from kg.starter.create import create_project


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    """A project as `kg init` makes it."""
    return kg.open(create_project(tmp_path_factory.mktemp("own") / "pacts").root)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> kg.Graph:
    """Another, whose things have the same short names."""
    return kg.open(create_project(tmp_path_factory.mktemp("other") / "leagues", languages=["ru", "en"]).root)


def put(graph: kg.Graph, store: GraphStore) -> None:
    """Publish a project with its merge and the days that its questions are about."""
    texts = [question.read_text(encoding="utf-8") for question in graph.project.questions]
    days = sorted({day for text in texts if (day := stated_day(text)) is not None})
    publish(graph.build, store, days=days, merged=True)


def wrongly_answered(graph: kg.Graph, query_url: str, counts: dict[str, int]) -> list[str]:
    """The questions of a project that the store does not answer as the files beside them say."""
    names = graph.names
    graphs = [name for name in counts if name.startswith(names.graph) and name != names.merged]
    days = [name for name in graphs if name.startswith(f"{names.graph}as-of/")]
    store = RemoteStore(Endpoint(query_url), [g for g in graphs if g not in days], [names.merged], names)
    wrong = []
    for question in graph.project.questions:
        text = question.read_text(encoding="utf-8")
        day = stated_day(text)
        out = io.BytesIO()
        store.run(text, day_graph=names.day_graph(day) if day else None).write("csv", out)
        given = list(csv.reader(io.StringIO(out.getvalue().decode())))
        expected = list(csv.reader(io.StringIO(question.with_suffix(".csv").read_text(encoding="utf-8"))))
        if given != expected:
            wrong.append(question.stem)
    return wrong


def test_two_projects_do_not_touch_each_other(own: kg.Graph, other: kg.Graph) -> None:
    with little_server() as server:
        store = GraphStore(server.url)
        put(own, store)
        before = {quad for quad in server.store if quad.graph_name.value.startswith(own.names.base)}
        assert len(before) == len(server.store), "all its graphs have names of its own"
        put(other, store)
        counts = store.counts("")
        assert wrongly_answered(own, server.url, counts) == wrongly_answered(other, server.url, counts) == []
        publish(other.build, store, prune=True)
        assert {quad for quad in server.store if quad.graph_name.value.startswith(own.names.base)} == before
