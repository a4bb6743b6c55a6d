"""Every error is one line that says where, and carries the documented exit code and status."""

from __future__ import annotations

import re

import pytest

from kg import errors

TREE = re.findall(r"^\s*[│├└─ ]*(\w+) +exit (\d), HTTP (\d+)", errors.__doc__ or "", re.MULTILINE)


@pytest.mark.parametrize(("name", "exit_code", "status"), TREE)
def test_the_tree_in_the_docstring_is_true(name: str, exit_code: str, status: str) -> None:
    kind = getattr(errors, name)
    assert (kind.exit_code, kind.http_status) == (int(exit_code), int(status))


def test_the_tree_is_complete() -> None:
    defined = {kind.__name__ for kind in vars(errors).values() if isinstance(kind, type)} - {"CasusError", "PathLike"}
    assert {name for name, _, _ in TREE} == defined


def test_file_and_line_come_first() -> None:
    assert str(errors.ParseError("no dot", file="a.ttl", line=3)) == "a.ttl:3: no dot"
    assert str(errors.MissingFile("no such file", file="a.ttl")) == "a.ttl: no such file"
    assert str(errors.QueryError("no brace")) == "no brace"
