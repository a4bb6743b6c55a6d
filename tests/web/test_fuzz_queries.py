"""Queries that nobody would write: each gets an answer of a documented kind in bounded time, and no process is lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_queries import ODD_QUERIES
from running import Answer, Server, running

WORKERS = 3
#: A query may run so long, and an answer may take so much longer on a busy machine.
SECONDS, ROOM = 1, 10
#: The same examples each time, as many as take a few seconds.
FUZZ = settings(
    max_examples=150,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
FORMATS = ["text/csv", "application/sparql-results+json", "text/turtle", "text/html", "application/json"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    file = tmp_path_factory.mktemp("data") / "data.ttl"
    file.write_text(
        "@prefix x: <http://example.org/> . x:a x:p x:b, 1, 'two'@en, 3.5, true, '\\u0000', 1e400, [] ."
        "x:b x:q x:c . x:c x:q x:b, x:a . x:c x:p '2000-02-30T00:00:00Z'^^x:dateTime, '٣', '🏳️‍🌈'@ar .",
        encoding="utf-8",
    )
    with running(file, workers=WORKERS, query_seconds=SECONDS, long_after=0.5, query_memory=200) as server:
        yield server


@pytest.fixture(scope="module")
def documented(server: Server) -> dict[str, dict[str, set[str]]]:
    """For each method the statuses that /openapi.json has for /sparql, with their content types."""
    paths = json.loads(server.send("/openapi.json").text)["paths"]
    return {
        method: {status: set(response.get("content", ())) for status, response in operation["responses"].items()}
        for method, operation in paths["/sparql"].items()
    }


@pytest.fixture(scope="module", autouse=True)
def unharmed(server: Server) -> Iterator[None]:
    """At the end all processes answer, and none has ended in another way than by being stopped."""
    yield
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(server.ask("ASK {}"))) for _ in range(3 * WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [200] * 3 * WORKERS
    metrics = server.send("/metrics").text
    assert f'casus_queries{{state="idle"}} {WORKERS}.0\n' in metrics
    assert "QueryFailed" not in metrics
    assert "Traceback" not in server.log.read_text()


def check(answer: Answer, statuses: dict[str, set[str]]) -> None:
    """Whether an answer is one of those documented and came in time."""
    assert str(answer.status) in statuses, answer
    assert answer.headers["content-type"].partition(";")[0] in statuses[str(answer.status)], answer
    assert answer.seconds < SECONDS + ROOM
    if answer.status == 503:
        assert "retry-after" in answer.headers
    if answer.status >= 400 and answer.headers["content-type"].startswith("text/plain"):
        assert answer.text.endswith("\n") and answer.text.count("\n") == 1, answer.text


@FUZZ
@given(
    query=ODD_QUERIES,
    accept=st.sampled_from(FORMATS),
)
def test_no_query_breaks_the_server(
    server: Server, listener: list[object], documented: dict[str, dict[str, set[str]]], query: str, accept: str
) -> None:
    text = query.replace("HERE", f"http://127.0.0.1:{listener[0]}/")
    check(server.ask(text, accept=accept, timeout=SECONDS + 2 * ROOM), documented["post"])
    assert len(listener) == 1, "somebody has called"


ENCODED = st.one_of(
    st.sampled_from(
        ["%", "%%", "%0", "%zz", "%u0041", "%00", "%0a", "%C0%80", "%FF", "%ED%A0%80", "%F4%90%80%80", "+", "%2B", "[]",
         "&", "=", ";", "query=", "query", "&query=ASK%20{}", "update=", "as-of=", "format=csv", "format=", "a" * 9000]
    ),
    st.text(st.characters(codec="utf-8"), max_size=5).map(quote),
)  # fmt: skip
ACCEPT = st.one_of(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    st.lists(
        st.sampled_from(
            ["text/html", "text/turtle", "*/*", "text/*", "*", "application/*", "q=", ";q=0", ";q=-1", ";q=1e9",
             ";q=nan", "; q=0.5", ';q="1"', ",", ",,", ";", "/", ";version=1.1", "text/csv;q=0.5;q=0.7", "a/b" * 999]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


@FUZZ
@given(pieces=st.lists(ENCODED, max_size=8), accept=ACCEPT, head=st.booleans())
def test_no_encoding_and_no_header_breaks_the_server(
    server: Server, documented: dict[str, dict[str, set[str]]], pieces: list[str], accept: str, head: bool
) -> None:
    address = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o }"}) * (not head) + "".join(pieces)
    check(server.send(address, accept=accept), documented["get"])
