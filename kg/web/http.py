"""How answers travel: validators and 304, caching, compression, and leave for the pages of others to read them.

RFC 9110 (HTTP semantics), RFC 9111 (caching) and the Fetch standard's CORS protocol.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

from flask import Request, Response
from werkzeug.wsgi import ClosingIterator

from kg.web.negotiation import HTML
from kg.web.site import Site
from kg.web.urls import Wsgi
from kg.zstandard import zstd

#: Answers shorter than this travel as they are.
_WORTH_COMPRESSING = 1000
_COMPRESSIBLE = re.compile(r"text/.*|image/svg\+xml|application/(?:.*[+-])?(?:json|xml|trig|n-triples|n-quads)")
#: A query with one of these has another answer each time.
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\s*\(", re.IGNORECASE)
_GZIP = 16 + zlib.MAX_WBITS

#: What an answer depends on, by WSGI's names: the request and, where the world's address is not set, the one it names.
_ASKED = ("SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_COOKIE")
_ADDRESSED = ("wsgi.url_scheme", "HTTP_HOST")

_METHODS = "GET, HEAD, POST, OPTIONS"
#: Every answer has these, unless its route gave it others.
_HEADERS = [
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Absent-Graph, Content-Location, ETag, Link, Retry-After, Sources-Until"),
    (
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
]
#: Headers that others' pages may send; those that they ask for are allowed as well, for none does anything here.
_ALLOWED_HEADERS = ("Accept", "Accept-Language", "Authorization", "Content-Type", "If-None-Match")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_MOST_HEADERS = 50


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


#: How hard pages are compressed with Zstandard. They weigh a tenth less than by default, which a reader on a phone
#: notices, for a millisecond; rows of data would take four times as long for it.
_PAGE_LEVEL = 6


def _zstd(page: bool) -> _Compressor:
    return zstd.ZstdCompressor(level=_PAGE_LEVEL if page else None)


def _gzip(page: bool) -> _Compressor:
    return zlib.compressobj(wbits=_GZIP)


#: The content codings that are offered, the best first, each for a page or for data.
CODINGS: dict[str, Callable[[bool], _Compressor]] = {"zstd": _zstd, "gzip": _gzip}


def with_headers(wsgi: Wsgi) -> Wsgi:
    """The application with the headers that every answer has."""

    def headed(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            own = {name for name, _ in headers}
            return start_response(status, headers + [header for header in _HEADERS if header[0] not in own], error)

        return wsgi(environ, start)

    return headed


def is_constant(query: str) -> bool:
    """Whether a query has the same answer each time; in doubt, not."""
    return _CHANGING.search(query) is None


def validator(site: Site, request: Request) -> str:
    """A tag for the answer to a request: the same as long as the build, the request and the day are.

    It is a weak one: the rows are the same, their order need not be. It is empty where nobody can know. Pages that are
    asked of no day tell of the present one, in UTC.
    """
    if site.fingerprint is None:
        return ""
    names = _ASKED if site.public_url is not None else _ADDRESSED + _ASKED
    today = datetime.now(UTC).date()
    parts = [site.fingerprint, site.public_url, today, *map(request.environ.get, names)]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has this answer already (RFC 9110, section 13.1.2: of GET and HEAD only)."""
    if not tag or "HTTP_IF_NONE_MATCH" not in request.environ:
        return False
    known = request.if_none_match
    return request.method in ("GET", "HEAD") and not known.star_tag and known.contains_weak(tag)


def finish(response: Response, request: Request, site: Site, tag: str | None) -> Response:
    """Give an answer the headers by which caches keep it and others' pages read it, and compress it."""
    headers = response.headers
    # Of an answer that the client has, nobody knows any more whether it is a page.
    speaks = response.mimetype == "text/html" or response.status_code == 304 or "Accept-Language" in response.vary
    of_language = ", Accept-Language, Cookie" if speaks else ""
    headers["Vary"] = "Accept, Accept-Encoding" + of_language
    if "Cache-Control" not in headers:
        keeps = response.status_code in (200, 302, 303, 304) and request.method in ("GET", "HEAD")
        if keeps and tag is not None:
            if tag:
                headers.add("ETag", f'W/"{tag}"')
            headers.add("Cache-Control", f"public, max-age={site.max_age}, must-revalidate")
        else:
            headers.add("Cache-Control", "no-store")
    if request.method == "OPTIONS" and response.status_code == 200:
        response.status_code = 204
        response.headers.remove("Content-Type")
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", _METHODS)
        response.headers["Access-Control-Allow-Headers"] = ", ".join(_allowed_headers(request))
        response.headers["Access-Control-Max-Age"] = "86400"
        return response
    return _compress(response, request)


def _allowed_headers(request: Request) -> list[str]:
    asked = request.headers.get("Access-Control-Request-Headers", "").split(",")[:_MOST_HEADERS]
    known = {name.lower() for name in _ALLOWED_HEADERS}
    others = {name.strip().lower(): None for name in asked if _TOKEN.fullmatch(name.strip())}
    return [*_ALLOWED_HEADERS, *(name for name in others if name not in known)]


def _compress(response: Response, request: Request) -> Response:
    if "HTTP_ACCEPT_ENCODING" not in request.environ:
        return response
    length = response.content_length
    if (
        response.status_code in (204, 304)
        or "Content-Encoding" in response.headers
        or (length is not None and length < _WORTH_COMPRESSING)
        or not _COMPRESSIBLE.fullmatch(response.mimetype or "")
    ):
        return response
    accepted = request.accept_encodings
    coding = max(CODINGS, key=lambda name: accepted.quality(name) if accepted else 0)
    if not accepted or accepted.quality(coding) == 0:
        return response
    response.headers["Content-Encoding"] = coding
    compressor = CODINGS[coding](response.mimetype == HTML)
    if length is not None and response.is_sequence:
        response.set_data(compressor.compress(response.get_data()) + compressor.flush())
        return response
    response.headers.remove("Content-Length")
    response.direct_passthrough = False
    if request.method != "HEAD":
        body = response.response
        close = getattr(body, "close", None)
        packed = _pack(response.iter_encoded(), compressor)
        response.response = ClosingIterator(packed, close) if close else packed
    return response


def _pack(chunks: Iterable[bytes], compressor: _Compressor) -> Iterator[bytes]:
    """The chunks, compressed. Some are empty, so that whoever reads the first does not wait for the last."""
    for chunk in chunks:
        yield compressor.compress(chunk)
    yield compressor.flush()
