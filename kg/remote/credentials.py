"""Who this is, told to another store over HTTP: a token with every request, a password only where it is asked for.

The password answers a challenge of the server, by digest where the server offers it (RFC 7616), which Virtuoso demands,
else by Basic (RFC 7617).
"""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field

import httpx

from kg.errors import BadInput, StoreError

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
        BadInput: a user without a password, a password without a user, both kinds at once, or what no header holds.
    """
    user, password, token = (environment.get(f"CASUS_{name}", "") for name in ("USER", "PASSWORD", "TOKEN"))
    if token and (user or password):
        raise BadInput("CASUS_TOKEN and CASUS_USER are both set; which of them is meant is not known")
    if bool(user) != bool(password):
        raise BadInput("CASUS_USER and CASUS_PASSWORD belong together; only one of them is set")
    if not (token.isascii() and token.isprintable()):
        raise BadInput("CASUS_TOKEN holds characters that no token has")
    return Credentials(user, password, token) if user or token else None


class Authorization(httpx.Auth):
    """Lets one server know who asks."""

    def __init__(self, who: Credentials) -> None:
        """Nothing but a token is sent until the server asks."""
        self._who = who
        self._answer: httpx.Auth | None = None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Send a request, with what the server has asked for; raises StoreError if that is not known."""
        if self._who.token:
            request.headers["Authorization"] = f"Bearer {self._who.token}"
            yield request
            return
        try:
            if self._answer is not None:
                yield from self._answer.auth_flow(request)
                return
            response = yield request
            self._answer = self._answer_to(response)
            if self._answer is None:
                return
            answering = self._answer.auth_flow(request)
            next(answering)
            if isinstance(self._answer, httpx.DigestAuth):
                answering.send(response)  # without a challenge it begins as we did
            yield request
        except (httpx.ProtocolError, KeyError, NotImplementedError) as error:
            raise StoreError(f"the server asks for a kind of digest that is not known: {error}") from error

    def _answer_to(self, response: httpx.Response) -> httpx.Auth | None:
        """What answers the challenges of a server; None if there is nothing to answer."""
        challenges = [challenge.strip().lower() for challenge in response.headers.get_list("WWW-Authenticate")]
        if response.status_code == 401:
            for name, kind in (("digest ", httpx.DigestAuth), ("basic", httpx.BasicAuth)):
                if any(challenge.startswith(name) for challenge in challenges):
                    return kind(self._who.user, self._who.password)
        return None
