"""The rows of sheets in a graph: each with its cells as they stood, so that the same sheets can be written again."""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from kg.importers.sheets.workbook import SheetTable, Workbook
from kg.terms import CASUS, RDF, Namespaces


def row_place(workbook: Workbook, sheet: str, number: int) -> str:
    """How the place of a row is told: ``NAME.xlsx, clauses, row 12`` or ``NAME/clauses.csv, row 12``."""
    return (
        f"{workbook.label}, {sheet}, row {number}"
        if workbook.is_file
        else f"{workbook.label}/{sheet}.csv, row {number}"
    )


def record_rows(workbook: Workbook, tables: Iterable[SheetTable], names: Namespaces, name: str) -> Iterator[Triple]:
    """The rows of tables as things, the names of the columns as the first of each."""
    for table in tables:
        for number, cells in [(1, table.header), *((row.number, row.cells) for row in table.rows)]:
            row = NamedNode(f"{names.id}row/{name}/{table.name}/{number}")
            yield Triple(row, RDF.type, CASUS.SheetRow)
            yield Triple(row, CASUS.locator, Literal(row_place(workbook, table.name, number)))
            yield Triple(row, CASUS.cells, Literal(json.dumps(list(cells), ensure_ascii=False)))


def recorded_sheets(
    statements: Iterable[Triple], names: Namespaces
) -> Mapping[str, Mapping[str, Sequence[tuple[str, ...]]]]:
    """The sheets whose rows are in a graph: by workbook and sheet, their rows in order, the columns' names first."""
    found: defaultdict[str, defaultdict[str, dict[int, tuple[str, ...]]]] = defaultdict(lambda: defaultdict(dict))
    for subject, predicate, value in statements:
        if predicate != CASUS.cells or not isinstance(subject, NamedNode) or not isinstance(value, Literal):
            continue
        if subject.value.startswith(f"{names.id}row/"):
            workbook, sheet, number = subject.value.removeprefix(f"{names.id}row/").rsplit("/", 2)
            found[workbook][sheet][int(number)] = tuple(json.loads(value.value))
    return {
        workbook: {sheet: [rows[number] for number in sorted(rows)] for sheet, rows in sorted(sheets.items())}
        for workbook, sheets in sorted(found.items())
    }


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV, with a line feed at the end of each."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()
