"""The words of the pages, in the languages that the files of `words/` have besides English."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

#: What the templates are written in.
ENGLISH = "en"
#: What languages call themselves.
OWN_NAMES = {"en": "English", "ru": "Русский"}


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
    """The words by language: those of all files, one for each part of the site."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for file in sorted((Path(__file__).parent / "words").glob("*.toml")):
        for language, words in tomllib.loads(file.read_text(encoding="utf-8")).items():
            found[language] |= words
    return dict(found)
