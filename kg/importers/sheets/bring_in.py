"""Bringing sheets into a project: read, checked, written aside as Turtle, validated with the project, and moved in."""

from __future__ import annotations

import os
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from kg.build.pipeline import with_contradictions
from kg.errors import BadInput, MissingFile
from kg.importers.sheets.dates import BadCell, read_cell_date
from kg.importers.sheets.known import KnownState, KnownStay, StateRegister, read_states, read_stays, read_things
from kg.importers.sheets.plan import sheet_plans
from kg.importers.sheets.problem import Problem, SheetErrors, as_warning
from kg.importers.sheets.reading import SheetEntry, SheetReader, spelled_article
from kg.importers.sheets.row_record import record_rows, row_place
from kg.importers.sheets.row_statements import Made, Maker, carried_property, english
from kg.importers.sheets.seal import ROWS, SHEETS_FOLDER, seal
from kg.importers.sheets.sheet_checks import doubts, faults
from kg.importers.sheets.sheet_mapping import SheetMapping
from kg.importers.sheets.taken_states import shipped_states, take_states
from kg.importers.sheets.violations import violation_problems
from kg.importers.sheets.vocabulary import read_vocabularies
from kg.importers.sheets.workbook import Workbook, read_workbook
from kg.project import Project, open_project
from kg.rdf.load import load_files
from kg.rdf.turtle import format_turtle
from kg.rdf.write import write_text
from kg.reasoning.closure import close
from kg.starter.create import create_project, name_of_folder
from kg.terms import OWL, RDF, RDFS, Labels
from kg.validation.validate import validate

#: The sheets without which there is no project.
_NEEDED = ("sources", "treaties", "parties")
#: The sheets whose things have names that a project has once, with the kinds of these names.
_OWN_NAMES = {"sources": "source", "organizations": "organization", "treaties": "treaty", "events": "event"}


@dataclass(frozen=True)
class Imported:
    """What was brought in.

    Attributes:
        project: the project that it is in now; if nothing was to be written, the one that it would be in.
        files: the files that were written, below the project's folder.
        rows: how many rows of each sheet became statements.
        carried: how many rows of each sheet are only carried along.
        warnings: what is not as it should be, and was brought in nevertheless.
    """

    project: Project
    files: tuple[Path, ...]
    rows: Mapping[str, int]
    carried: Mapping[str, int]
    warnings: tuple[Problem, ...]


def import_sheets(
    source: Path,
    folder: Path,
    *,
    mapping: SheetMapping | None = None,
    write: bool = True,
    anyway: bool = False,
) -> Imported:
    """Bring sheets into a project, which is made if there is none; all of it or nothing.

    What was brought in from sheets of this name before is replaced.

    Args:
        source: a folder of CSV files, or an .xlsx.
        folder: the project's folder.
        mapping: how the user calls sheets, columns and values.
        write: whether the project is written; else the sheets are only checked.
        anyway: bring in what can be stated and cannot be right, or what the shapes object to, with a warning for each.

    Raises:
        SheetErrors: something is wrong with the sheets.
        MissingFile, BadInput, ProjectError: a file cannot be read, or is not what it should be.
    """
    workbook = read_workbook(source)
    name = spelled_article(workbook.name)
    aside = folder.absolute().with_name(f".{folder.absolute().name}-{os.urandom(8).hex()}")
    is_new = not folder.is_dir() or not any(folder.iterdir())
    try:
        if is_new:
            known_to = _newest_source(workbook)
            title = workbook.name.replace("-", " ").replace("_", " ")
            create_project(aside / "project", name=_project_name(folder), title=title, example=False, known_to=known_to)
        project = open_project(aside / "project" if is_new else folder)
        run = _Import(workbook, name, project, mapping or SheetMapping(), is_new=is_new, anyway=anyway)
        texts = run.texts()
        staged = {aside / "staged" / file: text for file, text in texts.items()}
        for path, text in staged.items():
            write_text(path, text)
        warnings = [*run.warnings, *run.objections(list(staged))]
        if write:
            _move_in(aside, project, name, folder, is_new=is_new)
        files = tuple(folder / SHEETS_FOLDER / name / file for file in texts) if write else ()
        shown = open_project(folder) if write else project
        return Imported(shown, files, run.rows, run.carried, tuple(run.ordered(warnings)))
    except OSError as error:
        raise MissingFile(f"cannot be written: {(error.strerror or str(error)).lower()}", file=folder) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class _Import:
    """One import into a project."""

    def __init__(
        self, workbook: Workbook, name: str, project: Project, mapping: SheetMapping, *, is_new: bool, anyway: bool
    ) -> None:
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
        sheets[ROWS] += record_rows(self._workbook, tables, names, self._name)
        label = self._workbook.label
        about = {
            "states-of-casus": f"States that {label} names, as Casus has them.",
            ROWS: f"The rows of {label} as they stand; kg export --only sheets writes them again.\n# {sealed}",
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


def _project_name(folder: Path) -> str | None:
    """The name of a new project; one that cannot be made of the folder's is asked for."""
    try:
        return name_of_folder(folder.absolute())
    except BadInput as error:
        raise BadInput("no name can be made of the folder's: make the project by kg init --name first") from error


def _newest_source(workbook: Workbook) -> date | None:
    """To which day the sources reach: that of the newest, as far as any has a date."""
    table = workbook.tables.get("sources")
    if table is None or "date" not in table.columns:
        return None
    place = table.columns.index("date")
    days = []
    for row in table.rows:
        try:
            days.append(read_cell_date(row.cells[place]).first)
        except BadCell:
            continue
    return min(max(days), date.today()) if days else None


def _move_in(aside: Path, project: Project, name: str, folder: Path, *, is_new: bool) -> None:
    """Put what was written aside where it belongs, in the place of what an earlier import has left."""
    place = project.root / SHEETS_FOLDER / name
    place.parent.mkdir(parents=True, exist_ok=True)
    former = aside / "former"
    if place.exists():
        place.rename(former)
    try:
        (aside / "staged").rename(place)
    except OSError:
        if former.exists():
            former.rename(place)
        raise
    if is_new:
        if folder.is_dir():
            for entry in (aside / "project").iterdir():
                entry.rename(folder / entry.name)
        else:
            (aside / "project").rename(folder)
