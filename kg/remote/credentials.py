"""Who this is, told to another store over HTTP: a token with every request, a password only where it is asked for.

The password answers a challenge of the server, by digest where the server offers it (RFC 7616), which Virtuoso demands,
else by Basic (RFC 7617).
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import (
    AbstractDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from kg.errors import StoreError

#: What to do about it, for messages.
ADVICE = "set CASUS_USER and CASUS_PASSWORD, or CASUS_TOKEN"


@dataclass(frozen=True)
class Credentials:
    """Who asks or writes: a user with a password, or the bearer of a token. Neither is shown."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


def credentials_of(environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """The credentials in ``CASUS_USER`` and ``CASUS_PASSWORD``, or in ``CASUS_TOKEN``; None if there are none.

    Raises:
        StoreError: a user without a password, a password without a user, or both kinds at once.
    """
    user, password, token = (environment.get(f"CASUS_{name}", "") for name in ("USER", "PASSWORD", "TOKEN"))
    if token and (user or password):
        raise StoreError("CASUS_TOKEN and CASUS_USER are both set; which of them is meant is not known")
    if bool(user) != bool(password):
        raise StoreError("CASUS_USER and CASUS_PASSWORD belong together; only one of them is set")
    return Credentials(user, password, token) if user or token else None


def http_address(url: str) -> str:
    """The address of a store, as it was given.

    Raises:
        StoreError: it is not one of HTTP, or holds a password.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f"not an address of HTTP: {url}")
    if parts.username or parts.password:
        raise StoreError("a password does not belong into an address; set CASUS_USER and CASUS_PASSWORD")
    return url


class Authorization:
    """The headers by which one server knows who asks."""

    def __init__(self, who: Credentials | None) -> None:
        """Nothing but a token is sent until the server asks."""
        self._who = who
        self._digest: _Digest | None = None
        self._basic = False

    def header(self, method: str, url: str) -> str | None:
        """The value of the header Authorization for a request, if it has one.

        Raises:
            StoreError: the server has asked for a kind of digest that is not known.
        """
        if self._who is None:
            return None
        if self._who.token:
            return f"Bearer {self._who.token}"
        if self._digest is not None:
            return self._digest.authorize(Request(url, method=method))
        if self._basic:
            pair = base64.b64encode(f"{self._who.user}:{self._who.password}".encode()).decode()
            return f"Basic {pair}"
        return None

    def answer(self, challenges: Iterable[str]) -> bool:
        """Take up one of the challenges of a server; False if there is nothing to answer it with."""
        if self._who is None or self._who.token:
            return False
        kinds = [challenge.strip() for challenge in challenges]
        for challenge in kinds:
            if challenge.lower().startswith("digest "):
                self._digest = _Digest(self._who, challenge)
                return True
        refused = self._basic
        self._basic = any(challenge.lower().startswith("basic") for challenge in kinds)
        return self._basic and not refused


class _Digest:
    """Answers to a digest challenge, by Python's own implementation, with one nonce for many requests."""

    def __init__(self, who: Credentials, challenge: str) -> None:
        passwords = HTTPPasswordMgrWithDefaultRealm()
        self._handler = AbstractDigestAuthHandler(passwords)
        self._passwords = passwords
        self._who = who
        self._challenge = parse_keqv_list(parse_http_list(challenge.partition(" ")[2]))

    def authorize(self, request: Request) -> str:
        """The header that answers the challenge for this request."""
        self._passwords.add_password(None, request.full_url, self._who.user, self._who.password)
        try:
            answer = self._handler.get_authorization(request, self._challenge)
        except (URLError, ValueError) as error:
            raise StoreError(f"the server asks for a kind of digest that is not known: {error}") from error
        if not answer:
            raise StoreError("the server asks for a digest without a realm or a nonce")
        return f"Digest {answer}"
