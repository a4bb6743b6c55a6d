"""Tables of any length, as rich draws them.

rich lays out each cell with all that a cell may be: 10,000 rows take it seconds. Where no cell must be wrapped, a table
is the widths of its columns, found in one pass, and lines of text, written in another. rich draws the frame around
them, so that it is the one that the terminal can show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import Console

#: Rows that are shown where cells must be wrapped, which takes half a millisecond for each.
WRAPPED = 1_000
#: What moves the cursor, or ends a line where rich ends none; it knows what becomes of these.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def print_table(console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Print a table and tell how many of its rows: all, or `WRAPPED` at most if it does not fit the console."""
    widths = [max(map(_width, cells)) for cells in zip(columns, *rows, strict=True)]
    if (
        not columns
        or _frame_width(widths) > console.width
        or any(_CONTROL.search(cell) for row in rows for cell in row)
    ):
        table = Table(*columns)
        for row in rows[:WRAPPED]:
            table.add_row(*map(Text, row))
        console.print(table)
        return min(len(rows), WRAPPED)
    *head, blank, foot = _framed(console, columns, widths)
    console.file.writelines(f"{line}\n" for line in head)
    for row in rows:
        console.file.writelines(_lines(row, widths, blank[0]))
    console.file.write(f"{foot}\n")
    return len(rows)


def _width(cell: str) -> int:
    """The columns of a terminal that a cell takes."""
    if cell.isascii() and "\n" not in cell:
        return len(cell)
    return max(map(cell_len, cell.split("\n")))


def _frame_width(widths: Sequence[int]) -> int:
    return sum(widths) + 3 * len(widths) + 1


def _framed(console: Console, columns: Sequence[str], widths: Sequence[int]) -> list[str]:
    """The lines of a table with one row, in which nothing stands."""
    table = Table()
    for name, width in zip(columns, widths, strict=True):
        table.add_column(name, width=width)
    table.add_row(*[""] * len(columns))
    with console.capture() as drawn:
        console.print(table)
    return drawn.get().splitlines()


def _lines(row: Sequence[str], widths: Sequence[int], edge: str) -> Iterator[str]:
    """The lines of a row: as many as its highest cell has."""
    for parts in zip_longest(*(cell.split("\n") for cell in row), fillvalue=""):
        cells = (f" {part}{' ' * (width - _width(part))} " for part, width in zip(parts, widths, strict=True))
        yield f"{edge}{edge.join(cells)}{edge}\n"
