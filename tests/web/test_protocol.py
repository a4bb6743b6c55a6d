"""The SPARQL 1.1 Protocol: operations, media types, statuses."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

SELECT = "SELECT ?name { state:ARM rdfs:label ?name }"
ASK = "ASK { state:ARM a casus:State }"
CONSTRUCT = "CONSTRUCT WHERE { ?s a casus:State }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def names(body: bytes) -> list[str]:
    return [row["name"]["value"] for row in json.loads(body)["results"]["bindings"]]


def test_a_query_by_get(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT})
    assert (response.status_code, response.mimetype) == (200, "application/sparql-results+json")
    assert names(response.data) == ["Armenia"]


def test_a_query_in_a_form(client: FlaskClient) -> None:
    assert names(client.post("/sparql", data={"query": SELECT}).data) == ["Armenia"]


def test_a_query_as_the_body(client: FlaskClient) -> None:
    response = client.post("/sparql", data=SELECT.encode(), content_type=f"{DIRECT}; charset=UTF-8")
    assert names(response.data) == ["Armenia"]


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    response = client.head("/sparql", query_string={"query": SELECT})
    assert (response.status_code, response.data, response.mimetype) == (200, b"", "application/sparql-results+json")


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_the_dataset_can_be_chosen_in_each_way(client: FlaskClient, way: str) -> None:
    def asks(query: str, **dataset: str | list[str]) -> bool:
        if way == "get":
            response = client.get("/sparql", query_string={"query": query, **dataset})
        elif way == "form":
            response = client.post("/sparql", data={"query": query, **dataset})
        else:
            response = client.post("/sparql", query_string=dataset, data=query.encode(), content_type=DIRECT)
        return bool(json.loads(response.data)["boolean"])

    in_graph = "ASK { GRAPH ?graph { state:ARM a casus:State } }"
    states, hostile = "http://example.org/states", "http://example.org/hostile"
    assert asks(ASK)
    assert asks(ASK, **{"default-graph-uri": states})
    assert not asks(ASK, **{"default-graph-uri": hostile})
    assert asks(ASK, **{"default-graph-uri": [hostile, states]})
    assert not asks(in_graph, **{"default-graph-uri": states})
    assert asks(in_graph, **{"named-graph-uri": states})
    assert not asks(in_graph, **{"named-graph-uri": hostile})


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (SELECT, None, "application/sparql-results+json"),
        (SELECT, "*/*", "application/sparql-results+json"),
        (SELECT, "application/sparql-results+json", "application/sparql-results+json"),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "application/xml", "application/xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/csv;charset=utf-8", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "text/csv;q=0.5, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
        (SELECT, "text/csv;q=0.8, application/sparql-results+xml;q=0.5, */*;q=0.1", "text/csv"),
        (SELECT, "application/sparql-results+json;q=0, */*", "application/json"),
        (SELECT, "image/png, text/turtle, text/csv;q=0.1", "text/csv"),
        (SELECT, BROWSER, "text/html"),
        (SELECT, "text/html;q=0.5, text/csv", "text/csv"),
        (ASK, "text/csv", "text/csv"),
        (ASK, "application/sparql-results+xml", "application/sparql-results+xml"),
        (CONSTRUCT, None, "text/turtle"),
        (CONSTRUCT, "*/*", "text/turtle"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
        (CONSTRUCT, "application/n-quads", "application/n-quads"),
        (CONSTRUCT, "application/trig", "application/trig"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/json", "application/json"),
        (CONSTRUCT, "application/ld+json;q=0.9, text/turtle;q=0.8", "application/ld+json"),
        (CONSTRUCT, BROWSER, "text/html"),
        ("DESCRIBE state:ARM", "text/turtle", "text/turtle"),
    ],
)
def test_the_client_chooses_the_form(client: FlaskClient, query: str, accept: str | None, media_type: str) -> None:
    headers = {} if accept is None else {"Accept": accept}
    response = client.get("/sparql", query_string={"query": query}, headers=headers)
    assert (response.status_code, response.mimetype) == (200, media_type)
    assert "Accept" in response.headers["Vary"]


def test_bodies_are_what_they_say(client: FlaskClient) -> None:
    def body(query: str, accept: str) -> str:
        return client.get("/sparql", query_string={"query": query}, headers={"Accept": accept}).text

    assert body(SELECT, "text/csv") == "name\r\nArmenia\r\n"
    assert body(SELECT, "text/tab-separated-values") == '?name\n"Armenia"@en\n'
    assert '<literal xml:lang="en">Armenia</literal>' in body(SELECT, "application/xml")
    assert json.loads(body(ASK, "application/json"))["boolean"] is True
    assert body(ASK, "text/csv") == "true\n"
    assert "state:ARM a casus:State ." in body(CONSTRUCT, "text/turtle")


RESULTS_JSON, RESULTS_XML = "application/sparql-results+json", "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("query", "parameters", "media_type"),
    [
        (SELECT, {"format": "csv"}, "text/csv"),
        (SELECT, {"format": "CSV"}, "text/csv"),
        (SELECT, {"format": "text/csv"}, "text/csv"),
        (SELECT, {"output": "xml"}, RESULTS_XML),
        (SELECT, {"results": "sparql-results+json"}, RESULTS_JSON),
        (SELECT, {"format": "application/json"}, "application/json"),
        (SELECT, {"format": "html"}, "text/html"),
        (CONSTRUCT, {"format": "nt"}, "application/n-triples"),
        (CONSTRUCT, {"format": "N-Triples"}, "application/n-triples"),
        (CONSTRUCT, {"format": "n3"}, "text/turtle"),
        (CONSTRUCT, {"format": "ttl"}, "text/turtle"),
        (CONSTRUCT, {"format": "rdf+xml"}, "application/rdf+xml"),
        (CONSTRUCT, {"format": "application/rdf+xml"}, "application/rdf+xml"),
        (CONSTRUCT, {"output": "json-ld"}, "application/ld+json"),
        (CONSTRUCT, {"format": "json"}, "application/ld+json"),
        (CONSTRUCT, {"format": "xml"}, "application/rdf+xml"),
        # What is no format of this kind of answer is passed over.
        (CONSTRUCT, {"format": ["csv", "trig"]}, "application/trig"),
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_a_link_names_the_format_as_its_tools_do(
    client: FlaskClient, query: str, parameters: dict[str, str | list[str]], media_type: str, way: str
) -> None:
    headers = {"Accept": BROWSER}
    if way == "get":
        response = client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)
    elif way == "form":
        response = client.post("/sparql", data={"query": query, **parameters}, headers=headers)
    else:
        response = client.post(
            "/sparql", query_string=parameters, data=query.encode(), content_type=DIRECT, headers=headers
        )
    assert (response.status_code, response.mimetype) == (200, media_type)


@pytest.mark.parametrize("name", ["pdf", "", "turtle", "rdf+xml"])
def test_a_format_that_an_answer_has_not_leaves_it_to_the_header(client: FlaskClient, name: str) -> None:
    response = client.get("/sparql", query_string={"query": SELECT, "format": name}, headers={"Accept": "text/csv"})
    assert (response.status_code, response.mimetype) == (200, "text/csv")


BAD_REQUESTS = {
    "no query": ({"default-graph-uri": "x"}, "the parameter 'query' is missing"),
    "two queries": ({"query": [ASK, ASK]}, "there must be one query, not 2"),
    "an update": ({"update": "CLEAR ALL"}, "SPARQL Update is not accepted: only queries are answered here"),
    "an update as query": ({"query": "CLEAR ALL"}, "line 1, column 1: CLEAR is SPARQL Update"),
    "a syntax error": ({"query": "SELECT ?x {"}, "line 1, column 11: this '{' is not closed"),
    "an empty query": ({"query": ""}, "the query is empty"),
    "a call": ({"query": "ASK { SERVICE <x> {} }"}, "line 1, column 7: SERVICE is refused"),
    "no graph's name": ({"query": ASK, "named-graph-uri": "x"}, "a graph's name must be an absolute IRI"),
}


@pytest.mark.parametrize("name", BAD_REQUESTS)
def test_a_bad_request_gets_one_plain_line(client: FlaskClient, name: str) -> None:
    parameters, cause = BAD_REQUESTS[name]
    for response in (client.get("/sparql", query_string=parameters), client.post("/sparql", data=parameters)):
        assert (response.status_code, response.mimetype) == (400, "text/plain")
        assert response.text.startswith(cause)
        assert response.text.count("\n") == 1


@pytest.mark.parametrize(
    ("query", "dataset", "absent"),
    [
        ("ASK {}", {"default-graph-uri": "urn:none"}, ["urn:none"]),
        ("ASK FROM <urn:none> {}", {}, ["urn:none"]),
        ("ASK FROM NAMED <urn:none> {}", {}, ["urn:none"]),
        ("ASK FROM <urn:a> FROM <urn:b> FROM NAMED <urn:a> {}", {}, ["urn:a", "urn:b"]),
        ("ASK FROM <http://example.org/states> {}", {}, []),
        (ASK, {"default-graph-uri": ["urn:none", "http://example.org/states"]}, ["urn:none"]),
        ("ASK {}", {"named-graph-uri": "http://example.org/\u0433"}, ["http://example.org/%D0%B3"]),
        # A form sends its empty fields, too.
        (ASK, {"default-graph-uri": "", "named-graph-uri": ""}, []),
    ],
)
def test_a_graph_that_is_not_there_is_empty(
    client: FlaskClient, query: str, dataset: dict[str, str | list[str]], absent: list[str]
) -> None:
    response = client.get("/sparql", query_string={"query": query, **dataset})
    assert (response.status_code, response.json) == (200, {"head": {}, "boolean": True})
    assert response.headers.getlist("Absent-Graph") == [f"<{name}>" for name in absent]


def test_there_is_nothing_in_a_graph_that_is_not_there(client: FlaskClient) -> None:
    for query in ("ASK FROM <urn:none> { ?s ?p ?o }", "ASK FROM NAMED <urn:none> { GRAPH ?g { ?s ?p ?o } }"):
        assert client.get("/sparql", query_string={"query": query}).json["boolean"] is False
    page = client.get("/sparql", query_string={"query": "ASK FROM <urn:none> {}"}, headers={"Accept": BROWSER})
    assert "There is no graph <code>urn:none</code>" in page.text
    many = " ".join(f"FROM <urn:{number}>" for number in range(100))
    response = client.get("/sparql", query_string={"query": f"ASK {many} {{}}"})
    assert (response.status_code, len(response.headers.getlist("Absent-Graph"))) == (200, 20)


def test_what_is_not_utf_8_is_a_bad_request(client: FlaskClient) -> None:
    assert client.get("/sparql?query=ASK%20%7B%7D%20%23%FF").status_code == 400
    assert client.post("/sparql", data=b"query=ASK%20%7B%7D%20%23%FF", content_type=FORM).status_code == 400
    assert client.post("/sparql", data="ASK {} # é".encode("latin-1"), content_type=DIRECT).status_code == 400
    assert client.post("/sparql", data="ASK {} # \ufffd é".encode(), content_type=DIRECT).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method)
    assert (response.status_code, response.mimetype) == (405, "text/plain")
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_not_acceptable_names_what_there_is(client: FlaskClient) -> None:
    response = client.get("/sparql", query_string={"query": SELECT}, headers={"Accept": "image/png, text/turtle"})
    assert response.status_code == 406
    assert response.text.startswith("this answer can be had as application/sparql-results+json, ")


@pytest.mark.parametrize(
    ("content_type", "cause"),
    [
        ("application/sparql-update", f"application/sparql-update is not accepted; send {DIRECT} or {FORM}"),
        ("text/plain", "text/plain is not accepted"),
        ("multipart/form-data; boundary=x", "multipart/form-data is not accepted"),
        (None, "a body without Content-Type is not accepted"),
        (f"{DIRECT}; charset=utf-16", "the body must be in UTF-8"),
    ],
)
def test_other_bodies_are_not_supported(client: FlaskClient, content_type: str | None, cause: str) -> None:
    response = client.post("/sparql", data=b"ASK {}", content_type=content_type)
    assert response.status_code == 415
    assert response.text.startswith(cause)


def test_a_body_has_a_limit(client: FlaskClient) -> None:
    response = client.post("/sparql", data=b"#" * 2_000_000, content_type=DIRECT)
    assert (response.status_code, response.mimetype) == (413, "text/plain")


@pytest.mark.parametrize(
    ("parameters", "status", "cause"),
    [
        ({"as-of": "2010-02-30"}, 400, "not a date: '2010-02-30'; write a day of the calendar as YYYY-MM-DD"),
        ({"as-of": "<script>"}, 400, "not a date: '<script>'"),
        ({"as-of": ["2010-01-01", "2011-01-01"]}, 400, "there must be one day in as-of, not 2"),
        ({"as-of": "2010-01-01"}, 400, "this server has no builds, and so no days to look back to"),
        ({"as-of": ""}, 200, ""),
        ({"query": "# As of: 2010-02-30\nASK {}"}, 400, "not a date: '2010-02-30'"),
        ({"query": "# As of: the last day\nASK {}"}, 200, ""),
    ],
)
def test_a_day_is_checked(client: FlaskClient, parameters: dict[str, str], status: int, cause: str) -> None:
    response = client.get("/sparql", query_string={"query": ASK, **parameters})
    assert response.status_code == status
    if status != 200:
        assert response.text.startswith(cause)
        assert response.text.count("\n") == 1


SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, "text/turtle"),
        ("*/*", "text/turtle"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples, text/html;q=0.5", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        (BROWSER, "text/html"),
    ],
)
def test_the_endpoint_describes_itself(client: FlaskClient, accept: str | None, media_type: str) -> None:
    response = client.get("/sparql", headers={} if accept is None else {"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)


def test_the_description_says_what_can_be_asked(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "application/n-triples"})
    service = "http://localhost/sparql#service"
    for statement in (
        f"<{service}> <{SD}endpoint> <http://localhost/sparql> .",
        f"<{service}> <{SD}supportedLanguage> <{SD}SPARQL11Query> .",
        f"<{service}> <{SD}feature> <{SD}UnionDefaultGraph> .",
        f"<{service}> <{SD}resultFormat> <http://www.w3.org/ns/formats/SPARQL_Results_CSV> .",
        f"<{service}> <{SD}resultFormat> <http://www.w3.org/ns/formats/Turtle> .",
    ):
        assert statement in response.text
    assert f"<{SD}name> <http://example.org/states> ." in response.text
    assert client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406
