"""The words of the pages, in the languages that `words.toml` has besides English."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

#: What the templates are written in.
ENGLISH = "en"


class Words:
    """The words of a page in one language; called with an English text, it gives the text in that language."""

    def __init__(self, language: str) -> None:
        """The words in a language, which are English if there are none in it."""
        known = _read().get(language)
        self.language = language if known is not None else ENGLISH
        self._known = known or {}

    def __call__(self, text: str) -> str:
        """A text in the language; in English if it is not known there."""
        return self._known.get(text, text)


@cache
def _read() -> dict[str, dict[str, str]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
