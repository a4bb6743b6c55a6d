"""The front door: one project's graph, with all that can be asked of it.

Commands and pages are thin layers over this class: what they can do, a program can do here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from functools import cached_property, lru_cache
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store, Triple

from kg.build.pipeline import OnPhase, build
from kg.build.questions import stated_day
from kg.build.store import Build, find_build, open_store
from kg.day import read_day
from kg.errors import BadInput
from kg.project import Project
from kg.reasoning.closure import OnGrowth
from kg.reasoning.grounder import DEFAULT_LIMITS, ReasoningLimits
from kg.sparql.answer import Answer
from kg.sparql.query import run
from kg.terms import CASUS, LABELS, RDF, RDFS, VOID, Labels, Namespaces, Resource, TermLike

if TYPE_CHECKING:
    from kg.cases.ask import CaseDesk
    from kg.cases.case_answer import CaseAnswer
    from kg.checking.checked import Checked
    from kg.checking.checker import Checker
    from kg.claims import Section
    from kg.duties.currency import Currency
    from kg.duties.due import DutyOnDay
    from kg.duties.dyads import DyadYear
    from kg.duties.timeline import Timeline
    from kg.listing import Listing
    from kg.proofs.explainer import Explainer
    from kg.proofs.proof import Contradictions, Explanation, Proof
    from kg.remote.graph_store import GraphStore
    from kg.remote.publish import Publication
    from kg.sparql.completeness import Completeness
    from kg.sparql.unknown import UnknownTerm
    from kg.validation.report import Report
    from kg.whatif.difference import Difference

#: How a program may name a day: as ``YYYY-MM-DD``, or as a date.
DayLike: TypeAlias = str | date
#: How a program may name a file or a folder.
PathName: TypeAlias = str | PathLike[str]


def paths(files: PathName | Iterable[PathName]) -> list[Path]:
    """The paths of some files, or of one: a text is a file's name, not many of a letter each."""
    return [Path(files)] if isinstance(files, str | PathLike) else [Path(file) for file in files]


def read_any_day(day: DayLike | None) -> date | None:
    """The day that is meant, if one is; raises BadInput if it is none."""
    return None if day is None else read_day(day)


def _quiet(phase: str, seconds: float | None) -> None:
    """Say nothing of the phases of a build."""


class Graph:
    """The graph of a project, asserted, inferred and derived. It is built, if need be, when something first needs it.

    Attributes:
        project: the project.
    """

    def __init__(
        self,
        project: Project,
        on_phase: OnPhase = _quiet,
        limits: ReasoningLimits | None = None,
        on_growth: OnGrowth | None = None,
    ) -> None:
        """The graph of a project.

        Args:
            project: the project.
            on_phase: called with the name of each phase of a build when it begins, and with its seconds at its end.
            limits: what the reasoning of a build may take; of proofs, how many statements may follow.
            on_growth: told now and then in words what grows while it goes on.
        """
        self.project = project
        self._on_phase = on_phase
        self._limits = limits or DEFAULT_LIMITS
        self._on_growth = on_growth

    @classmethod
    def of(cls, build: Build) -> Graph:
        """The graph of a build, with the project as it was then, whatever has become of its files since."""
        graph = cls(build.project)
        graph.build = build
        return graph

    def __repr__(self) -> str:
        """The title and the folder."""
        return f"<Graph of {self.project.identity.title!r} in {self.project.root}>"

    @property
    def names(self) -> Namespaces:
        """How the project names things."""
        return self.project.names

    @cached_property
    def build(self) -> Build:
        """The build that is asked.

        Raises:
            MissingFile, ParseError: a file cannot be read.
            InvalidData: the data violates the shapes.
            Inconsistent: the closure contains a contradiction.
        """
        return build(self.project, self._on_phase, self._limits, self._on_growth)

    def store(self, as_of: DayLike | None = None) -> Store:
        """The pyoxigraph store of the build, or of the graph as it stood on a day; read-only.

        Raises:
            BadInput: it is no day.
            CasusError: as for `build`.
        """
        if as_of is None:
            return self._store
        return self._store_of(read_day(as_of))

    def query(self, text: str, *, as_of: DayLike | None = None) -> Answer:
        """The answer to a SPARQL query.

        Args:
            text: SPARQL 1.1 Query. The project's prefixes need no declaration.
            as_of: a day, whose plain relations (``casus:memberOf``, ``casus:owesDefenseTo``) hold besides; by default
                the one that the query states at its head: ``# As of: 2020-01-01``.

        Raises:
            QueryError: it is not SPARQL, or asks for what is refused.
            BadInput: it is no day.
            CasusError: as for `build`.
        """
        answer = run(self._asked_store(text, as_of), text, namespaces=self.names)
        answer.at_least = lambda: bool(self.open_lists(text, as_of=as_of))
        return answer

    def open_lists(self, text: str, *, as_of: DayLike | None = None) -> tuple[NamedNode, ...]:
        """The lists that a query reads and that are not known to be complete, by the classes of what they hold.

        What is counted or listed of them is at least that.

        Args:
            text: a query that has been answered.
            as_of: the day of which it was asked, as for `query`.

        Raises:
            CasusError: as for `build`.
        """
        day = stated_day(text) if as_of is None else read_day(as_of)
        return self._completeness.open_lists(text, day, self.names)

    @cached_property
    def currency(self) -> Currency:
        """To which day the sources of the graph reach; what holds on a later one is presumed at best.

        Raises:
            CasusError: as for `build`.
        """
        from kg.duties.currency import read_currency  # noqa: PLC0415

        return read_currency(self._matching(((CASUS.knownTo, None), (RDF.type, VOID.Dataset))))

    def unknown_terms(self, text: str, *, as_of: DayLike | None = None) -> list[UnknownTerm]:
        """The terms of a query that the graph does not know, with known ones that are spelled much like them.

        Args:
            text: a query that has been answered.
            as_of: the day of which it was asked, as for `query`.

        Raises:
            CasusError: as for `store`.
        """
        from kg.sparql.unknown import unknown_terms  # noqa: PLC0415

        return unknown_terms(self._asked_store(text, as_of), text, self.names)

    def duties(
        self,
        *,
        on: DayLike,
        holder: TermLike | None = None,
        beneficiary: TermLike | None = None,
        kind: TermLike | None = None,
        treaty: TermLike | None = None,
    ) -> Listing[DutyOnDay]:
        """Who owes what to whom on a day, those suspended included.

        Args:
            on: the day.
            holder: only what this state owes.
            beneficiary: only what this state is owed.
            kind: only this kind, by its notation (``defense``) or its class (``casus:DefenseObligation``).
            treaty: only under this instrument.

        Raises:
            BadInput: it is no day, or a name is none.
            CasusError: as for `build`.
        """
        from kg.listing import Listing  # noqa: PLC0415

        found = self._timeline.duties_on(
            read_day(on),
            holder=self._resource(holder),
            beneficiary=self._resource(beneficiary),
            kind=self._kind(kind),
            treaty=self._resource(treaty),
        )
        columns = ("holder", "beneficiary", "kind", "treaty", "provisions", "certainty", "suspended", "frozen")
        return Listing(found, columns, map(self._duty_row, found))

    def dyad_years(self, first: int, last: int) -> Listing[DyadYear]:
        """Which state pledged what to which other state in which year, in ATOP's terms.

        Args:
            first: the first year.
            last: the last year.

        Raises:
            BadInput: a year is outside 1 to 9999, or the last is before the first.
            CasusError: as for `build`.
        """
        from kg.duties.dyads import dyad_years  # noqa: PLC0415
        from kg.listing import Listing  # noqa: PLC0415

        timeline, show = self._timeline, self.names.show
        kinds = [kind.notation.lower() for kind in timeline.kinds if kind.in_atop]
        found = tuple(dyad_years(timeline, first, last))
        rows = (
            (
                row.year,
                show(row.holder),
                show(row.beneficiary),
                *map(row.said_of, kinds),
                " ".join(map(show, row.treaties)),
            )
            for row in found
        )
        return Listing(found, ("year", "holder", "beneficiary", *kinds, "treaties"), rows)

    def table(self, name: str, *, system: str | None = None, directed: bool = True) -> Listing[tuple[object, ...]]:
        """A table of a release, with the types that its codebook gives: what is not known is None.

        Args:
            name: its name: ``dyad_years``, ``state_years``, ``treaties`` …
            system: of dyad-years and state-years, by whose numbers of states: ``cow`` or ``gw``.
            directed: of dyad-years by number, whether each direction has a row; else the maximum of both has one.

        Raises:
            BadInput: there is no such table, or no source says when it was issued.
            CasusError: as for `build`.
        """
        from kg.export.table_rows import TableRows  # noqa: PLC0415
        from kg.export.tables import find_table, typed_row  # noqa: PLC0415
        from kg.listing import Listing  # noqa: PLC0415

        table = find_table(name, system, directed=directed)
        rows = [typed_row(table, cells) for cells in TableRows(self.build, self._timeline).of(table)]
        return Listing(rows, table.header, rows)

    def explain(
        self,
        subject: TermLike,
        predicate: TermLike,
        value: TermLike,
        *,
        as_of: DayLike | None = None,
        language: str = "en",
    ) -> Explanation:
        """Why a statement holds, down to file, line and source; or what is missing nearest to it.

        Args:
            subject: its subject.
            predicate: its property.
            value: its object.
            as_of: a day, of whose relations the statement may be one.
            language: that of the sentences, ``en`` or ``ru``.

        Raises:
            BadInput: it is no statement, or no day.
            MissingFile, ParseError: a file cannot be read.
            ReasonerError: clingo failed.
        """
        from kg.reasoning.inconsistency import Statement  # noqa: PLC0415

        day, statement = read_any_day(as_of), Statement.read(self.names, subject, predicate, value)
        return self._explainer.explain(statement, day, language)

    def contradictions(self, *, as_of: DayLike | None = None) -> Contradictions:
        """How the graph contradicts itself, if it does; arguments and errors as for `explain`."""
        return self._explainer.contradictions(read_any_day(as_of))

    def what_if(
        self,
        *,
        without: TermLike | None = None,
        within: TermLike | None = None,
        start: DayLike | None = None,
        as_of: DayLike | None = None,
        remove: PathName | Iterable[PathName] = (),
        add: PathName | Iterable[PathName] = (),
        language: str = "en",
    ) -> Difference:
        """Which duties and conclusions would be lost and gained. Nothing is changed.

        Args:
            without: a state, an organization, an instrument or an episode that never was, or is over from `start` on.
            within: an organization or an instrument, if a state is gone only from it and what it is founded on.
            start: the first day without it.
            as_of: the day to compare; by default `start`, or all days together.
            remove: files of the project whose statements are taken away.
            add: files whose statements are put in.
            language: that of the sentences, ``en`` or ``ru``.

        Raises:
            BadInput: nothing is supposed, or it would change nothing, or it is no day.
            MissingFile, UnknownFormat, ParseError: a file cannot be read.
            CasusError: as for `build`.
        """
        from kg.whatif.compare import what_if  # noqa: PLC0415

        return what_if(
            self.build.asserted(),
            without=None if without is None else self.names.term(without),
            within=None if within is None else self.names.term(within),
            start=read_any_day(start),
            as_of=read_any_day(as_of),
            remove=paths(remove),
            add=paths(add),
            project=self.project,
            build=self.build,
            language=language,
        )

    def case(
        self,
        attacker: TermLike,
        victim: TermLike,
        *,
        on: DayLike,
        place: TermLike | None = None,
        kind: str = "armed-attack",
        requested: bool | None = None,
        language: str = "en",
    ) -> CaseAnswer:
        """Who owes what to whom if one state attacks or threatens another, and on what it turns. Nothing is stored.

        Args:
            attacker: the attacker, by its code (``"RUS"``) or as any thing is named.
            victim: the state attacked; in unrest within a state, the same state.
            on: the day.
            place: where, in words or as an area; by default in the main territory of the victim.
            kind: what happens: ``armed-attack``, ``threat``, ``internal`` or ``aggression-by-victim``.
            requested: whether the victim asked for help, None if that is not known.
            language: that of the reasons and proofs, ``en`` or ``ru``.

        Raises:
            BadInput: a side is no state or did not exist, or it is no day, no kind, or no case.
            CasusError: as for `build`.
        """
        return self._case_desk.ask(attacker, victim, read_day(on), place, kind, requested, language)

    def case_proof(
        self,
        attacker: TermLike,
        victim: TermLike,
        *,
        on: DayLike,
        duty: TermLike,
        provision: TermLike,
        place: TermLike | None = None,
        kind: str = "armed-attack",
        requested: bool | None = None,
        language: str = "en",
    ) -> Proof:
        """Why a duty comes to what it does in a case, down to what is supposed and to file, line and source.

        Args:
            attacker: as all that follows that is not named here, what `case` takes.
            victim: the state attacked.
            on: the day.
            duty: the duty, as a finding of the case names it.
            provision: the provision, likewise.
            place: where.
            kind: what happens.
            requested: whether the victim asked for help.
            language: that of the proof.

        Raises:
            BadInput: as for `case`, or the case does not turn on the duty.
            CasusError: as for `build`.
        """
        answer = self.case(attacker, victim, on=on, place=place, kind=kind, requested=requested, language=language)
        return answer.proof_of(self.names.term(duty), self.names.term(provision))

    def validate(
        self, files: PathName | Iterable[PathName] = (), *, shapes: PathName | Iterable[PathName] = ()
    ) -> Report:
        """What the shapes say of the project's data, or of files that are about to be added to it.

        What the data contradicts itself in is said as well, unless it has shapes of its own.

        Args:
            files: files to be taken together with the project; with `shapes` they stand alone.
            shapes: SHACL to validate with, instead of the project's.

        Raises:
            MissingFile, UnknownFormat, ParseError: a file cannot be read, or is no SHACL.
            ReasonerError: clingo failed.
        """
        from kg.build.pipeline import with_contradictions  # noqa: PLC0415
        from kg.rdf.load import load_files  # noqa: PLC0415
        from kg.reasoning.closure import close  # noqa: PLC0415
        from kg.validation.validate import validate  # noqa: PLC0415

        data, own_shapes = paths(files), paths(shapes)
        if not (data and own_shapes):
            # What the files speak of, states and sources for example, is in the project.
            given = {path.resolve() for path in data}
            data += [path for path in self.project.sources if path not in given]
        shape_files = own_shapes or self.project.shapes
        quads = load_files(data)
        report = validate(quads, load_files(shape_files), files=data, shape_files=shape_files, namespaces=self.names)
        return report if own_shapes else with_contradictions(report, close(quads), data, self.names)

    def check(self, statement: str) -> Checked:
        """Whether a statement holds: by what, or what comes nearest to it. No language model is asked.

        Args:
            statement: a sentence, as ``"Russia owes defense to Armenia on 2022-09-13"``; or a subject, a property, an
                object and perhaps a date, divided by ``|``, each a short name, a code or a name in any language.

        Raises:
            BadInput: it is empty, has another number of parts, or its date is none.
            CasusError: as for `build`.
        """
        from kg.checking.said import read_text  # noqa: PLC0415

        return self._checker.check(read_text(statement))

    def check_table(self, file: PathName) -> list[Checked]:
        """The same for the rows of a table that has the columns subject, predicate and object, and perhaps date.

        Raises:
            MissingFile, ParseError: it cannot be read, or lacks a column or a cell.
            BadInput: a date is none.
            CasusError: as for `build`.
        """
        from kg.checking.said import read_table  # noqa: PLC0415

        return [self._checker.check(said) for said in read_table(Path(file))]

    def claims(self, *, status: str | None = None, section: int | None = None) -> list[Section]:
        """What the sources of claims say, section by section, and how each statement stands against the evidence.

        Args:
            status: only claims of this status, such as ``disputed``.
            section: only those of this section.

        Raises:
            BadInput: there is no such status or section.
            CasusError: as for `build`.
        """
        from kg.claims import claims_by_section  # noqa: PLC0415

        return claims_by_section(self._store, status=status, section=section, names=self.names)

    def export(
        self,
        folder: PathName,
        *,
        as_of: DayLike | None = None,
        only: str | None = None,
        table_formats: Collection[str] = ("csv",),
        on_file: Callable[[str], None] = lambda name: None,
    ) -> list[Path]:
        """Write a release: the graphs in every format, tables, a graph of duties, documentation, files for Protégé.

        Args:
            folder: where to.
            as_of: a day whose graph is written as well.
            only: ``tables`` for the tables alone.
            table_formats: the formats of the tables: ``csv``, ``parquet``, ``dta``.
            on_file: called with the name of each file when it is begun.

        Returns:
            The files that were written.

        Raises:
            MissingFile: the folder cannot be written.
            BadInput: it is no day, no source says when it was issued, there is no such part or format, or what writes
                the format is not installed.
            CasusError: as for `build`.
        """
        from kg.export.release import export, export_tables  # noqa: PLC0415

        if only not in (None, "tables"):
            raise BadInput(f"there is no part {only!r} of a release that can be written alone; there is 'tables'")
        if only and as_of is not None:
            raise BadInput("the tables are of all days; leave the day out, or write the whole release")
        if only:
            return export_tables(self.build, Path(folder), formats=table_formats, on_file=on_file)
        day = read_any_day(as_of)
        return export(self.build, Path(folder), day=day, formats=table_formats, on_file=on_file)

    def publish(
        self,
        store: GraphStore,
        *,
        days: Iterable[DayLike] = (),
        merged: bool = False,
        prune: bool = False,
        on_graph: Callable[[str], None] = lambda name: None,
    ) -> Publication:
        """Put the graphs into another store by the SPARQL 1.1 Graph Store HTTP Protocol.

        Args:
            store: the other store.
            days: days whose graphs are put there, too.
            merged: whether the merge of all graphs is put there, too, for others to query.
            prune: whether graphs of earlier builds are removed.
            on_graph: called with the name of each graph when it is sent.

        Raises:
            PublishError, StoreError: the other store refuses, or holds something else afterwards.
            CasusError: as for `build`.
        """
        from kg.remote.publish import publish  # noqa: PLC0415

        chosen = [read_day(day) for day in days]
        return publish(self.build, store, days=chosen, merged=merged, prune=prune, on_graph=on_graph)

    def _asked_store(self, query: str, as_of: DayLike | None) -> Store:
        return self.store(stated_day(query) if as_of is None else as_of)

    @cached_property
    def _completeness(self) -> Completeness:
        from kg.sparql.completeness import NEEDED, Completeness  # noqa: PLC0415

        return Completeness(self._matching(NEEDED))

    def _matching(self, patterns: Iterable[tuple[NamedNode, NamedNode | None]]) -> Iterator[Triple]:
        """The triples of the graph with certain properties, or with a certain value of one."""
        for predicate, value in patterns:
            for quad in self._store.quads_for_pattern(None, predicate, value, DefaultGraph()):
                yield quad.triple

    @cached_property
    def _store(self) -> Store:
        return open_store(self.build.store)

    @cached_property
    def _timeline(self) -> Timeline:
        from kg.build.kept_timeline import load_timeline  # noqa: PLC0415

        return load_timeline(self.build)

    @cached_property
    def _store_of(self) -> Callable[[date], Store]:
        from kg.build.as_of import snapshot  # noqa: PLC0415

        return lru_cache(maxsize=4)(lambda day: open_store(snapshot(self.build, day)))

    @cached_property
    def _checker(self) -> Checker:
        from datetime import UTC, datetime  # noqa: PLC0415

        from kg.checking.checker import Checker, Grounds  # noqa: PLC0415
        from kg.checking.naming import Naming  # noqa: PLC0415
        from kg.checking.recorded import CLAIM_PROPERTIES, RecordedClaims  # noqa: PLC0415

        triples = [quad.triple for quad in self.build.asserted()]
        labels = Labels(triple for triple in triples if triple.predicate in LABELS)
        grounds = Grounds(
            self._store,
            self._timeline,
            self._completeness,
            labels,
            lambda statement, day: self.explain(*statement, as_of=day),
            datetime.now(UTC).date(),
        )
        claims = RecordedClaims(triple for triple in triples if triple.predicate in (*CLAIM_PROPERTIES, RDFS.label))
        return Checker(grounds, Naming(triples, self.names), claims)

    @cached_property
    def _case_desk(self) -> CaseDesk:
        from kg.cases.ask import CaseDesk  # noqa: PLC0415
        from kg.cases.record import CaseRecord  # noqa: PLC0415

        record = CaseRecord(self._store, self._timeline, self.names)
        return CaseDesk(record, self.names, self._timeline.currency, lambda: self._explainer)

    @cached_property
    def _explainer(self) -> Explainer:
        from kg.proofs.explainer import Explainer  # noqa: PLC0415
        from kg.rdf.load import load_project  # noqa: PLC0415

        # What is asserted is read without building, so that a project that contradicts itself can be explained.
        present = self.build if "build" in vars(self) else find_build(self.project.fingerprint())
        if present is None:
            return Explainer(load_project(self.project), project=self.project, limits=self._limits)
        self.build = present
        return Explainer(
            present.asserted(),
            inferred=present.inferred(),
            timeline=lambda: self._timeline,
            project=self.project,
            limits=self._limits,
        )

    def _duty_row(self, found: DutyOnDay) -> tuple[object, ...]:
        duty, show = found.duty, self.names.show
        return (
            show(duty.holder),
            show(duty.beneficiary),
            duty.kind.words,
            show(duty.treaty),
            " ".join(show(wording.text) for wording, _ in found.wordings),
            found.certainty.value if found.certainty else None,
            bool(found.suspensions),
            bool(found.freezes),
        )

    def _kind(self, value: TermLike | None) -> str | NamedNode | None:
        """The kind that is meant: a word is its notation, all else a term."""
        if value is None or (isinstance(value, str) and ":" not in value and "/" not in value):
            return value
        term = self.names.term(value)
        if not isinstance(term, NamedNode):
            raise BadInput(f"{value!r} names no kind of obligation")
        return term

    def _resource(self, value: TermLike | None) -> Resource | None:
        if value is None:
            return None
        term = self.names.term(value)
        if isinstance(term, Literal | Triple):
            raise BadInput(f"{value!r} names no thing")
        return term
