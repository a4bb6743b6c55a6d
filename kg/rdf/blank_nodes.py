"""The blank nodes of N-Triples as pyoxigraph writes them, found in the text, which spares an object for each term."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

#: A subject begins a line. An object stands between a predicate and the end of the line, and what a literal says does
#: not, for there is a quote before that end.
_LABEL = re.compile(r'_:(?:(?<![^\n]_:)|(?<=> _:)(?=[^\s"<>]+ \.$))[^\s"<>]+', re.MULTILINE)
_PIECE = 1 << 24


def blank_nodes(lines: IO[str]) -> Iterator[str]:
    """The blank nodes of a file without triple terms, each as often as it stands there, in its order."""
    while piece := lines.read(_PIECE):
        yield from _LABEL.findall(piece + lines.readline())


def with_labels(text: str, beginning: str) -> str:
    """N-Triples without triple terms, whose blank nodes are called by a beginning and their number, as they come."""
    labels: dict[str, str] = {}
    return _LABEL.sub(lambda match: labels.setdefault(match[0], f"_:{beginning}{len(labels)}"), text)
