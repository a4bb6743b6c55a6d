"""Tables as Parquet, with the types that their description gives: for pandas, polars, DuckDB and R's arrow.

https://parquet.apache.org/docs/. It is written by pyarrow, which is large and asked for as an extra.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kg.export.tables import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa


def can_write_parquet() -> bool:
    """Whether pyarrow is installed."""
    return find_spec("pyarrow") is not None


def write_parquet(table: Table, rows: Path, out: IO[bytes]) -> None:
    """Write a table as Parquet.

    What is not known is null, and only that: a cell that says NA is null in the columns whose description says so, and
    stays the code of Namibia elsewhere. Columns that hold several values hold lists.

    Args:
        table: the table.
        rows: its CSV.
        out: where to.
    """
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import csv, parquet  # noqa: PLC0415

    as_text = csv.ConvertOptions(
        column_types=dict.fromkeys(table.header, pa.string()), null_values=[""], strings_can_be_null=True
    )
    read = csv.read_csv(rows, convert_options=as_text)
    columns = {column.name: _typed(read.column(column.name), column) for column in table.columns}
    parquet.write_table(pa.table(columns), out, compression="zstd")


def _typed(cells: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    """The cells of a column in its type."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import compute  # noqa: PLC0415

    types = {"integer": pa.int64(), "gYear": pa.int32(), "date": pa.date32(), "indicator": pa.int8()}
    if column.null is not None:
        cells = compute.if_else(compute.equal(cells, column.null), pa.scalar(None, pa.string()), cells)
    if column.list:
        return compute.split_pattern(cells, " ")
    if column.type == "boolean":
        return compute.equal(cells, "true")
    return cells.cast(types.get(column.type, pa.string()))
