"""`kg serve` and `kg publish`: what is wrong with a call is told before anything is built or sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("serve", "--query-memory", "99999999999999999999"), "query_memory must be from 16 to"),
        (("serve", "--workers", "100000"), "workers must be from 1 to 1,000"),
        (("serve", "--query-seconds", "inf"), "query_seconds must be from"),
        (("serve", "--store", "ftp://x"), "not an address of HTTP: ftp://x"),
        (("serve", "--store", "sparql.example.org"), "not an address of HTTP: sparql.example.org"),
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
