"""Files that are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.errors import MissingFile


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """The path of a file beside another's place, which takes that place when the context ends well.

    Raises:
        MissingFile: the file cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What tempfile.mkstemp does; importing tempfile takes longer than closing a small graph may.
        beside = path.with_name(f".{path.name}-{os.urandom(8).hex()}")
        os.close(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except OSError as error:
        raise _cannot(path, error) from error
    try:
        yield beside
        beside.chmod(0o644)
        beside.replace(path)
    except OSError as error:
        raise _cannot(path, error) from error
    finally:
        beside.unlink(missing_ok=True)


def write_aside(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place and rename it when whole, so that nobody ever reads half of it.

    Raises:
        MissingFile: the file cannot be written there.
    """
    with aside(path) as beside, beside.open("wb") as out:
        write(out)


def _cannot(path: Path, error: OSError) -> MissingFile:
    return MissingFile(f"cannot be written: {(error.strerror or str(error)).lower()}", file=path)


def write_text(path: Path, text: str) -> None:
    """Write a text file aside and rename it; raises as `write_aside`."""
    write_aside(path, lambda out: out.write(text.encode()))
