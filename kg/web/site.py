"""What a server serves besides answers: its name, its public address, its questions, its build's own description."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from threading import Lock, Thread
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.build.kept_timeline import has_timeline, load_timeline
from kg.build.questions import Question
from kg.build.store import Build
from kg.duties.currency import read_currency
from kg.duties.timeline import Timeline
from kg.export.describe import describe, static_description
from kg.export.docs.documentation import documentation
from kg.export.kept_tables import KeptTables
from kg.export.ontology import reached_graphs
from kg.finder import Finder
from kg.project import Identity, open_project
from kg.sparql.completeness import Completeness
from kg.terms import DCAT, DCTERMS, Labels, Namespaces
from kg.web.atlas import Atlas
from kg.web.columns import Register
from kg.web.questions import GENERAL, QuestionGroup, group_questions
from kg.web.vocabulary import UsedTerm, used_terms


class BuiltStatements(Protocol):
    """The statements of a build, as `kg.build.store.Build` has them."""

    @property
    def ontology_graphs(self) -> Set[str]:
        """The graphs of the ontology's modules."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The ontology's former versions in Turtle, by number."""

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
        identity: whose data these are: title and summary of the pages, and the namespaces; IRIs below their base
            dereference here.
        questions: the examples of the first page and of ``/examples``.
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

    identity: Identity = field(default_factory=lambda: open_project().identity)
    questions: tuple[Question, ...] = GENERAL
    public_url: str | None = None
    trust_proxy: bool = False
    fingerprint: str | None = field(default_factory=secrets.token_hex)
    build: BuiltStatements | None = None
    max_age: int = 60

    @property
    def names(self) -> Namespaces:
        """How the data name their things."""
        return self.identity.names

    @property
    def base(self) -> str:
        """The IRI below which the data name their things."""
        return self.identity.names.base


class Library:
    """What can be said of a build without a query.

    Attributes:
        asserted: the asserted statements.
        about: what these say of the dataset.
        license: the license of the data.
        version: the version of the data.
        currency: the day to which the sources reach.
    """

    def __init__(self, site: Site) -> None:
        """The library of a site. What takes long to make is made in the background, so that nobody waits for it."""
        self._build, self._identity, self._names = site.build, site.identity, site.names
        self._questions = site.questions
        self._describing, self._documenting = Lock(), Lock()
        self.asserted: list[Quad] = [] if site.build is None else list(site.build.asserted())
        self.about = static_description((quad.triple for quad in self.asserted), site.names)
        licenses = (triple.object for triple in self.about if triple.predicate == DCTERMS.license)
        self.license = next((value.value for value in licenses if isinstance(value, NamedNode)), None)
        versions = (triple.object for triple in self.about if triple.predicate == DCAT.version)
        self.version = next((value.value for value in versions if isinstance(value, Literal)), None)
        self.currency = read_currency(quad.triple for quad in self.asserted)
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
    def completeness(self) -> Completeness:
        """Which lists of the data are complete."""
        return Completeness(quad.triple for quad in self.asserted)

    @cached_property
    def shapes(self) -> list[Triple]:
        """The SHACL shapes."""
        return [] if self._build is None else [quad.triple for quad in self._build.shapes()]

    @cached_property
    def labels(self) -> Labels:
        """What the things of the asserted statements are called."""
        return Labels(quad.triple for quad in self.asserted)

    @cached_property
    def questions(self) -> list[QuestionGroup]:
        """The questions by the part of the ontology that they are about."""
        return group_questions(self._questions, self._names, (quad.triple for quad in self.asserted))

    @cached_property
    def finder(self) -> Finder:
        """Finds the things of the asserted statements by their names."""
        return Finder((quad.triple for quad in self.asserted), self._names)

    @cached_property
    def atlas(self) -> Atlas:
        """Where the states are on a map."""
        return Atlas(quad.triple for quad in self.asserted)

    @cached_property
    def identifiers(self) -> list[str]:
        """The IRIs of all things the asserted statements are about, in order."""
        subjects = {quad.subject for quad in self.asserted}
        return sorted(
            node.value for node in subjects if isinstance(node, NamedNode) and node.value.startswith(self._names.id)
        )

    @cached_property
    def things(self) -> frozenset[str]:
        """The IRIs of `identifiers`, to look one up."""
        return frozenset(self.identifiers)

    @cached_property
    def register(self) -> Register:
        """Which things the names of the asserted statements stand for."""
        return Register((quad.triple for quad in self.asserted), self._names.id)

    @cached_property
    def terms(self) -> list[UsedTerm]:
        """The terms of the graph that have short names, for an editor to complete."""
        return used_terms(self.description, self.identifiers, self._names)

    @cached_property
    def timeline(self) -> Timeline | None:
        """The duties over time of the build; None where there is none."""
        if not isinstance(self._build, Build) or not has_timeline(self._build):
            return None
        timeline = load_timeline(self._build)
        return timeline if timeline.duties else None

    @cached_property
    def tables(self) -> KeptTables | None:
        """The tables of the build; None where there are no duties."""
        build, timeline = self._build, self.timeline
        return KeptTables(build, timeline) if isinstance(build, Build) and timeline is not None else None

    @cached_property
    def subjects(self) -> list[str] | None:
        """As `identifiers`, of what is inferred and derived, too; None where there is no build."""
        if self._build is None:
            return None
        found = set(self.identifiers)
        for quad in chain(self._build.inferred(), self._build.derived()):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(self._names.id):
                found.add(quad.subject.value)
        return sorted(found)

    @cached_property
    def ontology_graphs(self) -> list[NamedNode]:
        """The graphs of the ontology, as `kg.export.ontology.reached_graphs` has them."""
        return reached_graphs(self.asserted, self._names)

    @property
    def versions(self) -> Mapping[str, str]:
        """The ontology's former versions in Turtle, by number."""
        return {} if self._build is None else self._build.versions

    def _prepare(self) -> None:
        _ = (
            self.completeness,
            self.atlas,
            self.things,
            self.timeline,
            self.documentation,
            self.shapes,
            self.labels,
            self.questions,
            self.description,
            self.finder,
            self.terms,
            self.register,
            self.subjects,
        )

    @cached_property
    def _description(self) -> list[Triple]:
        build = self._build
        return [] if build is None else describe(self._identity, self.asserted, build.inferred(), build.derived())

    @cached_property
    def _documentation(self) -> dict[str, str]:
        build = self._build
        return (
            {} if build is None else documentation(self._names, build.ontology_graphs, self.asserted, build.inferred())
        )
