"""Whatever is asked, the server answers with what the client can mend or wait for: never with 500."""

from __future__ import annotations

from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

PATHS = st.sampled_from(
    ["/", "/sparql", "/graphs", "/graph/", "/id/", "/doc/id/", "/doc/graph/", "/ontology", "/ontology/", "/ontology.",
     "/data/", "/dataset.", "/examples", "/prefixes.ttl", "/static/", "/openapi.json"]
)  # fmt: skip
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)
REST = st.one_of(
    st.just(""), TEXT, st.sampled_from(["state/ARM", "state/ARM.ttl", "state/ARM.html", "ttl", "%3E", "%FF"])
)
NAMES = st.sampled_from(
    ["query", "default-graph-uri", "named-graph-uri", "as-of", "format", "graph", "default", "question"]
)
VALUES = st.one_of(
    TEXT, st.sampled_from(["ASK {}", "SELECT * { ?s ?p ?o }", "DESCRIBE state:ARM", "2010-01-01", "csv"])
)
HEADERS = st.dictionaries(
    st.sampled_from(["Accept", "Accept-Encoding", "If-None-Match", "Content-Type", "X-Forwarded-Host", "Origin"]),
    st.one_of(
        st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=30),
        st.sampled_from(["*/*;q=2", "text/html", "gzip", "application/sparql-query", 'W/"x"', "text/turtle;q=nan"]),
    ),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS", "PUT"]),
    path=PATHS,
    rest=REST,
    parameters=st.lists(st.tuples(NAMES, VALUES), max_size=4),
    headers=HEADERS,
    body=st.binary(max_size=50),
)
def test_no_request_breaks_the_server(
    client: FlaskClient,
    method: str,
    path: str,
    rest: str,
    parameters: list[tuple[str, str]],
    headers: dict[str, str],
    body: bytes,
) -> None:
    address = path + rest.replace("?", "").replace("#", "")
    if not path.endswith("/") and not path.endswith("."):
        address = path
    sent = body if method in ("POST", "PUT") else None
    response = client.open(address, method=method, query_string=MultiDict(parameters), headers=headers, data=sent)
    assert response.status_code < 500, response.text
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_two_slashes_in_a_row_are_not_one(client: FlaskClient) -> None:
    assert client.get("/id/state/ARM").status_code == 303
    assert client.get("/id//state/ARM").status_code == 404
    assert client.get("//id/state/ARM").status_code == 404
