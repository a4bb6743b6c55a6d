"""Tables as Stata keeps them: .dta of version 118, with labels, where nothing that is known is taken for missing.

https://www.stata.com/help.cgi?dta_118; Stata reads it from 14 on. It is written by pandas, whose writer is kept, and
which is there for data frames anyhow.
"""

from __future__ import annotations

from datetime import datetime
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kg.export.tables import Column, Table

if TYPE_CHECKING:
    import pandas

#: What a file says of when it was written: the same each time, as all files of a release.
_WRITTEN = datetime(1970, 1, 1)
#: Names of columns that are words of Stata's own, and what they are there: https://www.stata.com/manuals/u11.pdf, 11.3.
_RENAMED = {"class": "class_"}
#: Letters of a label, and bytes of a text that is stored within its row.
_LABEL, _SHORT = 80, 2045


def can_write_stata() -> bool:
    """Whether pandas is installed."""
    return find_spec("pandas") is not None


def stata_name(column: Column) -> str:
    """The name of a column in Stata."""
    return _RENAMED.get(column.name, column.name)


def write_stata(table: Table, rows: Path, out: IO[bytes]) -> None:
    """Write a table for Stata. What is not known is missing, and a text that is not known is empty.

    Args:
        table: the table.
        rows: its CSV.
        out: where to.
    """
    import pandas  # noqa: PLC0415 - an extra, and slow to import

    read = pandas.read_csv(rows, dtype=str, keep_default_na=False)
    columns = {stata_name(column): _typed(read[column.name], column) for column in table.columns}
    dates = {stata_name(column): "td" for column in table.columns if column.type == "date"}
    texts = [name for name, cells in columns.items() if cells.dtype == object]
    long = [name for name in texts if any(len(text.encode()) > _SHORT for text in columns[name])]
    written = BytesIO()  # pandas closes what it has written to
    pandas.DataFrame(columns).to_stata(
        written,
        write_index=False,
        version=118,
        time_stamp=_WRITTEN,
        data_label=table.title[:_LABEL],
        variable_labels={stata_name(column): column.about[:_LABEL] for column in table.columns},
        convert_dates=dates,
        convert_strl=long,
    )
    out.write(written.getvalue())


def _typed(cells: pandas.Series[str], column: Column) -> pandas.Series[object]:
    """The cells of a column in its type."""
    import pandas  # noqa: PLC0415

    known = cells.where(cells != (column.null or ""))
    if column.list or column.type == "string":
        return cells.where(cells != column.null, "").astype(object)
    if column.type == "date":
        return pandas.to_datetime(known).astype("datetime64[s]")
    if column.type == "boolean":
        known = known.map({"true": "1", "false": "0"})
    return pandas.to_numeric(known).astype("float64" if known.isna().any() else "int32")
