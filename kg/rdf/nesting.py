"""How deep triples stand within triples, told before anything is parsed.

RDF 1.2 sets no bound, but the parser ends the process where they are some thousands deep, and nobody writes more than a
few.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from xml.parsers import expat

from kg.errors import ParseError

#: Triples that may stand within one another.
DEEPEST = 100

#: Strings, IRIs, escapes and comments, in which brackets are none; and the brackets of triples.
_BRACKET = re.compile(
    rb"""
    "{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3} | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | <[^<>\s]*> | \\. | \#[^\n\r]* | (?P<open><<) | (?P<close>>>)
    """,
    re.DOTALL | re.VERBOSE,
)


def check_brackets(content: bytes, path: PurePath) -> None:
    """Refuse Turtle, or what is like it, with triples too deep within triples.

    Raises:
        ParseError: with file and line.
    """
    if content.count(b"<<") <= DEEPEST:
        return
    depth = 0
    for match in _BRACKET.finditer(content):
        depth += 1 if match["open"] else -1 if match["close"] else 0
        if depth > DEEPEST:
            raise _too_deep(path, content.count(b"\n", 0, match.start()) + 1)


def check_elements(content: bytes, path: PurePath) -> None:
    """Refuse RDF/XML with triples too deep within triples; raises as `check_brackets`."""
    if content.count(b"parseType") <= DEEPEST:
        return
    parser = expat.ParserCreate()
    open_elements: list[bool] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        is_triple = any(name.endswith("parseType") and value == "Triple" for name, value in attributes.items())
        open_elements.append(is_triple)
        if is_triple and sum(open_elements) > DEEPEST:
            raise _too_deep(path, parser.CurrentLineNumber)

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_elements.pop()
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return  # the parser says what it is


def _too_deep(path: PurePath, line: int) -> ParseError:
    return ParseError(f"refused: more than {DEEPEST} triples within one another", file=path, line=line)
