"""Tables have the text that rich gives them, whatever is in their cells, and grow in linear time."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kg.cli import table
from kg.cli.table import WRAPPED, print_table

COLUMNS = ("state", "name", "n")
ODD = [
    ("state:ARM", "Armenia", "1"),
    ("state:RUS", "Россия", ""),
    ("state:JPN", "日本国", "12"),
    ("state:FRA", "two\nlines and a longer one", "3"),
    ("", "ends in a line\n", "4"),
    ("[bold]state[/bold]", ":smile: café, e\u0301", "a\u00a0b"),
]


def by_rich(columns: Sequence[str], rows: Sequence[Sequence[str]], **options: object) -> str:
    drawn = Table(*columns)
    for row in rows:
        drawn.add_row(*map(Text, row))
    out = io.StringIO()
    Console(file=out, **options).print(drawn)  # type: ignore[arg-type]
    return out.getvalue()


def by_us(columns: Sequence[str], rows: Sequence[Sequence[str]], **options: object) -> tuple[str, int]:
    out = io.StringIO()
    shown = print_table(Console(file=out, **options), columns, rows)  # type: ignore[arg-type]
    return out.getvalue(), shown


@pytest.mark.parametrize("rows", [[], ODD[:1], ODD, ODD * 300], ids=len)
@pytest.mark.parametrize("terminal", [False, True])
def test_what_fits_has_the_text_that_rich_gives_it(rows: list[tuple[str, ...]], terminal: bool) -> None:
    given, shown = by_us(COLUMNS, rows, width=100, force_terminal=terminal)
    assert given == by_rich(COLUMNS, rows, width=100, force_terminal=terminal)
    assert shown == len(rows)
    assert ("\x1b[1m" in given) == terminal, "the names of columns are bold where that can be shown"


@pytest.mark.parametrize("cell", ["a\tb", "a\rb", "a\x1b[31mb", "a\u2028b", "a\x85b", "word " * 30])
def test_what_rich_must_lay_out_is_left_to_it(cell: str) -> None:
    rows = [*ODD, (cell, "", "")]
    assert by_us(COLUMNS, rows, width=80) == (by_rich(COLUMNS, rows, width=80), len(rows))


def test_a_table_that_just_fits_and_one_that_does_not() -> None:
    rows = [("a" * 20, "b" * 20, "c" * 20)]
    for width in (69, 70, 71):
        assert by_us(COLUMNS, rows, width=width)[0] == by_rich(COLUMNS, rows, width=width)


def test_of_what_wraps_so_many_rows_are_shown() -> None:
    rows = [("word " * 30, "", "")] * (WRAPPED + 1)
    assert by_us(COLUMNS, rows, width=80)[1] == WRAPPED


def test_an_answer_without_columns() -> None:
    assert by_us((), [(), ()]) == (by_rich((), [(), ()]), 2)


def test_each_cell_is_looked_at_as_often_however_long_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    looks, width_of = [], table._width
    monkeypatch.setattr(table, "_width", lambda cell: looks.append(cell) or width_of(cell))
    counts = []
    for length in (1_000, 10_000):
        looks.clear()
        by_us(COLUMNS, [("a", "b", "c")] * length, width=80)
        counts.append(len(looks) - len(COLUMNS))
    assert counts == [1_000 * 6, 10_000 * 6]
