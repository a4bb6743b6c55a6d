"""What the grounder answered about an ontology, kept from one build to the next: most changes are of facts alone.

To the same program it gives the same answer. A build says by `answers_kept` where to keep it; nothing else keeps any.
A world that is supposed is mostly of the same ontology, and looks for the answer in the build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from kg.reasoning.materialise import Grounding
from kg.zstandard import zstd

_FILE = "ontology.answer.zst"
#: The folders to look for an answer in and to keep it in.
_FOLDERS: ContextVar[tuple[Path | None, Path | None] | None] = ContextVar("folders", default=None)


@contextmanager
def answers_kept(former: Path | None, folder: Path | None = None) -> Iterator[None]:
    """Look for the latest answer in one folder, if there is one, and keep it in another, if there is, in the meantime.

    Args:
        former: where another run of the same code has kept one.
        folder: where to keep it.
    """
    token = _FOLDERS.set((former, folder))
    try:
        yield
    finally:
        _FOLDERS.reset(token)
    if former and folder and not (folder / _FILE).exists():  # nobody asked
        with suppress(OSError):
            (folder / _FILE).write_bytes((former / _FILE).read_bytes())


def answer_of_grounder(run: Grounding, program: str, facts: Sequence[str], shown: Sequence[str]) -> list[str]:
    """What the grounder derives, whether it is asked or has been; arguments and errors as for `Grounding`."""
    folders = _FOLDERS.get()
    if folders is None:
        return run(program, facts, shown)
    former, folder = folders
    question = hashlib.sha256("\n".join((program, *shown, *facts)).encode()).hexdigest()
    if former is not None:
        with suppress(OSError):  # somebody is removing it, say
            kept = (former / _FILE).read_bytes()
            asked, *answer = zstd.decompress(kept).decode().split("\n")
            if asked == question:
                if folder is not None:
                    (folder / _FILE).write_bytes(kept)
                return answer
    answer = run(program, facts, shown)
    if folder is not None:
        (folder / _FILE).write_bytes(zstd.compress("\n".join((question, *answer)).encode(), 1))
    return answer
