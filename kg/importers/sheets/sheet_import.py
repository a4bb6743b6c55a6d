"""One import of a workbook: what is wrong with it, the Turtle that it becomes, and what the shapes say of that."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from kg.build.pipeline import with_contradictions
from kg.importers.sheets.known import KnownState, KnownStay, StateRegister, read_states, read_stays, read_things
from kg.importers.sheets.problem import Problem, SheetErrors, as_warning
from kg.importers.sheets.reading import SheetEntry, SheetReader
from kg.importers.sheets.row_record import record_rows, row_place
from kg.importers.sheets.row_statements import Made, Maker, carried_property
from kg.importers.sheets.seal import ROWS_FILE, SHEETS_FOLDER, seal
from kg.importers.sheets.sheet_checks import doubts, faults
from kg.importers.sheets.sheet_mapping import SheetMapping
from kg.importers.sheets.sheet_plan import sheet_plans
from kg.importers.sheets.stated_dates import english
from kg.importers.sheets.taken_states import shipped_states, take_states
from kg.importers.sheets.violations import violation_problems
from kg.importers.sheets.vocabulary import read_vocabularies
from kg.importers.sheets.workbook import Workbook
from kg.project import Project
from kg.rdf.load import load_files
from kg.rdf.turtle import format_turtle
from kg.reasoning.closure import close
from kg.terms import OWL, RDF, RDFS, Labels
from kg.validation.validate import validate

#: The sheets without which there is no project.
_NEEDED = ("sources", "treaties", "parties")
#: The sheets whose things have names that a project has once, with the kinds of these names.
_OWN_NAMES = {"sources": "source", "organizations": "organization", "treaties": "treaty", "events": "event"}


class SheetImport:
    """One import into a project."""

    def __init__(
        self, workbook: Workbook, name: str, project: Project, mapping: SheetMapping, *, is_new: bool, anyway: bool
    ) -> None:
        """Read and check a workbook.

        Args:
            workbook: the sheets.
            name: how the project calls them.
            project: where to.
            mapping: how the user calls sheets, columns and values.
            is_new: whether the project has nothing else in it.
            anyway: bring in what can be stated and cannot be right, or what the shapes object to.

        Raises:
            SheetErrors: something is wrong with the sheets.
        """
        self._workbook, self._name, self._project, self._mapping = workbook, name, project, mapping
        self._is_new, self._anyway = is_new, anyway
        self._shipped = shipped_states()
        register = StateRegister(
            {id_: _unnamed(state) for id_, state in read_states(self._shipped).items()} | read_states(self._there)
        )
        self._vocabularies = read_vocabularies(self._there)
        things = read_things(self._there, project.names.id)
        reader = SheetReader(workbook, mapping, self._vocabularies, register, things)
        self._entries = reader.entries()
        found = [*reader.problems, *self._missing_sheets(), *self._again(things)]
        organizations = {*things["organizations"], *self._ids("organizations")}
        found += faults(self._entries)
        doubtful = list(doubts(self._entries, organizations, stay_of=self._stay_of, alone=is_new))
        found += map(as_warning, doubtful) if anyway else doubtful
        errors = [problem for problem in found if problem.severity == "error"]
        if errors:
            raise SheetErrors(self.ordered(errors))
        self.warnings = found
        self._made = self._make(organizations)

    @property
    def rows(self) -> Mapping[str, int]:
        """How many rows of each sheet became statements."""
        return Counter(made.entry.table.name for made in self._made)

    @property
    def carried(self) -> Mapping[str, int]:
        """How many rows of each sheet did not."""
        return {
            table.name: len(table.rows) - self.rows.get(table.name, 0)
            for table in self._workbook.tables.values()
            if len(table.rows) > self.rows.get(table.name, 0)
        }

    def texts(self) -> dict[str, str]:
        """The files as they are to be, by their names in the folder of the workbook."""
        sheets: defaultdict[str, list[Triple]] = defaultdict(list)
        for made in self._made:
            sheets[made.entry.sheet] += made.triples
        missing = self._states_to_take()
        sheets["states-of-casus"] += take_states(missing, self._shipped, self._project)
        names, tables = self._project.names, self._workbook.tables.values()
        sheets["columns"] += self._columns()
        sealed = seal(triple for triples in sheets.values() for triple in triples)
        sheets[ROWS_FILE] += record_rows(self._workbook, tables, names, self._name)
        label = self._workbook.label
        about = {
            "states-of-casus": f"States that {label} names, as Casus has them.",
            ROWS_FILE: f"The rows of {label} as they stand; kg export --only sheets writes them again.\n# {sealed}",
            "columns": f"The columns of {label} that have no property in the ontology.",
        }
        return {
            f"{sheet}.ttl": f"# {about.get(sheet, f'From {label}, {sheet}; change it there.')}\n\n"
            + format_turtle((Quad(*triple) for triple in triples), names)
            for sheet, triples in sheets.items()
            if triples
        }

    def objections(self, files: Sequence[Path]) -> list[Problem]:
        """What the shapes, and the reasoner, say of the project with these files; raises if that is no warning."""
        files = [*files, *self._sources]
        quads = load_files(files)
        names = self._project.names
        shapes = self._project.shapes
        report = validate(quads, load_files(shapes), files=files, shape_files=shapes, namespaces=names)
        report = with_contradictions(report, close(quads), files, names)
        found = violation_problems(report, self._made, names)
        errors = [problem for problem in found if problem.severity == "error"]
        if errors and not self._anyway:
            raise SheetErrors(self.ordered(errors))
        return list(map(as_warning, found))

    @cached_property
    def _sources(self) -> list[Path]:
        """The files of the project, but for those of an earlier import of the same sheets."""
        ours = self._project.root / SHEETS_FOLDER / self._name
        return [path for path in self._project.sources if not path.is_relative_to(ours)]

    @cached_property
    def _there(self) -> list[Triple]:
        return [quad.triple for quad in load_files(self._sources)]

    def ordered(self, problems: Iterable[Problem]) -> list[Problem]:
        """Problems in the order of the sheets, then of rows and columns, each once."""
        order = {table: place for place, table in enumerate(self._in_order())}
        return sorted(dict.fromkeys(problems), key=lambda problem: (order.get(problem.sheet, -1), problem))

    def _in_order(self) -> list[str]:
        """The user's names of the sheets, in the order of ours."""
        ours = list(sheet_plans())
        place = {name: self._mapping.sheet(name) for name in self._workbook.tables}
        return sorted(place, key=lambda name: (ours.index(place[name]) if place[name] in ours else len(ours), name))

    def _ids(self, sheet: str) -> set[str]:
        return {entry.text("id") or "" for entry in self._entries if entry.sheet == sheet}

    def _missing_sheets(self) -> Iterator[Problem]:
        present = {self._mapping.sheet(name) for name in self._workbook.tables}
        for name in _NEEDED if self._is_new else ():
            if name not in present and not any(problem.sheet == name for problem in self._workbook.problems):
                yield Problem(name, 0, "", "", "the sheet is missing; kg template writes an empty one")

    def _again(self, things: Mapping[str, set[str]]) -> Iterator[Problem]:
        """Things that the project has from elsewhere."""
        for entry in self._entries:
            name = entry.text("id")
            if entry.sheet in _OWN_NAMES and name in things[entry.sheet]:
                yield entry.problem(
                    "id", "the project has a thing of this name already; choose another, or leave it out"
                )

    def _make(self, organizations: set[str]) -> list[Made]:
        labels = Labels(triple for triple in self._there if triple.predicate == RDFS.label)
        prefix = f"{self._project.names.id}episode/"
        subjects = {triple.subject for triple in self._there if isinstance(triple.subject, NamedNode)}
        maker = Maker(
            self._project.names,
            self._entries,
            place=lambda entry: row_place(self._workbook, entry.table.name, entry.row.number),
            vocabularies=self._vocabularies,
            organizations=organizations,
            labels={thing: labels.name(thing, "en") for thing in subjects if thing in labels},
            stay_of=self._stay_of,
            taken=(thing.value.removeprefix(prefix) for thing in subjects if thing.value.startswith(prefix)),
        )
        return [maker.make(entry) for entry in self._entries]

    @cached_property
    def _stays(self) -> Mapping[tuple[str, str], Sequence[KnownStay]]:
        return read_stays(self._there)

    def _stay_of(self, entry: SheetEntry) -> NamedNode | None:
        """The stay in the project during which the row of an interruption begins."""
        begin = entry.date("from")
        places = [f"{self._project.names.id}{kind}/{entry.text('treaty')}" for kind in ("treaty", "organization")]
        known = (
            stay
            for state in entry.states("state")
            for place in places
            for stay in self._stays.get((state.iri or "", place), ())
            if begin is not None and stay.begins <= begin.latest and begin.earliest <= stay.ends
        )
        return next((stay.episode for stay in known), None)

    def _states_to_take(self) -> set[str]:
        named = {
            state
            for entry in self._entries
            for column in entry.values
            for state in entry.states(column)
            if state.iri is None
        }
        return {state.id for state in named} - self._ids("states")

    def _columns(self) -> Iterator[Triple]:
        names = self._project.names
        for heading in sorted({heading for made in self._made for heading in made.entry.carried}):
            property_ = carried_property(names, heading)
            yield Triple(property_, RDF.type, OWL.AnnotationProperty)
            yield Triple(property_, RDFS.label, english(heading))
            yield Triple(property_, RDFS.isDefinedBy, NamedNode(names.ontology))


def _unnamed(state: KnownState) -> KnownState:
    """A state of the shipped project, which the project does not have yet."""
    return replace(state, iri=None)
