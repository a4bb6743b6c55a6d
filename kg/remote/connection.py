"""HTTP to other stores: the addresses that are gone to, and what is said of those that cannot be reached.

Redirections are not followed, and certificates are those that the system trusts.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from functools import cache
from urllib.parse import urlsplit

import httpx

from kg.errors import BadInput
from kg.remote.credentials import Authorization, Credentials

_LINE = 200


def http_address(url: str) -> str:
    """The address of a store, as it was given.

    Raises:
        BadInput: it is not one of HTTP, or holds a password.
    """
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(httpx.URL(url).host) and parts.port != 0
        is_address = is_address and not any(character.isspace() for character in url)
    except (ValueError, httpx.InvalidURL):
        is_address = False
    if not is_address:
        raise BadInput(f"not an address of HTTP: {url}")
    if parts.username or parts.password:
        raise BadInput("a password does not belong into an address; set CASUS_USER and CASUS_PASSWORD")
    return url


def connect(credentials: Credentials | None, *, timeout: float, through_proxy: bool) -> httpx.Client:
    """A client; nothing is sent yet.

    Args:
        credentials: who asks.
        timeout: seconds without a byte after which the other side is taken to be gone.
        through_proxy: whether the environment's proxies are used.
    """
    return httpx.Client(
        auth=Authorization(credentials) if credentials is not None else None,
        # Nothing is said of compression, so that what is counted as it arrives is what was sent.
        headers={"User-Agent": "casus-kg", "Accept-Encoding": "identity"},
        timeout=timeout,
        trust_env=through_proxy,
        verify=_certificates(),
    )


def address_with(url: str, parameter: str) -> str:
    """An address with one more parameter, which is percent-encoded already."""
    return f"{url}{'&' if urlsplit(url).query else '?'}{parameter}"


def media_type(response: httpx.Response) -> str:
    """The media type of an answer, without its parameters."""
    return str(response.headers.get("Content-Type", "")).partition(";")[0].strip().lower()


def first_line(pieces: Iterable[bytes]) -> str:
    """The beginning of what a server says, in a line that can be shown."""
    said = b""
    for piece in pieces:
        said += piece
        if len(said) > 10 * _LINE:
            break
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return printable(lines[0]) if lines else ""


def printable(text: str) -> str:
    """A text of somebody else, short and without what a terminal might obey."""
    return "".join(character for character in text[:_LINE] if character.isprintable()).strip()


def cause_of(error: Exception) -> str:
    """Why a server could not be reached, in words."""
    text = str(error) or type(error).__name__
    return printable(text.partition("] ")[2] if text.startswith("[Errno ") else text)


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()
