"""What is answered in the event loop is answered as by the application, and the rest is left to it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.pool.limits import Limits
from kg.pool.pool import Pool
from kg.pool.source import Source
from kg.web.app import app_of
from kg.web.direct import direct_answers
from kg.web.service import Service
from kg.web.site import Library, Site
from kg.web.wsgi import QUERY, Environ, Response, call, environ_of
from tests.web.odd_queries import ODD_QUERIES

ROWS = "SELECT * { ?s ?p ?o } ORDER BY ?o"
JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Both:
    """What answers requests in the loop, and the application that answers the same."""

    pool: Pool
    app: Flask
    site: Site

    def direct(self, environ: Environ) -> Response | None:
        async def answer() -> Response | None:
            return await direct_answers(self.service, self.pool)(environ)

        return asyncio.run(answer())

    @property
    def service(self) -> Service:
        return Service(self.site, Library(self.site), self.pool)

    def by_application(self, environ: Environ) -> Response:
        return call(self.app, environ)


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    file = tmp_path_factory.mktemp("data") / "data.nt"
    lines = [f'<http://e/s> <http://e/p> "{number}" .' for number in range(2000)]
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    with Pool(Source(files=(Path(file),)), Limits(workers=1)) as pool:
        yield pool


def both_of(pool: Pool, **settings: Any) -> Both:
    site = replace(Site(fingerprint="data"), **settings)
    return Both(pool, app_of(Service(site, Library(site), pool)), site)


@pytest.fixture(scope="module")
def both(pool: Pool) -> Both:
    return both_of(pool)


def request(
    query: str = "", *, method: str = "GET", path: str = "/sparql", body: bytes = b"", **headers: str
) -> Environ:
    """A request as the server passes it on."""
    scope = {
        "method": method,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "http_version": "1.1",
        "scheme": "http",
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 50_000),
    }
    named = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    environ = environ_of(scope, [(b"host", b"casus.example"), *named])
    return environ | {"CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}


def asking(query: str, **parameters: str) -> str:
    return urlencode({"query": query, **parameters}, quote_via=quote)


FORM = {"content_type": "application/x-www-form-urlencoded"}
SAME = {
    "rows": request(asking(f"{ROWS} LIMIT 5"), accept=JSON),
    "rows for anybody": request(asking(f"{ROWS} LIMIT 5")),
    "rows in CSV": request(asking(f"{ROWS} LIMIT 5"), accept="text/csv, */*;q=0.1"),
    "rows in a named format": request(asking(f"{ROWS} LIMIT 5", format="xml"), accept=JSON),
    "rows, compressed": request(asking(f"{ROWS} LIMIT 50"), accept=JSON, accept_encoding="gzip"),
    "many rows": request(asking(ROWS), accept=JSON),
    "a truth": request(asking("ASK {}"), accept=JSON),
    "a graph": request(asking("CONSTRUCT WHERE { ?s ?p ?o }"), accept="text/turtle"),
    "another answer each time": request(asking("SELECT (NOW() < 0 AS ?no) {}"), accept=JSON),
    "a graph that is not there": request(asking("ASK {}", **{"default-graph-uri": "http://e/none"}), accept=JSON),
    "by POST": request(method="POST", body=asking("ASK {}").encode(), accept=JSON, **FORM),
    "a query alone": request(method="POST", body=b"ASK {}", content_type="application/sparql-query"),
    "an old protocol": {**request(asking("ASK {}"), accept=JSON), "SERVER_PROTOCOL": "HTTP/1.0"},
}
LEFT = {
    "no query": request(accept=JSON),
    "two queries": request("query=ASK%7B%7D&query=ASK%7B%7D", accept=JSON),
    "an update": request("update=x", accept=JSON),
    "not UTF-8": request("query=%FF", accept=JSON),
    "no SPARQL": request(asking("ASK {"), accept=JSON),
    "refused": request(asking("ASK { SERVICE <http://e/> {} }"), accept=JSON),
    "no such form": request(asking("ASK {}"), accept="image/png"),
    "no day": request(asking("ASK {}", **{"as-of": "2010-02-30"}), accept=JSON),
    "days where there are none": request(asking("ASK {}", **{"as-of": "2010-02-03"}), accept=JSON),
    "a page": request(asking(f"{ROWS} LIMIT 5"), accept="text/html"),
    "a page with its language": request(asking("ASK {}", lang="ru"), accept=JSON),
    "many rows, compressed": request(asking(ROWS), accept=JSON, accept_encoding="gzip"),
    "the head": request(asking("ASK {}"), method="HEAD", accept=JSON),
    "leave": request(method="OPTIONS"),
    "another method": request(method="PUT", body=b"ASK {}"),
    "no such type": request(method="POST", body=b"ASK {}", content_type="text/plain"),
    "much to read": request(method="POST", body=asking("ASK {} #" + "x" * 40_000).encode(), accept=JSON, **FORM),
    "another page": request(path="/query"),
    "a path that ends alike": request(asking("ASK {}"), path="/id/sparql", accept=JSON),
}


@pytest.mark.parametrize("environ", SAME.values(), ids=SAME)
def test_a_query_of_a_program_has_the_answer_of_the_application(both: Both, environ: Environ) -> None:
    direct = both.direct(dict(environ))
    assert direct is not None
    environ["wsgi.input"].seek(0)
    told = both.by_application(environ)
    assert (direct.status, direct.headers, direct.body) == (told.status, told.headers, told.body)


@pytest.mark.parametrize("environ", LEFT.values(), ids=LEFT)
def test_the_rest_is_left_to_the_application_which_answers_as_ever(both: Both, environ: Environ) -> None:
    left = dict(environ)
    assert both.direct(left) is None
    told = both.by_application(left)
    environ["wsgi.input"].seek(0)
    alone = both.by_application(environ)
    assert (told.status, told.headers, told.body) == (alone.status, alone.headers, alone.body)


def test_what_was_begun_in_the_loop_is_not_asked_again(both: Both) -> None:
    for environ in (LEFT["no SPARQL"], LEFT["many rows, compressed"], request(asking("ASK {}"), accept="image/png")):
        before = sum(both.pool.numbers()[name] for name in both.pool.numbers() if name.endswith("_total"))
        left = dict(environ)
        assert both.direct(left) is None
        both.by_application(left)
        assert sum(both.pool.numbers()[name] for name in both.pool.numbers() if name.endswith("_total")) == before + 1


def test_what_a_client_has_is_known_by_the_tag_that_it_got(both: Both) -> None:
    environ = request(asking("ASK {}"), accept=JSON)
    direct = both.direct(environ)
    assert direct is not None
    tag = dict(direct.headers)[b"etag"].decode()
    again = request(asking("ASK {}"), accept=JSON, if_none_match=tag)
    assert both.direct(again) is None
    assert both.by_application(again).status == 304


def test_the_query_is_named_for_the_log(both: Both) -> None:
    environ, same = request(asking("ASK {}"), accept=JSON), request(asking("ASK {}"), accept=JSON)
    both.direct(environ)
    assert len(environ[QUERY]) == 16
    assert QUERY not in same


@pytest.mark.parametrize(
    ("settings", "path", "headers"),
    [
        ({"public_url": "https://casus.example/kg"}, "/sparql", {}),
        ({"public_url": "https://casus.example/kg"}, "/kg/sparql", {}),
        ({"trust_proxy": True}, "/sparql", {"x_forwarded_host": "casus.example", "x_forwarded_proto": "https"}),
        ({"trust_proxy": True}, "/sparql", {"x_forwarded_prefix": "/kg", "x_forwarded_for": "192.0.2.1"}),
    ],
)
def test_behind_a_proxy_the_answer_is_the_same(
    pool: Pool, settings: dict[str, Any], path: str, headers: dict[str, str]
) -> None:
    both = both_of(pool, **settings)
    environ = request(asking(f"{ROWS} LIMIT 5"), path=path, accept=JSON, **headers)
    direct, told = both.direct(dict(environ)), both.by_application(environ)
    assert direct is not None
    assert (direct.status, direct.headers, direct.body) == (told.status, told.headers, told.body)


_NAMES = st.sampled_from(["query", "query", "default-graph-uri", "as-of", "format", "output", "lang", "view", "x"])
_VALUES = st.one_of(
    ODD_QUERIES,
    st.sampled_from(["ASK {}", f"{ROWS} LIMIT 3", "CONSTRUCT WHERE { ?s ?p ?o }", "csv", "html", "map", ""]),
)
_TYPES = ["*/*", JSON, "text/turtle", "text/html", "text/csv;q=0.5, */*;q=0", "text/turtle;q=nan", "é"]
_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "accept": st.sampled_from(_TYPES),
        "accept_encoding": st.sampled_from(["gzip", "zstd;q=0.5, br", "identity", "*;q=0", ","]),
        "accept_language": st.sampled_from(["ru", "*"]),
        "if_none_match": st.sampled_from(["*", 'W/"x"']),
        "cookie": st.sampled_from(["lang=ru", ";"]),
        "content_type": st.sampled_from(
            ["application/x-www-form-urlencoded", "application/sparql-query", "text/plain"]
        ),
        "origin": st.just("null"),
    },
)


@settings(max_examples=300, deadline=None)
@given(
    method=st.sampled_from(["GET", "GET", "POST", "HEAD"]),
    parameters=st.lists(st.tuples(_NAMES, _VALUES), max_size=3),
    headers=_HEADERS,
    body=st.one_of(
        st.just(b""), st.just(b"query=ASK%7B%7D"), ODD_QUERIES.map(lambda text: text.encode(errors="replace"))
    ),
)
def test_whatever_is_asked_it_makes_no_difference_who_answers(
    both: Both, method: str, parameters: list[tuple[str, str]], headers: dict[str, str], body: bytes
) -> None:
    query = urlencode([(name, value.encode(errors="replace")) for name, value in parameters])
    environ = request(query, method=method, body=body, **headers)
    asked = dict(environ)
    direct = both.direct(asked)
    told = direct or both.by_application(asked)
    environ["wsgi.input"] = io.BytesIO(body)
    alone = both.by_application(environ)
    assert (told.status, sorted(told.headers)) == (alone.status, sorted(alone.headers))
