"""The tokens of a query, by one regular expression: there is no well-kept parser of SPARQL for Python.

Where a piece may be an IRI or a comparison, and so a parser could read the text in another way, the token is marked, or
the query refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from kg.errors import QueryError
from kg.project import shipped_names
from kg.terms import Namespaces

_HEX = "[0-9A-Fa-f]"
#: An escaped character of a string; a surrogate is none.
_ESCAPE = (
    rf"""\\[tbnrf"'\\]|\\u(?![dD][89abAB]){_HEX}{{4}}"""
    rf"|\\U(?:0000(?![dD][89abAB]){_HEX}{{4}}|000[1-9A-Fa-f]{_HEX}{{4}}|0010{_HEX}{{4}})"
)
#: SPARQL 1.1, section 19.8: each terminal as pyoxigraph reads it, or longer. No two ways lead through one, so that none
#: is gone through twice. No group is repeated possessively, in which Python 3.11.2, that of Debian 12, errs.
_TOKEN = re.compile(
    rf"""
      (?P<space>    [ \t\r\n]++ | \#[^\r\n]*+ )
    | (?P<iri>      <[^<>"{{}}|^`\\\x00-\x20]*(?:(?:\\u{_HEX}{{4}}|\\U{_HEX}{{8}})[^<>"{{}}|^`\\\x00-\x20]*)*> )
    | (?P<string>   '''[^'\\]*(?:(?:'(?!'')|{_ESCAPE})[^'\\]*)*'''
                  | \"""[^"\\]*(?:(?:"(?!"")|{_ESCAPE})[^"\\]*)*\"""
                  | '[^'\\\r\n]*(?:(?:{_ESCAPE})[^'\\\r\n]*)*'
                  | "[^"\\\r\n]*(?:(?:{_ESCAPE})[^"\\\r\n]*)*" )
    | (?P<variable> [?$][\w·\u0300-\u036f‿⁀]++ )
    | (?P<language> @[A-Za-z]++(?:-[A-Za-z0-9]++)* )
    | (?P<name>     (?:\w[\w.\-·\u0300-\u036f‿⁀]{{0,100}}+)?
                    :(?:\.*+(?:[\w:%\-·\u0300-\u036f‿⁀]|\\[_~.\-!$&'()*+,;=/?\#@%]))* )
    | (?P<number>   (?:\d++(?:\.\d++)?|\.\d++)(?:[eE][+-]?\d++)? )
    | (?P<word>     \w++ )
    | (?P<mark>     << | >> | \{{\| | \|\}} | && | \|\| | \^\^ | [!<>]= | . )
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT = re.compile(rf"\\u({_HEX}{{4}})|\\U({_HEX}{{8}})")
CLOSERS = {"(": ")", "[": "]", "{": "}", "<<": ">>", "{|": "|}"}


class Token(NamedTuple):
    """A piece of a query; `doubtful` marks one that may belong to an IRI instead."""

    kind: str
    text: str
    start: int
    doubtful: bool = False

    @property
    def keyword(self) -> str:
        """The word in capitals; nothing for other kinds."""
        return self.text.upper() if self.kind == "word" else ""


def tokenize(text: str) -> Iterator[Token]:
    """The tokens of a query, without white space and comments.

    Raises:
        QueryError: a piece could be an IRI or a comparison, and where it ends depends on which it is.
    """
    brackets: list[str] = []
    previous: Token | None = None
    position = doubtful_until = 0
    while position < len(text):
        token = _match(text, position, position < doubtful_until)
        if brackets[-1:] == ["("] and _is_operand(previous):
            iri = _doubtful_iri(text, token)
            if iri is not None:
                doubtful_until = iri.start + len(iri.text)
                token = Token("mark", "<", position, doubtful=True)
        position += len(token.text)
        if token.kind == "space":
            continue
        if token.text in CLOSERS:
            brackets.append(token.text)
        elif brackets and token.text == CLOSERS[brackets[-1]]:
            brackets.pop()
        previous = token
        yield token


def place(text: str, offset: int) -> str:
    """Where in a text, as people count."""
    before = text[:offset]
    return f"line {before.count(chr(10)) + 1}, column {offset - before.rfind(chr(10))}"


def known_prefixes(text: str, namespaces: Namespaces | None = None) -> dict[str, str]:
    """The prefixes a query can use: the project's and those it declares."""
    return split_prologue(list(tokenize(text)), namespaces)[0]


def resolved_names(text: str, namespaces: Namespaces | None = None) -> list[tuple[Token, str | None]]:
    """The tokens of a query after its declarations, each with the IRI that it stands for if it is a name."""
    prefixes, base, body = split_prologue(list(tokenize(text)), namespaces)
    return [(token, resolve(token, prefixes, base)) for token in body]


def unclosed(tokens: list[Token]) -> Token | None:
    """The innermost bracket that is not closed."""
    brackets: list[Token] = []
    for token in tokens:
        if token.text in CLOSERS:
            brackets.append(token)
        elif brackets and token.text == CLOSERS[brackets[-1].text]:
            brackets.pop()
    return brackets[-1] if brackets else None


def _match(text: str, position: int, doubtful: bool = False) -> Token:
    match = _TOKEN.match(text, position)
    assert match is not None, "the last alternative takes any character"
    return Token(match.lastgroup or "", match.group(), position, doubtful)


def _is_operand(token: Token | None) -> bool:
    """Whether a token can end the left side of a comparison."""
    if token is None:
        return False
    if token.kind == "mark":
        return token.text in CLOSERS.values()
    return token.kind != "word" or token.keyword.endswith(("TRUE", "FALSE"))


def _doubtful_iri(text: str, token: Token) -> Token | None:
    """What looks like an IRI where, in parentheses and after an operand, a comparison can stand.

    Raises:
        QueryError: what it is decides where strings and comments begin.
    """
    iri = _match(text, token.start + 1) if token.text == "<<" else token
    if iri.kind != "iri":
        return None
    # Two slashes in a row are no expression.
    if re.match(r"<[A-Za-z][A-Za-z0-9+.\-]*://", iri.text):
        return iri if token.text == "<<" else None
    if "#" in iri.text or "'" in iri.text:
        hint = "put a space after the < of a comparison, or write the IRI in full"
        raise QueryError(f"{place(text, token.start)}: this may be an IRI or a comparison; {hint}")
    return iri


def unescape(text: str) -> str:
    """The text with its codepoint escapes replaced, as SPARQL 1.1 section 19.2 has it."""

    def character(match: re.Match[str]) -> str:
        code = int(match.group(1) or match.group(2), 16)
        return match.group() if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)

    return _CODEPOINT.sub(character, text)


def split_prologue(tokens: list[Token], namespaces: Namespaces | None) -> tuple[dict[str, str], str, list[Token]]:
    """The prefixes, the base and the tokens after the declarations."""
    known = namespaces or shipped_names()
    prefixes, base, index = dict(known.prefixes), known.id, 0
    while index < len(tokens):
        keyword, kinds = tokens[index].keyword, [token.kind for token in tokens[index + 1 : index + 3]]
        if keyword == "PREFIX" and kinds == ["name", "iri"]:
            prefixes[tokens[index + 1].text.removesuffix(":")] = resolve(tokens[index + 2], prefixes, base) or ""
            index += 3
        elif keyword == "BASE" and kinds[:1] == ["iri"]:
            base = resolve(tokens[index + 1], prefixes, base) or base
            index += 2
        elif keyword == "VERSION" and kinds[:1] == ["string"]:
            index += 2
        else:
            break
    return prefixes, base, tokens[index:]


def resolve(token: Token, prefixes: dict[str, str], base: str) -> str | None:
    """The IRI that a token stands for, or None where the parser will find it is none."""
    if token.kind == "iri":
        return urljoin(base, unescape(token.text[1:-1]))
    prefix, _, local = token.text.partition(":")
    if token.kind != "name" or prefix not in prefixes:
        return None
    return prefixes[prefix] + local.replace("\\", "")
