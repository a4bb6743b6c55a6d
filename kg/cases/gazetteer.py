"""Places by their names: the areas of the record that a text speaks of."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kg.terms import Resource

_WORD = re.compile(r"\w+")


class Gazetteer:
    """The names of areas, in all languages, and of the states whose main territories areas are."""

    def __init__(self, names: Iterable[tuple[Resource, str]]) -> None:
        """Collect the names of areas; one area may have several and one name may be of several areas."""
        self._named: Mapping[tuple[str, ...], set[Resource]] = defaultdict(set)
        for area, name in names:
            if words := _words(name):
                self._named[words].add(area)
        self._longest = max(map(len, self._named), default=0)

    def find(self, text: str) -> list[Resource]:
        """The areas that a text names.

        Of names that overlap the longest counts, and "Liège, Belgium" is Belgium where Liège is not on record.
        """
        words = _words(text)
        found: list[Resource] = []
        at = 0
        while at < len(words):
            length = next(self._lengths(words, at), 0)
            found += sorted(self._named[words[at : at + length]], key=str) if length else []
            at += length or 1
        return list(dict.fromkeys(found))

    def _lengths(self, words: tuple[str, ...], at: int) -> Iterator[int]:
        for length in range(min(self._longest, len(words) - at), 0, -1):
            if words[at : at + length] in self._named:
                yield length


def _words(text: str) -> tuple[str, ...]:
    """The words of a text without case and accents."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return tuple(_WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter))))
