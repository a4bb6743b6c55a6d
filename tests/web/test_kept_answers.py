"""Answers that are kept and given again: the same as the application's, counted and logged, and gone with the build."""

from __future__ import annotations

import json
import re
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from running import Server, running

from kg.web.kept_answers import MOST_ANSWERS, MOST_BYTES_EACH, KeptAnswer, KeptAnswers, key_of

QUERY = "SELECT ?o { <http://example.org/s> <http://example.org/p> ?o }"
ASKED = f"/sparql?query={quote(QUERY)}"


def write(file: Path, value: str) -> Path:
    file.write_text(f'<http://example.org/s> <http://example.org/p> "{value}" .\n', encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data") / "data.nt", "1")


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[Server]:
    with running(data, workers=1) as server:
        yield server


def counted(server: Server, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} ([0-9.]+)$", server.send("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0


def fetch(server: Server, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=named)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, {name.lower(): value for name, value in response.headers.items()}, response.read()
    except urllib.error.HTTPError as error:
        return error.code, {name.lower(): value for name, value in error.headers.items()}, error.read()


def without_date(answer: tuple[int, dict[str, str], bytes]) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = answer
    return status, {name: value for name, value in headers.items() if name != "date"}, body


@pytest.mark.parametrize("path", [ASKED, "/", "/prefixes", f"{ASKED}&format=json"])
def test_a_request_that_comes_again_has_the_same_answer_without_a_query(server: Server, path: str) -> None:
    first = fetch(server, path)
    queries = counted(server, 'casus_queries_total{outcome="answered"}')
    repeated = counted(server, "casus_http_repeated_total")
    again = fetch(server, path)
    assert without_date(again) == without_date(first)
    assert counted(server, 'casus_queries_total{outcome="answered"}') == queries
    assert counted(server, "casus_http_repeated_total") == repeated + 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "text/csv"},
        {"Accept": "text/html"},
        {"Accept_Encoding": "gzip"},
        {"Accept_Language": "ru"},
        {"Cookie": "a=b"},
    ],
)
def test_what_decides_an_answer_tells_answers_apart(server: Server, headers: dict[str, str]) -> None:
    fetch(server, f"{ASKED}&x=apart")
    repeated = counted(server, "casus_http_repeated_total")
    fetch(server, f"{ASKED}&x=apart", **headers)
    assert counted(server, "casus_http_repeated_total") == repeated


def test_who_has_the_answer_is_told_so(server: Server) -> None:
    tag = fetch(server, ASKED)[1]["etag"]
    assert fetch(server, ASKED, If_None_Match=tag)[0] == 304
    assert fetch(server, ASKED, If_None_Match='W/"another"')[0] == 200


@pytest.mark.parametrize(
    "path", ["/health", "/metrics", "/sparql?query=ASK", "/sparql?query=SELECT+(RAND()+AS+%3Fx)+{}"]
)
def test_what_nobody_may_keep_is_not_kept(server: Server, path: str) -> None:
    fetch(server, path)
    repeated = counted(server, "casus_http_repeated_total")
    fetch(server, path)
    assert counted(server, "casus_http_repeated_total") == repeated


def test_a_repeated_answer_has_its_line_in_the_log(server: Server) -> None:
    for _ in range(2):
        fetch(server, f"{ASKED}&x=logged", User_Agent="somebody")
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    first, again = (
        {name: value for name, value in line.items() if name not in ("time", "ms")}
        for line in lines
        if line.get("agent") == "somebody"
    )
    assert again == first
    assert first["query"]


def test_another_build_begins_with_nothing_kept(tmp_path: Path) -> None:
    file = write(tmp_path / "data.nt", "old")
    with running(file, workers=1) as server:
        old = [fetch(server, ASKED, Accept="text/csv") for _ in range(2)][1]
        assert old[2] == b"o\r\nold\r\n"
        write(file, "new")
        server.process.send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 20
        while (new := fetch(server, ASKED, Accept="text/csv"))[2] != b"o\r\nnew\r\n":
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert new[1]["etag"] != old[1]["etag"]
        assert fetch(server, ASKED, Accept="text/csv", If_None_Match=old[1]["etag"])[0] == 200


def test_none_are_kept_if_none_shall_be(data: Path) -> None:
    with running(data, workers=1, kept_bytes=0) as server:
        for _ in range(2):
            fetch(server, ASKED)
        assert counted(server, "casus_http_repeated_total") == 0


HEADERS = ((b"etag", b'W/"1"'), (b"cache-control", b"public, max-age=60"))


def test_those_asked_for_longest_ago_are_given_up() -> None:
    kept = KeptAnswers(30_000)
    for number in range(10):
        kept.keep((number,), KeptAnswer(HEADERS, b"x" * 3_000, None))
        kept.find((0,))
    assert kept.find((0,)) is not None
    assert [number for number in range(10) if kept.find((number,))] == [0, 5, 6, 7, 8, 9]


def test_there_are_so_many_at_most() -> None:
    kept = KeptAnswers(10**9)
    for number in range(MOST_ANSWERS + 5):
        kept.keep((number,), KeptAnswer(HEADERS, b"", None))
    assert [kept.find((number,)) is None for number in (4, 5)] == [True, False]


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (HEADERS, b"x" * (MOST_BYTES_EACH + 1)),
        (HEADERS[1:], b""),
        ((HEADERS[0], (b"cache-control", b"no-store")), b""),
        ((*HEADERS, (b"set-cookie", b"a=b")), b""),
    ],
)
def test_what_is_too_long_or_for_one_reader_is_not_kept(headers: tuple[tuple[bytes, bytes], ...], body: bytes) -> None:
    kept = KeptAnswers(10**9)
    kept.keep(("key",), KeptAnswer(headers, body, None))
    assert kept.find(("key",)) is None


def test_only_what_is_asked_by_get_alone_has_a_key() -> None:
    assert key_of({"REQUEST_METHOD": "GET"})
    assert key_of({"REQUEST_METHOD": "HEAD"}) is key_of({"REQUEST_METHOD": "POST"}) is None
    assert key_of({"REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=0-1"}) is None
