"""Bringing sheets into a project: read, checked, written aside as Turtle, validated with the project, and moved in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.errors import BadInput, MissingFile
from kg.importers.sheets.dates import BadCell, read_cell_date
from kg.importers.sheets.problem import Problem
from kg.importers.sheets.reading import spelled_article
from kg.importers.sheets.seal import SHEETS_FOLDER
from kg.importers.sheets.sheet_import import SheetImport
from kg.importers.sheets.sheet_mapping import SheetMapping
from kg.importers.sheets.workbook import Workbook, read_workbook
from kg.project import Project, open_project
from kg.rdf.write import write_text
from kg.starter.create import create_project, name_of_folder


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
        run = SheetImport(workbook, name, project, mapping or SheetMapping(), is_new=is_new, anyway=anyway)
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
