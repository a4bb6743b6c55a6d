"""From tables to entries: each cell read as its column says, and each problem told with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from pyoxigraph import NamedNode

from kg.importers.sheets.dates import BadCell, CellDate, read_cell_date
from kg.importers.sheets.known import KnownState, StateRegister
from kg.importers.sheets.problem import Problem, nearest_hint
from kg.importers.sheets.sheet_mapping import CARRIED, ROW_CARRIED, SheetMapping
from kg.importers.sheets.sheet_plan import SheetColumn, SheetPlan, sheet_plans
from kg.importers.sheets.vocabulary import ValueList
from kg.importers.sheets.workbook import SheetRow, SheetTable, Workbook, is_empty

#: What one value of a cell is.
CellValue: TypeAlias = "str | bool | CellDate | KnownState | tuple[str, NamedNode]"

_ID = re.compile(r"[\w][\w.+-]*")
_NUMBER = re.compile(r"(\d+)(?:\.0+)?")
_FLAGS = {"0": False, "1": True, "no": False, "yes": True, "false": False, "true": True}
#: The sheets whose things others refer to, each by the column that names them.
_REFERRED = ("sources", "organizations", "treaties", "events")


@dataclass(frozen=True)
class SheetEntry:
    """A row as it was read.

    Attributes:
        sheet: our name of its sheet.
        table: the sheet as the user has it.
        row: the row as it stands.
        values: what the cells hold, by our names of the columns; those that are empty are left out.
        carried: the cells of columns that are only carried along, by the user's names.
    """

    sheet: str
    table: SheetTable
    row: SheetRow
    values: Mapping[str, tuple[CellValue, ...]]
    carried: Mapping[str, str] = field(default_factory=dict)

    def texts(self, column: str) -> tuple[str, ...]:
        """The values of a column that holds texts."""
        return tuple(value for value in self.values.get(column, ()) if isinstance(value, str))

    def text(self, column: str) -> str | None:
        """The first of these."""
        return next(iter(self.texts(column)), None)

    def date(self, column: str) -> CellDate | None:
        """The date of a column that holds one."""
        return next((value for value in self.values.get(column, ()) if isinstance(value, CellDate)), None)

    def states(self, column: str) -> tuple[KnownState, ...]:
        """The states that a column names."""
        return tuple(value for value in self.values.get(column, ()) if isinstance(value, KnownState))

    def terms(self, column: str) -> tuple[tuple[str, NamedNode], ...]:
        """The names and the terms of a column that holds values of a vocabulary."""
        return tuple(value for value in self.values.get(column, ()) if isinstance(value, tuple))

    def problem(self, column: str, message: str, value: str = "", *, severity: str = "error") -> Problem:
        """A problem of this row; the column is named as we name it, and told as the user does."""
        theirs = self.heading(column)
        cell = value or (self.cell(theirs) if theirs else "")
        return Problem(self.table.name, self.row.number, theirs or column, cell, message, severity)

    def heading(self, column: str) -> str:
        """The user's name of a column."""
        return self.headings.get(column, "")

    def cell(self, heading: str) -> str:
        """The cell below one of the user's names."""
        columns = self.table.columns
        return self.row.cells[columns.index(heading)].strip() if heading in columns else ""

    #: The user's names of the columns by ours.
    headings: Mapping[str, str] = field(default_factory=dict)


class SheetReader:
    """Reads the tables of a workbook into entries."""

    def __init__(
        self,
        workbook: Workbook,
        mapping: SheetMapping,
        vocabularies: Mapping[str, ValueList],
        register: StateRegister,
        things: Mapping[str, set[str]],
    ) -> None:
        """Read a workbook.

        Args:
            workbook: the tables.
            mapping: what the user calls sheets, columns and values.
            vocabularies: the values that cells may have.
            register: the states that they may name; those of the sheet states are added.
            things: the things of the project that they may refer to, by sheet.
        """
        self._workbook, self._mapping = workbook, mapping
        self._vocabularies, self._register = vocabularies, register
        self.problems = list(workbook.problems)
        self.things = {sheet: set(ids) for sheet, ids in things.items()}
        self._planned: dict[str, tuple[SheetTable, SheetPlan, dict[str, SheetColumn]]] = {}
        self._plan()

    def entries(self) -> list[SheetEntry]:
        """The entries of all rows that can be read, in the order of the sheets."""
        self._collect_ids()
        found: list[SheetEntry] = []
        for name, (table, plan, columns) in self._planned.items():
            headings = {column.name: heading for heading, column in columns.items()}
            for row in table.rows:
                entry = self._entry(name, table, plan, columns, headings, row)
                if entry is not None:
                    found.append(entry)
                    if name == "states":
                        self._add_state(entry)
        return found

    def _plan(self) -> None:
        """Find out which table is which sheet, and which column of it which."""
        plans = sheet_plans()
        theirs: dict[str, SheetTable] = {}
        for name, table in self._workbook.tables.items():
            ours = self._mapping.sheet(name)
            if ours in plans and theirs.setdefault(ours, table) is not table:
                self.problems.append(Problem(name, 0, "", "", f"{theirs[ours].name} is the sheet {ours} already"))
            if ours != CARRIED and ours not in plans:
                message = (
                    f"no sheet of this name is known{nearest_hint(name, plans)}; a mapping file can carry it along"
                )
                self.problems.append(Problem(name, 0, "", "", message))
        for name, plan in plans.items():  # states before those who name them, whatever the order of the files
            if name in theirs:
                self._planned[name] = theirs[name], plan, self._columns(theirs[name], plan)

    def _columns(self, table: SheetTable, plan: SheetPlan) -> dict[str, SheetColumn]:
        """The columns of a table that are read, by the user's names."""
        found: dict[str, SheetColumn] = {}
        seen: set[str] = set()
        unknown = []
        for place, heading in enumerate(table.columns):
            if not heading:
                if any(not is_empty(row.cells[place]) for row in table.rows):
                    self.problems.append(Problem(table.name, 1, f"column {place + 1}", "", "the column has no name"))
                continue
            ours = self._mapping.column(table.name, heading)
            if heading in seen or ours in {column.name for column in found.values()}:
                self.problems.append(Problem(table.name, 1, heading, "", "there are two columns of this name"))
            elif ours in plan.columns:
                found[heading] = plan.columns[ours]
            elif ours != CARRIED:
                unknown.append(heading)
            seen.add(heading)
        known = {column.name for column in found.values()}
        missing = [column.name for column in plan.columns.values() if column.required and column.name not in known]
        for heading in unknown:
            hint = nearest_hint(heading, plan.columns)
            message = f"no column of this name is known{hint}; a mapping file can carry it along"
            self.problems.append(Problem(table.name, 1, heading, "", message))
        for name in missing:
            self.problems.append(Problem(table.name, 1, name, "", "the column is missing, and it is required"))
        return found

    def _collect_ids(self) -> None:
        """Note what can be referred to, before what refers to it is read."""
        for name in _REFERRED:
            if name in self._planned:
                table, _, columns = self._planned[name]
                place = next((p for p, h in enumerate(table.columns) if h in columns and columns[h].name == "id"), None)
                if place is not None:
                    self.things.setdefault(name, set()).update(row.cells[place].strip() for row in table.rows)
        if "clauses" in self._planned:
            table, _, columns = self._planned["clauses"]
            places = {columns[h].name: p for p, h in enumerate(table.columns) if h in columns}
            if {"treaty", "article"} <= places.keys():
                self.things.setdefault("clauses", set()).update(
                    article_path(row.cells[places["treaty"]].strip(), _whole(row.cells[places["article"]]))
                    for row in table.rows
                )

    def _entry(
        self,
        sheet: str,
        table: SheetTable,
        plan: SheetPlan,
        columns: dict[str, SheetColumn],
        headings: dict[str, str],
        row: SheetRow,
    ) -> SheetEntry | None:
        values: dict[str, tuple[CellValue, ...]] = {}
        carried: dict[str, str] = {}
        found, is_read = [], True
        for heading, cell in zip(table.columns, row.cells, strict=True):
            column = columns.get(heading)
            if column is None:
                if heading and not is_empty(cell):
                    carried[heading] = cell.strip()
                continue
            meant = [
                self._mapping.value(table.name, heading, part) for part in self._parts(table, heading, column, cell)
            ]
            is_read = is_read and ROW_CARRIED not in meant
            parts = [part for part in meant if part]
            if not parts and column.required:
                found.append(Problem(table.name, row.number, heading, "", f"it is empty: {column.about}"))
            read: list[CellValue] = []
            for part in parts:
                try:
                    read.append(self._value(column, part, values))
                except BadCell as error:
                    found.append(Problem(table.name, row.number, heading, cell.strip(), str(error)))
            if read:
                values[column.name] = tuple(dict.fromkeys(read))
        if not is_read:
            return None
        self.problems += found
        return SheetEntry(sheet, table, row, values, carried, headings)

    def _parts(self, table: SheetTable, heading: str, column: SheetColumn, cell: str) -> Sequence[str]:
        text = cell.strip()
        if is_empty(cell):
            return ()
        if not column.many or text in self._mapping.values.get(table.name, {}).get(heading, {}):
            return (text,)
        return tuple(part.strip() for part in text.split(";") if part.strip())

    def _value(self, column: SheetColumn, text: str, others: Mapping[str, tuple[CellValue, ...]]) -> CellValue:
        """What one value of a cell is.

        Raises:
            BadCell: it is not what the column holds.
        """
        holds = column.holds
        if holds in self._vocabularies:
            return self._vocabularies[holds].find(text)
        if holds == "state":
            return self._register.find(text)
        if holds in self.things:
            return self._reference(holds, text)
        read: Mapping[str, Callable[[str], CellValue]] = {
            "affiliation": self._affiliation,
            "article": _whole,
            "clause": self._clause,
            "date": read_cell_date,
            "flag": _flag,
            "id": _id,
            "number": _number,
            "strength": _whole,
        }
        return read.get(holds, str)(text)

    def _reference(self, sheet: str, text: str) -> str:
        if text not in self.things[sheet]:
            hint = nearest_hint(text, self.things[sheet])
            raise BadCell(f"there is none of this name in {sheet}{hint}; mend the name, or add a row there")
        return text

    def _affiliation(self, text: str) -> str:
        known = {*self.things.get("treaties", ()), *self.things.get("organizations", ())}
        if text not in known:
            raise BadCell(f"there is no such treaty or organization{nearest_hint(text, known)}; mend it, or add a row")
        return text

    def _clause(self, text: str) -> str:
        treaty, _, article = text.partition("/")
        path = article_path(treaty.strip(), _whole(article))
        if not article or path not in self.things.get("clauses", ()):
            known = [one.replace("/article/", "/") for one in self.things.get("clauses", ())]
            raise BadCell(f"there is no such article{nearest_hint(text, known)}; write TREATY/ARTICLE")
        return path

    def _add_state(self, entry: SheetEntry) -> None:
        name, begin, end = entry.text("id"), entry.date("from"), entry.date("until")
        if name is None:
            return
        state = KnownState(name, entry.text("name") or name)
        if begin is not None:
            state = replace(state, begins=begin.earliest)
        if end is not None:
            state = replace(state, ends=end.latest)
        codes = tuple(
            (listed.upper(), code, state.begins, state.ends) for listed in ("cow", "gw") for code in entry.texts(listed)
        )
        self._register.states[name] = replace(state, codes=codes)


def article_path(treaty: str, article: str) -> str:
    """The path of an article's name below that of treaties: ``CST/article/4-2010``."""
    return f"{treaty}/article/{spelled_article(article)}"


def spelled_article(article: str) -> str:
    """An article's number as part of a name: hyphens for what cannot be in one."""
    return re.sub(r"[^\w.]+", "-", article).strip("-.") or "-"


def _number(text: str) -> str:
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise BadCell("it is no whole number; write digits alone")
    return found[1]


def _flag(text: str) -> bool:
    flag = _FLAGS.get(_whole(text).casefold())
    if flag is None:
        raise BadCell("write 1 for yes or 0 for no")
    return flag


def _id(text: str) -> str:
    name = _whole(text)
    if not _ID.fullmatch(name):
        words = spelled_article(name)
        told = "a short name has letters, digits, hyphens and dots, and no spaces"
        raise BadCell(f"{told}; write {words}, here and where it is named")
    return name


def _whole(text: str) -> str:
    """A whole number without the fraction that spreadsheets give it; any other text as it is."""
    text = text.strip()
    found = _NUMBER.fullmatch(text)
    return found[1] if found and "." in text else text
