"""Queries that are seen at once to be harmless, so that the guard need not read them token by token.

Most queries are a few triple patterns. Whoever asks one waits longer for the guard than for the answer, so these are
told by one regular expression: no brackets but braces, no functions, no escapes, no comments, and only words that call
nothing. In so few characters there are fewer patterns and operations than the guard allows, however they are read; the
depth is counted. All else is left to the guard, which a test holds against this.
"""

from __future__ import annotations

import re

#: Characters of a query that may be plain. The shortest pattern has seven, so there are fewer than the guard allows.
_MOST_CHARACTERS = 600
_MOST_BRACES = 12
_PLAIN = re.compile(
    r"""(?:
        \s
      | [?$][A-Za-z_]\w*+
      | [A-Za-z][\w-]*+:[\w/-]*+                # a prefixed name; a colon without one is left to the guard
      | <[A-Za-z][\w:/.~?&=%+@-]*+(?:\#[\w/-]*+)?+>
      | "[^"\\\n\r]*+"(?:@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)?+
      | [0-9]++
      | [{}.;,*]
      | \b(?:SELECT|DISTINCT|REDUCED|ASK|WHERE|OPTIONAL|UNION|LIMIT|OFFSET|ORDER|BY|a|true|false)\b(?!:)
    )*+""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def is_plain(text: str) -> bool:
    """Whether a query is seen at once to be harmless; it may still be no SPARQL."""
    return (
        len(text) <= _MOST_CHARACTERS
        and text.count("{") <= _MOST_BRACES
        and "service" not in text.lower()
        and _PLAIN.fullmatch(text) is not None
    )
