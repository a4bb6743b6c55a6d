"""Files that are whole or not there."""

from __future__ import annotations

from pathlib import Path
from typing import IO

import pytest

from kg.errors import MissingFile
from kg.rdf.write import write_aside, write_text


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("old")

    def fail(out: IO[bytes]) -> None:
        out.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_aside(path, fail)
    assert [file.read_text() for file in tmp_path.iterdir()] == ["old"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingFile, match="folder"):
        (tmp_path / "folder").mkdir()
        write_text(tmp_path / "folder", "text")
