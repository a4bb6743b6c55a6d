"""A store small enough to read, and clients that talk to the application over it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pyoxigraph import RdfFormat, Store

from kg.build.questions import Question, read_questions
from kg.build.store import Build, open_store
from kg.graph import Graph
from kg.pool.inquiry import LocalDesk
from kg.project import Project
from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.site import Site

DATA = """
PREFIX casus: <https://w3id.org/casus/ontology#>
PREFIX ex: <http://example.org/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
BASE <https://w3id.org/casus/id/>
GRAPH ex:states {
  <state/ARM> a casus:State ; rdfs:label "Armenia"@en ; rdfs:seeAlso ex:armenia , <javascript:alert(1)> ;
    casus:begins "1991-09-21T00:00:00Z"^^xsd:dateTime .
}
GRAPH ex:hostile {
  ex:thing rdfs:label "<script>alert(1)</script>" , "\\"><img src=x onerror=alert(1)>"@en .
}
"""

QUESTIONS = (
    Question("01-states", "Which states are there?", "SELECT ?state WHERE { ?state a casus:State }\n", "easy"),
    Question("02-hostile", "What if 1 < 2 & <b>?", "ASK { FILTER (1 < 2) } # </textarea><script>alert(1)</script>\n"),
)


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    """A client of the application."""
    store = Store()
    store.load(DATA, format=RdfFormat.TRIG)
    app = create_app(LocalExecutor(store), Site(questions=QUESTIONS, fingerprint="small"))
    app.testing = True
    return app.test_client(use_cookies=False)  # what one test chooses is nothing to the others


@pytest.fixture(scope="session")
def world(shipped: Build, store: Store, project: Project) -> FlaskClient:
    """A client of the application over the shipped project."""
    site = Site(questions=read_questions(project.questions), build=shipped, fingerprint=shipped.folder.name)
    app = create_app(LocalExecutor(store), site, LocalDesk(Graph.of(shipped)))
    app.testing = True
    return app.test_client(use_cookies=False)  # what one test chooses is nothing to the others


@pytest.fixture(scope="session")
def little_world(little: Build) -> FlaskClient:
    """A client of the application over a pact of two states, and nothing besides."""
    app = create_app(LocalExecutor(open_store(little.store)), Site(build=little))
    app.testing = True
    return app.test_client()


@pytest.fixture
def listener() -> Iterator[list[object]]:
    """Someone on loopback who would like to be called: the port, and then whoever has called."""
    called: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as ear:
        called.append(ear.getsockname()[1])

        def listen() -> None:
            while True:
                try:
                    connection, address = ear.accept()
                except OSError:
                    return
                called.append(address)
                connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield called
