"""Sites of other projects than the shipped one."""

from __future__ import annotations

from dataclasses import replace

from kg.project import open_project
from kg.terms import Namespaces
from kg.web.site import Site


def site_at(base: str) -> Site:
    """A site whose data name their things below a base."""
    return Site(identity=replace(open_project().identity, names=Namespaces(base)))
