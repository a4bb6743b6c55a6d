"""IRIs and the URIs by which they are asked for: RFC 3987, section 3.1, and its way back.

The way to a URI escapes what is not ASCII and leaves all else, so two IRIs may have one URI: one that has a character
and one that has its escape. The way back is therefore a list.
"""

from __future__ import annotations

import re
from itertools import product
from urllib.parse import quote, unquote, urlsplit

from flask import Request

_ASCII = "".join(map(chr, range(0x21, 0x7F)))
#: Escapes of characters beyond ASCII that stand in a row.
_BEYOND_ASCII = re.compile(r"((?:%[89A-Fa-f][0-9A-Fa-f])+)")
#: Escapes of characters that part an address, and of the escape's own sign: without them it is another one.
_PARTING = re.compile(r"(%2[35Ff]|%3[Ff])")
#: Rows of escapes of which some may be meant and some not; where there are more, all are or none.
_MIXED = 4


def to_uri(iri: str) -> str:
    """The URI of an IRI: in UTF-8, what is not ASCII is escaped."""
    return quote(iri, safe=_ASCII)


def spellings(uri: str) -> list[str]:
    """The IRIs that have a URI: the URI itself, the one without escapes of what is not ASCII, and what lies between."""
    parts = _BEYOND_ASCII.split(uri)
    choices = [(part,) if index % 2 == 0 else _choices(part) for index, part in enumerate(parts)]
    if len(parts) // 2 > _MIXED:
        return [uri, "".join(choice[-1] for choice in choices)]
    return list(dict.fromkeys("".join(chosen) for chosen in product(*choices)))


def meant_by(path: str, query: str = "") -> list[str]:
    """The relative IRIs that may be meant by the path and the query of an address, the likeliest first.

    That is the IRIs that have the address as their URI, with its query or without, and the one without any escapes:
    some clients escape more than they must.
    """
    names = [*spellings(f"{path}?{query}"), *spellings(path)] if query else spellings(path)
    bare = "".join(part if index % 2 else unquote(part) for index, part in enumerate(_PARTING.split(path)))
    return list(dict.fromkeys([*names, bare]))


def raw_path(request: Request) -> str:
    """The path of a request as it was sent, below the application's own, without its leading slash.

    WSGI's ``PATH_INFO`` is unescaped: in it, an escaped slash is a slash. Servers add the path as it was.
    """
    decoded: str = request.environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
    sent = request.environ.get("REQUEST_URI", "").encode("latin-1", "replace").decode("utf-8", "replace")
    path = sent.partition("?")[0] if sent.startswith("/") else urlsplit(sent).path
    path = path.removeprefix("/")
    if unquote(path) != decoded.removeprefix("/"):
        path = path.removeprefix(quote(request.script_root).removeprefix("/")).removeprefix("/")
    return to_uri(path) if unquote(path) == decoded.removeprefix("/") else quote(decoded.removeprefix("/"))


def _choices(escapes: str) -> tuple[str, ...]:
    try:
        return escapes, unquote(escapes, errors="strict")
    except UnicodeDecodeError:
        return (escapes,)
