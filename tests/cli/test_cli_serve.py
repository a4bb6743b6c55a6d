"""`kg serve` and `kg publish`: what is wrong with a call is told before anything is built or sent."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

#: What Python lacks on Windows and the server needs.
ELSEWHERE = """
import os, sys
for name in ("fcntl", "grp", "pwd", "resource"):
    sys.modules[name] = None
del os.fork
from kg.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve", "--query-memory", "99999999999999999999"), "query_memory must be from 16 to"),
        (("serve", "--workers", "100000"), "workers must be from 1 to 1,000"),
        (("serve", "--query-seconds", "inf"), "query_seconds must be from"),
        (("serve", "--store", "ftp://x"), "not an address of HTTP: ftp://x"),
        (("serve", "--store", "sparql.example.org"), "not an address of HTTP: sparql.example.org"),
        (("serve", "--store", "http://a b/"), "not an address of HTTP: http://a b/"),
        (("publish", "not-a-url"), "not an address of HTTP: not-a-url"),
        (("publish", "http://127.0.0.1:1/", "--sparql", "nowhere"), "not an address of HTTP: nowhere"),
        (("publish", "http://me:secret@127.0.0.1:1/"), "a password does not belong into an address"),
    ],
)
def test_a_call_that_cannot_be_meant_is_bad_input(kg: Callable, arguments: tuple[str, ...], words: str) -> None:
    result = kg(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_where_processes_cannot_be_forked_serving_is_refused_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "a.nt").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    command = [sys.executable, "-c", ELSEWHERE, "serve", str(tmp_path / "a.nt")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (4, "")
    assert "runs on Linux and macOS" in done.stderr
    assert len(done.stderr.splitlines()) == 1
