"""What is said on standard error: messages, and what goes on while people wait.

rich, which does the saying, takes longer to import than a small graph takes to close. It is imported when there is
something to say.
"""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.console import Console


class Status(Protocol):
    """What goes on."""

    def update(self, text: str) -> None:
        """Say what goes on now."""


class _Unseen:
    def update(self, text: str) -> None:
        """Say nothing."""


class Messages:
    """Standard error as people read it."""

    @cached_property
    def _console(self) -> Console:
        from rich.console import Console  # noqa: PLC0415 - see above

        return Console(stderr=True, highlight=False, soft_wrap=True)

    def print(self, text: str, style: str | None = None, *, markup: bool = True) -> None:
        """Print a message.

        Args:
            text: the message.
            style: rich's name of a style.
            markup: whether square brackets in the text are rich's markup.
        """
        if (markup and "[" in text) or sys.stderr.isatty() or "FORCE_COLOR" in os.environ:
            self._console.print(text, style=style, markup=markup)
        else:  # nothing of it is rich's
            sys.stderr.write(f"{text}\n")

    def status(self, text: str) -> AbstractContextManager[Status]:
        """Show what goes on, if anybody watches."""
        if not sys.stderr.isatty():
            return nullcontext(_Unseen())
        return self._console.status(text)


def shortened(text: str, most: int = 500) -> str:
    """A text as a message can hold it: of one that is longer, its beginning, its end and how long it is."""
    if len(text) <= most:
        return text
    return f"{text[: most // 2]} … {text[-most // 4 :]} ({len(text):,} characters)"


def say(line: str) -> None:
    """Write a line to standard error in one piece, so that threads do not write into each other's lines."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
