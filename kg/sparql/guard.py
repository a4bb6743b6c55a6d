"""What a query may not do, decided before it is parsed.

Queries come from strangers, and pyoxigraph obeys: SERVICE calls out, deep nesting overflows its stack, and some nested
expressions take it exponential time to read. None of these has a switch, so they are refused here, on the query's
tokens. The tokens are read by one regular expression and there is no parser, yet nothing gets past it, because the
places where a parser could read the text in another way are known and refused or counted both ways:

- pyoxigraph reads keywords without looking for their end, so ``1SERVICE<x>{}``, ``trueSERVICE:x{}`` and
  ``:a.b.SERVICE<x>{}`` all call out. A name that contains the word is refused where a group could belong to it.
- ``?a<1)SERVICE#>`` may be an IRI or a comparison and a comment. Inside parentheses and after an operand it is
  a comparison; where quotes or a comment would then begin inside of it, it is refused.
- Escapes such as ``\\u0053`` stand for their characters only in strings and IRIs here, but anywhere by SPARQL 1.1
  section 19.2, so the text is read both ways.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kg.errors import QueryError
from kg.sparql.plain import is_plain
from kg.sparql.tokens import CLOSERS, Token, place, resolve, split_prologue, tokenize, unescape
from kg.terms import Namespaces

_SEPARATORS = frozenset(".,;")
#: What an element of a collection begins with, and what one ends with.
_TERMS = frozenset(["iri", "string", "variable", "name", "number"])
_TERM_ENDS = _TERMS | {"language"}
_IRIS = frozenset(["iri", "name"])
_RESOURCES = _IRIS | {"variable"}
_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH"])
#: After these words a name stands for a graph or a resource, and the group that follows belongs to the word.
_TAKES_NAME = frozenset(["GRAPH", "FROM", "NAMED", "DESCRIBE"])
#: Calls with a variable number of arguments: pyoxigraph tries one number and then the other.
_READ_TWICE = ("REGEX", "SUBSTR", "REPLACE", "GROUP_CONCAT")


class Complexity(NamedTuple):
    """How complex a query may be. The defaults are the most: beyond, the parser crashes or takes too long.

    Attributes:
        characters: its length.
        depth: brackets of all kinds inside each other. On a thread's stack of 2 MiB, pyoxigraph 0.5.13 overflows at
            about 200.
        operations: keywords, operators, opening brackets and triple patterns, the rows of VALUES and patterns to
            be constructed aside. It overflows at about 650 operators in a row, and at some thousand patterns. A list
            of SELECT, GROUP BY or ORDER BY may have as many variables, each of which each row holds.
        patterns: triple patterns in one group. The time to order them grows with the fourth power of their number:
            on pyoxigraph 0.5.13, 80 take 0.3 s, 160 take 5 s.
        retries: negations and calls inside each other that it reads twice: each doubles the time to parse. It takes
            5 s at 22.
    """

    characters: int = 100_000
    depth: int = 64
    operations: int = 400
    patterns: int = 100
    retries: int = 10


MAX_COMPLEXITY = Complexity()


def check(text: str, most: Complexity = MAX_COMPLEXITY, namespaces: Namespaces | None = None) -> tuple[str, ...]:
    """Refuse a query that must not run.

    Args:
        text: SPARQL 1.1 Query.
        most: how complex it may be.

    Returns:
        The IRIs of the graphs it names in FROM and FROM NAMED.

    Raises:
        QueryError: with the line and column of what is refused.
    """
    if most == MAX_COMPLEXITY and is_plain(text):
        return ()  # it names no graph in FROM
    if len(text) > most.characters:
        raise QueryError(f"the query has {len(text):,} characters; {most.characters:,} are allowed")
    tokens = _check_reading(text, most)
    unescaped = unescape(text)
    if unescaped != text:
        _check_reading(unescaped, most)
    prefixes, base, body = split_prologue(tokens, namespaces)
    if body and body[0].keyword in _UPDATES:
        where = place(text, body[0].start)
        raise QueryError(f"{where}: {body[0].keyword} is SPARQL Update; only queries are answered here")
    return tuple(_dataset(body, prefixes, base))


def _check_reading(text: str, most: Complexity) -> list[Token]:
    measure = _Measure(most)
    tokens = []
    for token in tokenize(text):
        excess = measure.add(token)
        if excess:
            raise QueryError(f"{place(text, token.start)}: the query is too complex: {excess}")
        tokens.append(token)
    _refuse_service(text, tokens)
    return tokens


@dataclass
class _Open:
    """A bracket that is not closed yet, and the triple patterns in it so far.

    `data` marks the rows of VALUES, `template` what is to be constructed, `joined` a group that another is joined with.
    """

    bracket: str
    retries: int
    doubtful: bool
    data: bool
    template: bool
    joined: bool
    patterns: int = 0


class _Measure:
    """How complex a query is, token by token."""

    def __init__(self, most: Complexity) -> None:
        self._most = most
        self._open: list[_Open] = []
        self._previous = Token("", "", 0)
        self._operations = 0
        self._retries = 0
        self._perhaps_open = 0
        self._negated = False
        self._values = False
        self._listed = 0

    def add(self, token: Token) -> str | None:
        """Count a token; the answer names the limit it exceeds."""
        in_data = bool(self._open) and self._open[-1].data
        if token.kind == "word" and not in_data:
            self._values = token.keyword == "VALUES"
        if self._begins_pattern(token):
            self._operations += 1
            self._open[-1].patterns += 1
        self._listed = self._listed + 1 if token.kind == "variable" else 0
        # What DESCRIBE lists becomes a pattern each.
        self._operations += not self._open and token.kind in _IRIS and self._previous.kind in _RESOURCES
        if token.text in CLOSERS:
            self._push(token, in_data)
        elif self._open and token.text == CLOSERS[self._open[-1].bracket]:
            self._pop(token)
        self._operations += not in_data and _is_operation(token)
        self._negated = token.text == "!" or (self._negated and token.kind in ("word", "name", "iri"))
        self._previous = token
        return self._excess()

    def _begins_pattern(self, token: Token) -> bool:
        """Whether another triple pattern follows, or is meant by another element of a collection."""
        innermost = self._open[-1] if self._open else None
        if innermost is None or innermost.data or innermost.template:
            return False
        # A tilde names a statement (https://www.w3.org/TR/sparql12-query/#rReifier), a slash joins the steps of a path.
        if token.text in ("~", "/"):
            return True
        if token.text in _SEPARATORS:
            # In parentheses a comma stands between arguments.
            return token.text != "," or innermost.bracket != "(" or innermost.doubtful
        is_term = token.kind in _TERMS or token.text in ("true", "false", "(", "[")
        previous = self._previous
        follows_term = previous.kind in _TERM_ENDS or previous.text in ("true", "false", ")", "]")
        return innermost.bracket == "(" and is_term and follows_term

    def _pop(self, token: Token) -> None:
        closed = self._open.pop()
        self._retries -= closed.retries
        self._perhaps_open += token.doubtful
        if self._open:
            # A group is joined as a whole; what is in other brackets belongs to the group around them, and each but
            # parentheses states something itself.
            self._open[-1].patterns += closed.joined if closed.bracket == "{" else closed.patterns
            states = closed.bracket in ("[", "<<", "{|") and not (closed.data or closed.template)
            self._open[-1].patterns += states

    def _push(self, token: Token, in_data: bool) -> None:
        retries = self._negated + self._previous.keyword.endswith(_READ_TWICE)
        begins_group, before = token.text == "{", self._previous
        begins_data = self._values and begins_group
        if begins_data:
            self._values = False
        template = before.keyword == "CONSTRUCT" if begins_group else bool(self._open) and self._open[-1].template
        joined = before.kind != "word"  # as after UNION or OPTIONAL
        self._open.append(_Open(token.text, retries, token.doubtful, in_data or begins_data, template, joined))
        self._retries += retries

    def _excess(self) -> str | None:
        if len(self._open) + self._perhaps_open > self._most.depth:
            return f"more than {self._most.depth} brackets inside each other"
        if self._operations > self._most.operations:
            return f"more than {self._most.operations} keywords, operators, brackets and triple patterns"
        if self._listed > self._most.operations:
            return f"more than {self._most.operations} variables in a list"
        if self._open and self._open[-1].patterns > self._most.patterns:
            return f"more than {self._most.patterns} triple patterns in a group"
        if self._retries > self._most.retries:
            return f"more than {self._most.retries} negations or calls of {', '.join(_READ_TWICE)} inside each other"
        return None


def _is_operation(token: Token) -> bool:
    if token.kind == "word":
        return token.text not in ("a", "true", "false")
    return token.kind == "mark" and token.text not in _SEPARATORS and token.text not in CLOSERS.values()


def _refuse_service(text: str, tokens: list[Token]) -> None:
    for index, token in enumerate(tokens):
        # What may be an IRI cannot call: the group would have to begin before its end, and IRIs hold no brace.
        if token.kind not in ("word", "name") or "SERVICE" not in token.text.upper() or token.doubtful:
            continue
        following = tokens[index + 1 : index + 4]
        if following and following[0].keyword == "SILENT":
            following = following[1:]
        if following and following[0].kind in ("iri", "variable", "name"):
            following = following[1:]
        takes_group = bool(following) and following[0].text == "{"
        belongs_to_word = index > 0 and tokens[index - 1].keyword in _TAKES_NAME
        if token.kind == "word" or (takes_group and not belongs_to_word):
            raise QueryError(f"{place(text, token.start)}: SERVICE is refused: queries stay within this store")


def _dataset(tokens: list[Token], prefixes: dict[str, str], base: str) -> Iterator[str]:
    for index, token in enumerate(tokens):
        if token.keyword == "FROM":
            following = [later for later in tokens[index + 1 : index + 3] if later.keyword != "NAMED"]
            iri = resolve(following[0], prefixes, base) if following else None
            if iri is not None:
                yield iri
