"""The W3C's SPARQL 1.1 tests, run where their folder is given: protocol, service description, graph store, queries.

pytest tests/web/test_w3c.py --w3c-sparql FOLDER/sparql/sparql11
"""

from __future__ import annotations

import json
from email import message_from_bytes
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryResultsFormat, RdfFormat, Store, Triple, parse
from sites import site_at
from w3c import (
    FORMATS,
    Evaluation,
    Exchange,
    ProtocolTest,
    evaluations,
    expected,
    protocol_tests,
    rows_of_csv,
    solutions,
    triples,
)
from werkzeug.test import TestResponse

from kg.terms import RDF
from kg.web.app import create_app
from kg.web.executor import LocalExecutor

PARTS = (
    "aggregates", "bind", "bindings", "cast", "construct", "exists", "functions", "grouping", "negation",
    "project-expression", "property-path", "subquery", "csv-tsv-res", "json-res",
)  # fmt: skip

#: Tests that cannot pass, by their names, with the reason.
IN_GRAPH = "pyoxigraph: GRAPH ?g binds ?g in each triple pattern, not around the group as a whole"
LANGUAGE = "pyoxigraph: GROUP_CONCAT of strings in one language is in that language"
LENGTH_ZERO = "pyoxigraph: a path of length zero from a term that is in no triple finds nothing"
FAILING = {
    "aggregates/agg-groupconcat-04": LANGUAGE,
    "aggregates/agg-groupconcat-06": LANGUAGE,
    "aggregates/agg-empty-group-count-graph": IN_GRAPH,
    "bindings/graph": IN_GRAPH,
    "csv-tsv-res/csv03": "the store keeps the value of a number, not how it was written: 1.0E6 becomes 1000000",
    "csv-tsv-res/tsv03": "the store keeps numbers of derived types as xsd:integer",
    "functions/bnode01": "pyoxigraph: BNODE of one string is one blank node in all rows",
    "negation/graph-minus": IN_GRAPH,
    "property-path/zero_or_more_set_start": LENGTH_ZERO,
    "property-path/zero_or_more_set_end": LENGTH_ZERO,
    "property-path/zero_or_one_set_start": LENGTH_ZERO,
    "property-path/zero_or_one_set_end": LENGTH_ZERO,
}

#: Every update is refused. So these tests, which expect one to be accepted, get a refusal; those of bad updates pass.
UPDATES = {
    "update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs",
    "update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri",
}  # fmt: skip
KINDS = {
    "boolean": ("application/sparql-results+json", "application/sparql-results+xml"),
    "tabular": ("application/sparql-results+json", "application/sparql-results+xml", "text/csv"),
    "RDF": ("text/turtle", "application/rdf+xml", "application/n-triples"),
}
STATUSES = {
    "OK": (200,),
    "NotFound": (404,),
    **{f"StatusCode{n}xx": range(n * 100, n * 100 + 100) for n in range(2, 6)},
}
EMPTY = "http://example.org/empty"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each of the suite's, or one that is skipped and says why."""
    folder: Path | None = metafunc.config.getoption("--w3c-sparql")
    for argument in ("evaluation", "protocol_test", "graph_test", "service_suite"):
        if argument in metafunc.fixturenames:
            if folder is None:
                skip = pytest.mark.skip(reason="the suite is not here: --w3c-sparql FOLDER names it")
                metafunc.parametrize(argument, [pytest.param(None, marks=skip)], ids=["suite"])
            else:
                tests = _tests(argument, folder)
                metafunc.parametrize(argument, tests, ids=[getattr(test, "name", str(test)) for test in tests])


def _tests(argument: str, folder: Path) -> list[Evaluation] | list[ProtocolTest] | list[str]:
    if argument == "evaluation":
        return list(evaluations(folder, PARTS))
    if argument == "protocol_test":
        return list(protocol_tests(folder / "protocol" / "manifest.ttl"))
    if argument == "service_suite":
        return [str(folder / "service-description")]
    manifests = [folder / "graph-store-protocol" / f"manifest-{way}.ttl" for way in ("direct", "indirect")]
    return [test for manifest in manifests for test in protocol_tests(manifest)]


@pytest.mark.w3c("SPARQL 1.1 query")
def test_query_evaluation(evaluation: Evaluation, request: pytest.FixtureRequest) -> None:
    if evaluation.name in FAILING:
        request.applymarker(pytest.mark.xfail(reason=FAILING[evaluation.name], strict=True))
    response = evaluate(evaluation)
    assert response.status_code == 200, response.text
    assert content(response) == expected(evaluation)


def evaluate(evaluation: Evaluation) -> TestResponse:
    """What the endpoint answers to a query on its data."""
    text = evaluation.query.read_text(encoding="utf-8")
    base = evaluation.query.resolve().as_uri()
    store = Store()
    dataset: dict[str, list[str]] = {}
    files = {file.resolve().as_uri(): file for file in evaluation.graphs}
    if " FROM " in text or "\nFROM " in text:
        load(store, files | {file.resolve().as_uri(): file for file in evaluation.data})
    elif evaluation.graphs:
        # The dataset is told by the protocol: here the default graph would be the union of all.
        store.add_graph(NamedNode(EMPTY))
        load(store, files | {f"data:{file.name}": file for file in evaluation.data})
        dataset["default-graph-uri"] = [f"data:{file.name}" for file in evaluation.data] or [EMPTY]
        dataset["named-graph-uri"] = list(files)
    else:
        for file in evaluation.data:
            load_graph(store, DefaultGraph(), file)
    suffix = evaluation.result.suffix
    accept = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".srj": "application/sparql-results+json"}
    client = create_app(LocalExecutor(store)).test_client()
    return client.post(
        "/sparql",
        data={"query": f"BASE <{base}>\n{text}", **dataset},
        headers={"Accept": accept.get(suffix, "application/sparql-results+xml, application/n-triples")},
    )


def content(response: TestResponse) -> object:
    forms = {
        "application/sparql-results+xml": QueryResultsFormat.XML,
        "application/sparql-results+json": QueryResultsFormat.JSON,
        "text/tab-separated-values": QueryResultsFormat.TSV,
    }
    if response.mimetype == "text/csv":
        return rows_of_csv(response.text)
    if response.mimetype in forms:
        return solutions(response.data, forms[response.mimetype])
    return triples(response.data, RdfFormat.N_TRIPLES)


@pytest.mark.w3c("SPARQL 1.1 protocol")
def test_protocol(protocol_test: ProtocolTest) -> None:
    store = Store()
    load(store, protocol_test.graphs)
    client = create_app(LocalExecutor(store)).test_client()
    for exchange in protocol_test.exchanges:
        response = client.open(
            exchange.path,
            method=exchange.method,
            headers=exchange.headers,
            data=exchange.body,
        )
        if protocol_test.name in UPDATES and (
            exchange.body is None or "sparql-update" in str(exchange.headers) or exchange.body.startswith(b"update=")
        ):
            assert response.status_code in (400, 415)
            return
        check(response, exchange)


def check(response: TestResponse, exchange: Exchange) -> None:
    assert any(response.status_code in STATUSES[status] for status in exchange.statuses), response.text
    if exchange.format is not None:
        assert response.mimetype in KINDS[exchange.format]
    if exchange.boolean is not None:
        assert json.loads(response.data)["boolean"] is exchange.boolean


@pytest.mark.w3c("SPARQL 1.1 graph store, reading")
def test_graph_store_reading(graph_test: ProtocolTest) -> None:
    """The test itself writes to the store what the suite would have the server write, and compares what is read."""
    host = "http://www.example"
    store = Store()
    client = create_app(LocalExecutor(store), site_at(host + "/")).test_client()
    location = f"{host}/graph/new"
    for exchange in graph_test.exchanges:
        path = exchange.path.replace("$LOCATION$", location).removeprefix(host)
        path = (
            "/graph/" + path.removeprefix("/gsp/") if path.startswith("/gsp/") else path.replace("/gsp", "/graphs", 1)
        )
        response = client.open(path, method=exchange.method, headers=exchange.headers, data=exchange.body)
        if exchange.method not in ("GET", "HEAD"):
            assert response.status_code == 405
            write(store, exchange, graph_name(path, host, location))
            continue
        assert any(response.status_code in STATUSES[status] for status in exchange.statuses), response.text
        if exchange.answer is not None:
            assert response.content_type == "text/turtle; charset=utf-8"
            assert triples(response.data, RdfFormat.TURTLE) == triples(exchange.answer, RdfFormat.TURTLE)


def graph_name(path: str, host: str, location: str) -> NamedNode | DefaultGraph:
    address = urlsplit(path)
    parameters = parse_qs(address.query, keep_blank_values=True)
    if "default" in parameters:
        return DefaultGraph()
    if "graph" in parameters:
        return NamedNode(parameters["graph"][0])
    return NamedNode(location if address.path == "/graphs" else host + address.path)


def write(store: Store, exchange: Exchange, graph: NamedNode | DefaultGraph) -> None:
    if exchange.method in ("PUT", "DELETE"):
        store.clear_graph(graph)
    head = f"Content-Type: {exchange.headers.get('content-type', 'text/turtle')}\n\n".encode()
    message = message_from_bytes(head + (exchange.body or b""))
    for part in message.walk():
        if not part.is_multipart() and exchange.method != "DELETE":
            body = part.get_payload(decode=True)
            assert isinstance(body, bytes)
            base = graph.value if isinstance(graph, NamedNode) else None
            for quad in parse(body, RdfFormat.TURTLE, base_iri=base, rename_blank_nodes=True):
                store.add(Quad(*quad.triple, graph))


SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.mark.w3c("SPARQL 1.1 service description")
@pytest.mark.parametrize("name", ["returns-rdf", "has-endpoint-triple", "conforms-to-schema"])
def test_service_description(service_suite: str, name: str) -> None:
    """The suite names three tests and leaves it to the reader to carry them out."""
    assert f":{name} " in (Path(service_suite) / "manifest.ttl").read_text(encoding="utf-8").replace("\n", " ")
    store = Store()
    store.add(Quad(NamedNode("urn:s"), NamedNode("urn:p"), NamedNode("urn:o"), NamedNode("urn:g")))
    response = create_app(LocalExecutor(store)).test_client().get("/sparql", headers={"Accept": "text/turtle"})
    found = [quad.triple for quad in parse(response.data, RdfFormat.TURTLE)]
    if name == "returns-rdf":
        assert (response.status_code, response.mimetype) == (200, "text/turtle")
        assert found
    elif name == "has-endpoint-triple":
        endpoints = [triple.object for triple in found if triple.predicate.value == SD + "endpoint"]
        assert endpoints == [NamedNode("http://localhost/sparql")]
    else:
        check_description(found)


def check_description(found: list[Triple]) -> None:
    """Each property of the vocabulary stands between things of the classes that it asks for."""
    types = {(t.subject, t.object.value) for t in found if t.predicate == RDF.type and isinstance(t.object, NamedNode)}
    schema = {
        "endpoint": ("Service", None), "supportedLanguage": ("Service", None), "feature": ("Service", None),
        "supportedVersion": ("Service", None), "resultFormat": ("Service", None),
        "defaultDataset": ("Service", "Dataset"), "defaultGraph": ("Dataset", "Graph"),
        "namedGraph": ("Dataset", "NamedGraph"), "name": ("NamedGraph", None), "graph": ("NamedGraph", "Graph"),
    }  # fmt: skip
    used = [triple for triple in found if triple.predicate.value.startswith(SD)]
    assert {triple.predicate.value.removeprefix(SD) for triple in used} == set(schema)
    for triple in used:
        domain, range_ = schema[triple.predicate.value.removeprefix(SD)]
        assert (triple.subject, SD + domain) in types
        assert range_ is None or (triple.object, SD + range_) in types


def load(store: Store, graphs: dict[str, Path]) -> None:
    for name, file in graphs.items():
        store.add_graph(NamedNode(name))
        load_graph(store, NamedNode(name), file)


def load_graph(store: Store, graph: NamedNode | DefaultGraph, file: Path) -> None:
    """A file as one graph; a file of several graphs as these."""
    base, form = file.resolve().as_uri(), FORMATS[file.suffix]
    for quad in parse(file.read_bytes(), form, base_iri=base, rename_blank_nodes=True):
        store.add(quad if form.supports_datasets else Quad(*quad.triple, graph))
