"""How deep things stand within one another, told before anything is parsed.

No format sets a bound, but the parsers of triples and of JSON call themselves for each, and where the stack of the
thread ends they take the process along: JSON takes 2.6 KB each, which is 400 in a stack of 1 MB. XML takes a time that
grows with the square of the depth. Nobody writes more than a few.
"""

from __future__ import annotations

import re
from pathlib import PurePath

from kg.errors import ParseError
from kg.regex import late_regex

#: Triples that may stand within one another, brackets of JSON, and elements of XML.
DEEPEST = 100
DEEPEST_BRACKETS = 250
DEEPEST_ELEMENTS = 1_000

#: Strings, IRIs, escapes and comments, in which brackets are none; and the brackets of triples.
_BRACKET = late_regex(
    rb"""
    "{3}(?:[^"\\]|\\.|"{1,2}(?!"))*"{3} | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*' | <[^<>\s]*> | \\. | \#[^\n\r]* | (?P<open><<) | (?P<close>>>)
    """,
    re.DOTALL | re.VERBOSE,
)

#: Strings of JSON, in which brackets are none, and its brackets.
_JSON_BRACKET = late_regex(rb'"[^"\\]*(?:\\.[^"\\]*)*"|(?P<open>[\[{])|(?P<close>[\]}])', re.DOTALL)


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


def check_json(content: bytes, path: PurePath) -> None:
    """Refuse JSON-LD with nodes or lists too deep within one another; raises as `check_brackets`."""
    if content.count(b"{") + content.count(b"[") <= DEEPEST_BRACKETS:
        return
    depth = 0
    for match in _JSON_BRACKET.finditer(content):
        depth += 1 if match["open"] else -1 if match["close"] else 0
        if depth > DEEPEST_BRACKETS:
            line = content.count(b"\n", 0, match.start()) + 1
            raise _too_deep(path, line, DEEPEST_BRACKETS, "brackets")


def check_elements(content: bytes, path: PurePath) -> None:
    """Refuse RDF/XML with triples or elements too deep within one another; raises as `check_brackets`."""
    if content.count(b"parseType") <= DEEPEST and content.count(b"</") <= DEEPEST_ELEMENTS:
        return
    from xml.parsers import expat  # noqa: PLC0415 - few files are XML, and nested

    parser = expat.ParserCreate()
    open_elements: list[bool] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        is_triple = any(name.endswith("parseType") and value == "Triple" for name, value in attributes.items())
        open_elements.append(is_triple)
        if is_triple and sum(open_elements) > DEEPEST:
            raise _too_deep(path, parser.CurrentLineNumber)
        if len(open_elements) > DEEPEST_ELEMENTS:
            raise _too_deep(path, parser.CurrentLineNumber, DEEPEST_ELEMENTS, "elements")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: open_elements.pop()
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return  # the parser says what it is


def _too_deep(path: PurePath, line: int, most: int = DEEPEST, what: str = "triples") -> ParseError:
    return ParseError(f"refused: more than {most:,} {what} within one another", file=path, line=line)
