"""How answers travel: validators, caching, compression, other origins, streams."""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store

from kg.errors import CasusError
from kg.web.app import create_app
from kg.web.executor import LocalExecutor, QueryTask, Reply
from kg.web.site import Site

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LABELS = "/sparql?query=SELECT%20*%20%7B%20?s%20rdfs:label%20?o%20%7D"
RANDOM = "/sparql?query=SELECT%20(rand%20()%20AS%20?x)%20%7B%7D"
CSV = {"Accept": "text/csv"}


@pytest.mark.parametrize("path", [LABELS, "/", "/doc/id/state/ARM.ttl", "/id/state/ARM", "/graphs?default", "/dataset"])
def test_an_answer_that_is_known_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.headers["ETag"].startswith('W/"')
    assert first.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    for method in ("GET", "HEAD"):
        again = client.open(path, method=method, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert {"Accept", "Accept-Encoding"} <= set(again.headers["Vary"].split(", "))
    other = client.get(path, headers={"If-None-Match": '"another"'})
    assert other.status_code == first.status_code


def test_a_tag_stands_for_one_request_to_one_build(client: FlaskClient) -> None:
    tags = {
        client.get(LABELS).headers["ETag"],
        client.get(LABELS, headers=CSV).headers["ETag"],
        client.get("/").headers["ETag"],
        create_app(LocalExecutor(Store()), Site(fingerprint="rebuilt")).test_client().get("/").headers["ETag"],
    }
    assert len(tags) == 4
    assert client.get(LABELS).headers["ETag"] in tags


@pytest.mark.parametrize(("path", "status"), [(RANDOM, 200), ("/sparql?query=ASK", 400), ("/id/nobody", 404)])
def test_what_changes_or_fails_is_not_kept(client: FlaskClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_a_query_by_post_is_always_answered(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": "ASK {}"}, headers={"If-None-Match": "*"})
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "no-store")
    assert client.get(LABELS, headers={"If-None-Match": "*"}).status_code == 200


UNPACK = {"gzip": gzip.decompress, "zstd": zstd.decompress, None: bytes}
NUMBERS = "SELECT ?n { VALUES ?n { " + " ".join(map(str, range(2000))) + " } }"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "gzip"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("zstd;q=0.5, gzip", "gzip"),
        ("*", "zstd"),
        ("gzip;q=0", None),
        ("br", None),
        (None, None),
    ],
)
def test_long_answers_are_compressed(client: FlaskClient, accepted: str | None, coding: str | None) -> None:
    headers = CSV | ({} if accepted is None else {"Accept-Encoding": accepted})
    response = client.post("/sparql", data={"query": NUMBERS}, headers=headers)
    assert response.headers.get("Content-Encoding") == coding
    body = UNPACK[coding](response.data)
    assert body.decode().split() == ["n", *map(str, range(2000))]
    assert "Accept-Encoding" in response.headers["Vary"]


def test_short_answers_travel_as_they_are(client: FlaskClient) -> None:
    response = client.get("/robots.txt", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers


def test_head_has_the_headers_of_get(client: FlaskClient) -> None:
    for path in (LABELS, "/", "/doc/id/state/ARM", "/graphs?default", "/sparql"):
        get, head = client.get(path), client.head(path)
        assert (head.status_code, head.data) == (200, b"")
        for name in ("Content-Type", "ETag", "Vary", "Cache-Control"):
            assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/sparql", {"GET", "HEAD", "POST", "OPTIONS"}), ("/graphs", {"GET", "HEAD", "OPTIONS"}),
     ("/id/state/ARM", {"GET", "HEAD", "OPTIONS"})],
)  # fmt: skip
def test_pages_of_others_may_ask(client: FlaskClient, path: str, methods: set[str]) -> None:
    preflight = client.options(
        path, headers={"Origin": "https://example.org", "Access-Control-Request-Headers": "content-type"}
    )
    assert (preflight.status_code, preflight.data) == (204, b"")
    assert set(preflight.headers["Allow"].split(", ")) == methods
    assert set(preflight.headers["Access-Control-Allow-Methods"].split(", ")) == methods
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]
    assert int(preflight.headers["Access-Control-Max-Age"]) > 0


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [
        ("x-requested-with,content-type", {"x-requested-with", "content-type"}),
        ("Cache-Control, Pragma, X-SPARQL-Client", {"cache-control", "pragma", "x-sparql-client"}),
        ("accept-language, traceparent", {"accept-language", "traceparent"}),
        ("", {"accept", "authorization", "content-type"}),
        ("good, no good, \x01", {"good"}),
    ],
)
def test_tools_in_browsers_may_send_what_they_send(client: FlaskClient, asked: str, allowed: set[str]) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Headers": asked}
    told = client.options("/sparql", headers=headers).headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert allowed <= set(told)
    assert len(told) == len(set(told))
    assert all(name.replace("-", "").isalnum() for name in told)


@pytest.mark.parametrize("path", [LABELS, "/sparql?query=ASK", "/id/state/ARM", "/id/nobody", "/doc/id/state/ARM.ttl"])
def test_pages_of_others_may_read_answers(client: FlaskClient, path: str) -> None:
    response = client.get(path, headers={"Origin": "https://example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert {"ETag", "Link"} <= set(response.headers["Access-Control-Expose-Headers"].split(", "))


class Drip:
    """Answers every query with ten chunks, one after the other, and keeps count; or fails before or between them."""

    ready = True

    def __init__(self, fails_at: int | None = None) -> None:
        self.sent = 0
        self.closed = False
        self._fails_at = fails_at

    def run(self, task: QueryTask) -> Reply:
        return Reply("bindings", task.formats["bindings"], self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        try:
            for number in range(10):
                if number == self._fails_at:
                    raise Busy("nobody is free")
                self.sent += 1
                yield b"x" * 5000
        finally:
            self.closed = True


class Busy(CasusError):
    http_status = 503
    retry_after = 7


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_an_answer_is_sent_while_it_is_made(encoding: str) -> None:
    drip = Drip()
    client = create_app(drip).test_client()
    response = client.get(LABELS, headers={"Accept-Encoding": encoding}, buffered=False)
    assert drip.sent == 1
    assert "Content-Length" not in response.headers
    next(iter(response.response))
    response.close()
    assert drip.closed


def test_what_fails_before_the_first_chunk_is_an_answer_of_its_own() -> None:
    response = create_app(Drip(fails_at=0)).test_client().get(LABELS)
    assert (response.status_code, response.text) == (503, "nobody is free\n")
    assert response.headers["Retry-After"] == "7"


def test_what_fails_later_breaks_off() -> None:
    client = create_app(Drip(fails_at=3)).test_client()
    response = client.get(LABELS, buffered=False)
    assert response.status_code == 200
    with pytest.raises(Busy):
        _ = response.data


def test_an_answer_nobody_reads_is_given_up() -> None:
    drip = Drip()
    create_app(drip).test_client().head(LABELS)
    assert drip.closed
    assert drip.sent == 1


def test_a_response_with_its_own_cache_control_keeps_it() -> None:
    app = create_app(LocalExecutor(Store()))

    @app.get("/health")
    def health() -> tuple[str, dict[str, str]]:
        return "ready\n", {"Cache-Control": "no-store"}

    response = app.test_client().get("/health")
    assert (response.headers["Cache-Control"], "ETag" in response.headers) == ("no-store", False)
