"""Where things are: the IRIs of the data as addresses of this server, and the server's own address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import PathConverter

from kg.day import read_day
from kg.terms import CASUS
from kg.web.iris import to_uri
from kg.web.site import Site

_DAY_GRAPH = re.compile(r"graph/as-of/([0-9]{4}-[0-9]{2}-[0-9]{2})(?:\.[a-z]+)?")

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class RestConverter(PathConverter):
    """The rest of an address as it is: unlike a path, it may begin with a slash, as the rest of an IRI may."""

    regex = ".+?"
    part_isolating = False


def path_of(site: Site, iri: str) -> str | None:
    """The address on this server of what the data name by an IRI, or None if it is none of theirs."""
    if not iri.startswith(site.base):
        return None
    return request.script_root + "/" + to_uri(iri.removeprefix(site.base))


def page_of(site: Site, iri: str, day: date | None = None) -> str | None:
    """The address of the page about a thing: here, without the detour over its IRI; elsewhere, if it is on the web.

    Args:
        site: what is served.
        iri: the thing.
        day: the day of which the page is to tell.
    """
    if site.build is not None and iri.startswith((CASUS.iri, site.names.ontology + "#")):
        return url_for("ontology_index") + "#" + quote(iri.partition("#")[2])
    path = path_of(site, iri)
    if path is None:
        return iri if iri.startswith(("http://", "https://")) else None
    relative = iri.removeprefix(site.base)
    if relative.startswith(("id/", "graph/")):
        return on_day(url_for("document", path=relative + ".html"), day)
    return path


def on_day(address: str, day: date | None) -> str:
    """An address, with the day that is asked about if there is one."""
    return f"{address}{'&' if '?' in address else '?'}as-of={day}" if day else address


def switched(language: str) -> str:
    """The address of the page that is being shown, in another language."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.script_root}{quote(request.path)}?{urlencode([*others, ('lang', language)])}"


def day_of(path: str) -> date | None:
    """The day in the path of a graph that holds what is true of one day only, as `kg.build.as_of` names it.

    Raises:
        BadInput: there is no such day.
    """
    found = _DAY_GRAPH.fullmatch(path)
    return read_day(found[1]) if found else None


def root_url(site: Site) -> str:
    """The address of this server as the world knows it; ends in a slash."""
    return site.public_url.rstrip("/") + "/" if site.public_url else request.url_root


def absolute(site: Site, endpoint: str, **values: Any) -> str:
    """The address of one of the application's own routes, as the world knows it."""
    path = url_for(endpoint, **values).removeprefix(request.script_root)
    return root_url(site) + path.removeprefix("/")


def in_full(site: Site, address: str) -> str:
    """An address of this server as the world knows it; others are so already."""
    path = address.removeprefix(request.script_root)
    return root_url(site) + path.removeprefix("/") if address.startswith("/") else address


def mount(wsgi: Wsgi, site: Site) -> Wsgi:
    """The application where the world finds it: below its public path, behind its proxy."""
    if site.trust_proxy:
        wsgi = ProxyFix(wsgi, x_for=1, x_proto=1, x_host=1, x_prefix=1)
    if site.public_url is None:
        return wsgi
    prefix = urlsplit(site.public_url).path.rstrip("/")

    def mounted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["SCRIPT_NAME"] = prefix
        path = environ.get("PATH_INFO", "")
        if prefix and (path + "/").startswith(prefix + "/"):
            environ["PATH_INFO"] = path.removeprefix(prefix) or "/"
        return wsgi(environ, start_response)

    return mounted


def as_mounted(environ: dict[str, Any], site: Site) -> dict[str, Any]:
    """A request as `mount` passes it on."""
    if not site.trust_proxy and site.public_url is None:
        return environ
    passed: dict[str, Any] = {}

    def keep(environ: dict[str, Any], _: Any) -> Iterable[bytes]:
        passed.update(environ)
        return ()

    mount(keep, site)(dict(environ), None)
    return passed
