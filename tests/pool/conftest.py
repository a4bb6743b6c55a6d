"""What the pools of the tests answer from."""

from __future__ import annotations

import pytest

from kg.pool.source import Source


@pytest.fixture(scope="session")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """A file of 1,000 triples, and one in another graph."""
    file = tmp_path_factory.mktemp("data") / "numbers.nq"
    lines = [f'<http://e/s> <http://e/p> "{number}" .' for number in range(1000)]
    lines.append('<http://e/t> <http://e/p> "other" <http://e/g> .')
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Source(files=(file,))
