"""Files that are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from kg.errors import MissingFile


def write_aside(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file beside its place and rename it when whole, so that nobody ever reads half of it.

    Raises:
        MissingFile: the file cannot be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # What tempfile.mkstemp does; importing tempfile takes longer than closing a small graph may.
        aside = path.with_name(f".{path.name}-{os.urandom(8).hex()}")
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    except OSError as error:
        raise MissingFile(f"cannot be written: {(error.strerror or str(error)).lower()}", file=path) from error
    try:
        with os.fdopen(handle, "wb") as out:
            write(out)
        aside.chmod(0o644)
        aside.replace(path)
    except OSError as error:
        raise MissingFile(f"cannot be written: {(error.strerror or str(error)).lower()}", file=path) from error
    finally:
        aside.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file aside and rename it; raises as `write_aside`."""
    write_aside(path, lambda out: out.write(text.encode()))
