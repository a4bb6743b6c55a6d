"""Things in an order, which a program reads one by one and a person as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, TypeVar

from kg.errors import MissingLibrary

if TYPE_CHECKING:
    import pandas

Item = TypeVar("Item")
#: Rows that are shown of a table where it is looked at.
SHOWN = 20


class Listing(tuple[Item, ...]):
    """A tuple of things that knows how each is a row of a table.

    Attributes:
        columns: the names of the columns.
        rows: the cells of each thing, as Python has them.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def __new__(cls, items: Iterable[Item], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Listing[Item]:
        """The listing of some things, with a row for each."""
        self = super().__new__(cls, tuple(items))
        self.columns = tuple(columns)
        self.rows = tuple(map(tuple, rows))
        return self

    def __repr__(self) -> str:
        """The first rows as a table."""
        return text_table(self.columns, [_texts(row) for row in self.rows[:SHOWN]], shown_of(len(self)))

    def _repr_html_(self) -> str:
        """The first rows as a table for notebooks."""
        return html_table(self.columns, [_texts(row) for row in self.rows[:SHOWN]], shown_of(len(self)))

    def to_pandas(self) -> pandas.DataFrame:
        """A data frame with a row for each thing; needs the extra ``casus-kg[pandas]``.

        Raises:
            MissingLibrary: pandas is not installed.
        """
        return data_frame(self.rows, self.columns)


def data_frame(rows: Iterable[Sequence[object]], columns: Sequence[str]) -> pandas.DataFrame:
    """A data frame of rows, whose columns have the narrowest type that holds them.

    Raises:
        MissingLibrary: pandas is not installed.
    """
    try:
        import pandas  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as error:
        raise MissingLibrary("pandas is not installed; pip install 'casus-kg[pandas]' brings it") from error
    return pandas.DataFrame(list(rows), columns=list(columns), dtype=object).convert_dtypes()


def text_table(columns: Sequence[str], rows: Sequence[Sequence[str]], count: str) -> str:
    """A table in plain text, with a line below that says how many rows there are."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    lines = [columns, ["-" * width for width in widths], *rows]
    shown = ("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "\n".join([*shown, f"({count})"])


def html_table(columns: Sequence[str], rows: Sequence[Sequence[str]], count: str) -> str:
    """The same in HTML."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>\n" for row in rows)
    return f"<table>\n<tr>{head}</tr>\n{body}</table>\n<p>{count}</p>"


def shown_of(count: int) -> str:
    """How many rows there are, and that not all are shown if so."""
    if count > SHOWN:
        return f"the first {SHOWN} of {count} rows"
    return f"{count} {'row' if count == 1 else 'rows'}"


def _texts(row: Sequence[object]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in row]
