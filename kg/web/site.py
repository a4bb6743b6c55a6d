"""What a server serves besides answers: its name, its public address, its questions, its build's own description."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock, Thread
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.export.describe import describe, static_description
from kg.export.docs.pages import pages
from kg.terms import BASE, DCAT, DCTERMS, ID
from kg.web.cbd import Labels, best_labels
from kg.web.questions import GENERAL, Question


class Statements(Protocol):
    """The statements of a build, as `kg.build.store.Build` has them."""

    def asserted(self) -> Iterable[Quad]:
        """What the files say."""

    def inferred(self) -> Iterable[Quad]:
        """What follows by OWL 2 RL."""

    def derived(self) -> Iterable[Quad]:
        """The duties over time."""

    def shapes(self) -> Iterable[Quad]:
        """What the asserted statements satisfy."""


@dataclass(frozen=True)
class Site:
    """What is served, and where the world finds it.

    Attributes:
        title: the name on every page.
        summary: what this is, in a sentence.
        questions: the examples of the first page and of ``/examples``.
        base: the IRI under which the data name their things; those below it dereference here.
        public_url: where the world finds this server, for example ``https://data.example.org/casus/``; without it, the
            address that a request was sent to. Its path is where the application lives, whether or not a proxy in
            front takes it off.
        trust_proxy: believe ``X-Forwarded-For``, ``-Proto``, ``-Host`` and ``-Prefix``: only behind a proxy that sets
            them itself, because anybody can send them.
        fingerprint: what the answers depend on besides the request; it changes with the build. The default is new in
            each process. None if nobody tells when they change: then answers have no ETag, and grow as old as
            `max_age`.
        build: what is served, for the statistics, the documentation and the sitemap; without it these are left out.
        max_age: for how many seconds an answer may be repeated without asking again whether it still holds.
    """

    title: str = "Casus"
    summary: str = "Who owed what to whom, under which article, and by what source: a knowledge graph of alliances."
    questions: tuple[Question, ...] = GENERAL
    base: str = BASE
    public_url: str | None = None
    trust_proxy: bool = False
    fingerprint: str | None = field(default_factory=secrets.token_hex)
    build: Statements | None = None
    max_age: int = 60


class Library:
    """What can be said of a build without a query.

    Attributes:
        asserted: the asserted statements.
        license: the license of the data.
        version: the version of the data.
    """

    def __init__(self, site: Site) -> None:
        """The library of a site. What takes long to make is made in the background, so that nobody waits for it."""
        self._build = site.build
        self._describing, self._documenting = Lock(), Lock()
        self.asserted: list[Quad] = [] if site.build is None else list(site.build.asserted())
        about = static_description(quad.triple for quad in self.asserted)
        licenses = (triple.object for triple in about if triple.predicate == DCTERMS.license)
        self.license = next((value.value for value in licenses if isinstance(value, NamedNode)), None)
        versions = (triple.object for triple in about if triple.predicate == DCAT.version)
        self.version = next((value.value for value in versions if isinstance(value, Literal)), None)
        if site.build is not None:
            Thread(target=self._prepare, daemon=True).start()

    @property
    def description(self) -> list[Triple]:
        """The dataset by VoID and DCAT, as `kg.export.describe.describe` gives it."""
        with self._describing:
            return self._description

    @property
    def documentation(self) -> Mapping[str, str]:
        """The ontology's documentation, each file by its path below ``/ontology/``."""
        with self._documenting:
            return self._documentation

    @cached_property
    def shapes(self) -> list[Triple]:
        """The SHACL shapes."""
        return [] if self._build is None else [quad.triple for quad in self._build.shapes()]

    @cached_property
    def labels(self) -> Labels:
        """A label for each thing of the asserted statements that has one."""
        return best_labels(quad.triple for quad in self.asserted)

    @cached_property
    def identifiers(self) -> list[str]:
        """The IRIs of all things the asserted statements are about, in order."""
        subjects = {quad.subject for quad in self.asserted}
        return sorted(node.value for node in subjects if isinstance(node, NamedNode) and node.value.startswith(ID))

    def _prepare(self) -> None:
        _ = self.documentation, self.shapes, self.labels, self.description

    @cached_property
    def _description(self) -> list[Triple]:
        build = self._build
        return [] if build is None else describe(self.asserted, build.inferred(), build.derived())

    @cached_property
    def _documentation(self) -> dict[str, str]:
        build = self._build
        return {} if build is None else pages(self.asserted, build.inferred())
