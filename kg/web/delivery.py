"""How answers travel: validators and 304, caching, compression, and leave for the pages of others to read them.

RFC 9110 (HTTP semantics), RFC 9111 (caching) and the Fetch standard's CORS protocol.
"""

from __future__ import annotations

import hashlib
import importlib
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from flask import Request, Response
from werkzeug.wsgi import ClosingIterator

from kg.web.site import Site

#: Answers shorter than this travel as they are.
_WORTH_COMPRESSING = 1000
_COMPRESSIBLE = re.compile(r"text/.*|image/svg\+xml|application/(?:.*[+-])?(?:json|xml|trig|n-triples|n-quads)")
#: A query with one of these has another answer each time.
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\s*\(", re.IGNORECASE)
_GZIP = 16 + zlib.MAX_WBITS

_METHODS = "GET, HEAD, POST, OPTIONS"
_READABLE_HEADERS = "Content-Location, ETag, Link, Retry-After"
_ALLOWED_HEADERS = "Accept, Authorization, Content-Type, If-None-Match"


class _Compressor(Protocol):
    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


def _gzip() -> _Compressor:
    return zlib.compressobj(wbits=_GZIP)


def _codings() -> dict[str, Callable[[], _Compressor]]:
    """The content codings this interpreter can write, the best first. Zstandard is Python's own from 3.14 on."""
    try:
        zstd: Any = importlib.import_module("compression.zstd")
    except ImportError:
        return {"gzip": _gzip}
    return {"zstd": zstd.ZstdCompressor, "gzip": _gzip}


CODINGS = _codings()


def is_constant(query: str) -> bool:
    """Whether a query has the same answer each time; in doubt, not."""
    return _CHANGING.search(query) is None


def validator(site: Site, request: Request) -> str:
    """A tag for the answer to a request: the same as long as the build and the request are.

    It is a weak one: the rows are the same, their order need not be.
    """
    parts = (
        site.fingerprint,
        request.host_url if site.public_url is None else site.public_url,
        request.full_path,
        request.headers.get("Accept", ""),
    )
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has this answer already (RFC 9110, section 13.1.2: of GET and HEAD only)."""
    known = request.if_none_match
    return request.method in ("GET", "HEAD") and not known.star_tag and known.contains_weak(tag)


def finish(response: Response, request: Request, site: Site, tag: str | None) -> Response:
    """Give an answer the headers by which caches keep it and others' pages read it, and compress it."""
    response.vary.update(("Accept", "Accept-Encoding"))
    keeps = response.status_code in (200, 302, 303, 304) and request.method in ("GET", "HEAD")
    if keeps and tag is not None and "Cache-Control" not in response.headers:
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = f"public, max-age={site.max_age}, must-revalidate"
    response.headers.setdefault("Cache-Control", "no-store")
    response.access_control_allow_origin = "*"
    response.headers["Access-Control-Expose-Headers"] = _READABLE_HEADERS
    if request.method == "OPTIONS" and response.status_code == 200:
        response.status_code = 204
        response.headers.remove("Content-Type")
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", _METHODS)
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
        response.headers["Access-Control-Max-Age"] = "86400"
        return response
    return _compress(response, request)


def _compress(response: Response, request: Request) -> Response:
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
    response.headers.remove("Content-Length")
    response.direct_passthrough = False
    if request.method != "HEAD":
        body = response.response
        close = getattr(body, "close", None)
        packed = _pack(response.iter_encoded(), CODINGS[coding]())
        response.response = ClosingIterator(packed, close) if close else packed
    return response


def _pack(chunks: Iterable[bytes], compressor: _Compressor) -> Iterator[bytes]:
    for chunk in chunks:
        packed = compressor.compress(chunk)
        if packed:
            yield packed
    yield compressor.flush()
