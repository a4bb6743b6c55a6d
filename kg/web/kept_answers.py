"""Answers that are kept while a build is served, for whoever asks the same again.

Kept is what anybody may keep: the answer to a GET that has a validator and came in one piece. What decides an answer is
what decides its validator (`kg.web.http.validator`), so that one is repeated only where the application would give the
same. With another build there is another application, which begins with nothing kept.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

#: Answers that are kept at most, and the bytes that one may have.
MOST_ANSWERS = 2_000
MOST_BYTES_EACH = 64 * 1024
#: Bytes that an answer takes in memory besides its body and its key.
_OVERHEAD = 2_000
#: What decides an answer, by WSGI's names, and what a proxy that is believed may have said of the address.
_DECIDING = (
    *("wsgi.url_scheme", "HTTP_HOST", "REQUEST_URI", "QUERY_STRING", "HTTP_COOKIE"),
    *("HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE"),
    *("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_PORT"),
)
#: Whoever sends one of these asks for more than the answer.
_ASKS_MORE = ("HTTP_IF_NONE_MATCH", "HTTP_AUTHORIZATION", "HTTP_RANGE", "HTTP_EXPECT")

RequestKey: TypeAlias = tuple[object, ...]


@dataclass(frozen=True)
class KeptAnswer:
    """An answer: its headers and body, and a short name of the query that it answers."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    query: str | None


def key_of(environ: Mapping[str, Any]) -> RequestKey | None:
    """What decides the answer to a request, the day among it; None if no answer to such a request is kept."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in _ASKS_MORE):
        return None
    return (datetime.now(UTC).date(), *map(environ.get, _DECIDING))


class KeptAnswers:
    """Answers by what decides them, those asked for longest ago given up first."""

    def __init__(self, most_bytes: int) -> None:
        """Keep so many bytes of answers, or none."""
        self._most_bytes = most_bytes
        self._kept: OrderedDict[RequestKey, KeptAnswer] = OrderedDict()
        self._bytes = 0

    def find(self, key: RequestKey) -> KeptAnswer | None:
        """The answer that is kept, if one is."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, key: RequestKey, answer: KeptAnswer) -> None:
        """Keep an answer, unless it is too long or not for everybody."""
        names = dict(answer.headers)
        shared = names.get(b"cache-control", b"").startswith(b"public")
        if not shared or b"etag" not in names or b"set-cookie" in names or len(answer.body) > MOST_BYTES_EACH:
            return
        if key in self._kept:
            self._bytes -= _size(key, self._kept.pop(key))
        self._kept[key] = answer
        self._bytes += _size(key, answer)
        while self._kept and (self._bytes > self._most_bytes or len(self._kept) > MOST_ANSWERS):
            self._bytes -= _size(*self._kept.popitem(last=False))


def _size(key: RequestKey, answer: KeptAnswer) -> int:
    return _OVERHEAD + len(answer.body) + sum(len(part) for part in key if isinstance(part, str))
