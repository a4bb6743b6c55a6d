"""Where the mistake in a query is, and what it is, told from what pyoxigraph says of it."""

from __future__ import annotations

import re

from pyoxigraph import Store

from kg.sparql.tokens import Token, known_prefixes, place, tokenize, unclosed
from kg.terms import Namespaces

#: Longer queries are not read a second time to find the mistake.
_EXPLAINED_LENGTH = 20_000
#: Wider than the longest keyword.
_GAP = " " * 20
_RULES = {"IRI parsing failed": "this is not an IRI", "language tag parsing failed": "this is not a language tag"}


def diagnose(text: str, error: SyntaxError, namespaces: Namespaces) -> str:
    """A syntax error as one line with the place of the mistake.

    pyoxigraph reports the furthest place it has looked at, which lies beyond the mistake by up to the length of its
    longest keyword. With wide gaps between the tokens, that place lies in the gap behind the token it could not use.
    """
    tokens = list(tokenize(text))
    if not tokens:
        return "the query is empty"
    for token in tokens:
        if token.kind == "mark" and token.text in ("'", '"'):
            return f"{place(text, token.start)}: this string has no end, or an escape that SPARQL does not have"
    if len(text) <= _EXPLAINED_LENGTH:
        widened, starts = _widen(text, tokens)
        try:
            Store().query(widened, base_iri=namespaces.id, prefixes=dict(namespaces.prefixes))
        except SyntaxError as again:
            furthest = _offset(widened, again)
            if furthest >= len(widened):
                return _incomplete(text, tokens, str(again))
            token = [token for token, start in zip(tokens, starts, strict=True) if start <= furthest][-1]
            return f"{place(text, token.start)}: {_mistake(text, token, str(again), namespaces)}"
    return f"not SPARQL 1.1, at or before {place(text, _offset(text, error))}"


def _widen(text: str, tokens: list[Token]) -> tuple[str, list[int]]:
    """The query with wide gaps between its tokens, and where each begins then. Marks that touch are one operator."""
    widened, starts, end = "", [], 0
    for index, token in enumerate(tokens):
        touches = index > 0 and token.start == end and token.kind == tokens[index - 1].kind == "mark"
        widened += token.text if touches else _GAP + token.text
        starts.append(len(widened) - len(token.text))
        end = token.start + len(token.text)
    return widened + _GAP, starts


def _offset(text: str, error: SyntaxError) -> int:
    """Where pyoxigraph's message says, as an offset into the text."""
    match = re.match(r"error at (\d+):(\d+)", str(error))
    if match is None:
        return len(text)
    line, column = int(match.group(1)), int(match.group(2))
    return sum(len(before) for before in text.split("\n")[: line - 1]) + line - 1 + column - 1


def _mistake(text: str, token: Token, message: str, namespaces: Namespaces) -> str:
    prefix = token.text.partition(":")[0]
    if token.kind == "name" and prefix not in ("_", *known_prefixes(text, namespaces)):
        return f"the prefix '{prefix}:' is not declared"
    if token.text == "}":
        return "unexpected '}': before it, a pattern is incomplete, a variable bound twice or a row of VALUES uneven"
    return _rule(message) or f"unexpected '{token.text}'"


def _incomplete(text: str, tokens: list[Token], message: str) -> str:
    """What is wrong with a query that can be read to its end."""
    bracket = unclosed(tokens)
    if bracket is not None:
        return f"{place(text, bracket.start)}: this '{bracket.text}' is not closed"
    rule = _rule(message)
    if rule is not None:
        return f"not allowed in SPARQL: {rule}"
    if not any(token.text == "{" for token in tokens):
        return "the query ends before its '{'"
    return "not SPARQL 1.1: the query ends too early, binds a variable twice or uses one that is out of scope"


def _rule(message: str) -> str | None:
    """The rule that pyoxigraph names among the things it expected."""
    for item in re.sub(r"^error at [\d:]+ expected (one of )?", "", message).split(", "):
        if item in _RULES:
            return _RULES[item]
        if re.fullmatch(r"[A-Za-z]+(?: [\w*'.-]+){3,}", item):
            return re.sub(r"^[A-Z](?=[a-z ])", lambda first: first.group().lower(), item.rstrip("."))
    return None
