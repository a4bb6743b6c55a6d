"""Statements as Parquet: columns subject, predicate and object, each a term as N-Triples writes it.

https://parquet.apache.org/docs/. RDF has no standard for it; this is what DuckDB, polars and Spark read without an RDF
library. Graph names, and any other columns, are not looked at.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ParseError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PARQUET = ".parquet"
#: What DuckDB does not do: fetch what it lacks.
_OFF = ("autoinstall_known_extensions", "autoload_known_extensions")
#: Bytes of text that a file may hold where all of it is read: a small file can hold gigabytes.
_LARGEST = 4 << 30
#: The names of the columns, in the order of a statement.
COLUMNS = ("subject", "predicate", "object")


def is_columns(path: Path) -> bool:
    """Whether a file is Parquet, by its suffix."""
    return path.suffix.lower() == PARQUET


def check_columns(path: Path) -> None:
    """Look whether a file has the columns, of text.

    Raises:
        ParseError: it is no Parquet, a column is missing, or one is not of text.
    """
    _opened(path).close()


def count_rows(path: Path) -> int:
    """How many statements a file of columns has; raises as `check_columns`."""
    with _opened(path) as db:
        return int(db.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchall()[0][0])


def read_columns(path: Path) -> bytes:
    """The statements of a file as lines of N-Triples, a line for each row.

    Raises:
        ParseError: as `check_columns`, or a row lacks a term; with the row.
    """
    with _opened(path) as db:
        [(size,)] = db.execute(
            f"SELECT sum({' + '.join(map('strlen({})'.format, COLUMNS))}) FROM read_parquet(?)", [str(path)]
        ).fetchall()
        if (size or 0) > _LARGEST:
            raise ParseError(f"refused: more than {_LARGEST >> 30} GiB when it is not compressed", file=path)
        answer = db.execute(f"SELECT {', '.join(COLUMNS)} FROM read_parquet(?)", [str(path)])
        return "".join(_line(row, number, path) for number, row in enumerate(iter(answer.fetchone, None), 1)).encode()


def write_columns(lines: Path, target: Path) -> None:
    """Write N-Triples, one space between terms, as columns.

    Args:
        lines: the file of N-Triples.
        target: the file to write.
    """
    source, name = (str(path).replace("'", "''") for path in (lines, target))
    with _connected() as db:
        db.execute(f"""
            COPY (SELECT split_part(l, ' ', 1) subject, split_part(l, ' ', 2) predicate,
                         l[len(subject) + len(predicate) + 3 : len(l) - 2] object
                  FROM read_csv('{source}', columns={{'l': 'VARCHAR'}}, delim=E'\\x01', quote='', escape='',
                                header=false, auto_detect=false, max_line_size={256 << 20}))
            TO '{name}' (FORMAT parquet)""")


def _line(row: tuple[str | None, ...], number: int, path: Path) -> str:
    for column, term in zip(COLUMNS, row, strict=True):
        if term is None:
            raise ParseError(f"this row has no {column}", file=path, line=number)
    return "{} {} {} .\n".format(*row)


def _connected() -> DuckDBPyConnection:
    import duckdb  # noqa: PLC0415 - most commands do without

    db = duckdb.connect(config=dict.fromkeys(_OFF, "false"))
    db.execute("SET enable_progress_bar = false")  # it would be printed among what is written
    return db


def _opened(path: Path) -> DuckDBPyConnection:
    """A connection, after a look at the file."""
    import duckdb  # noqa: PLC0415

    db = _connected()
    try:
        described = db.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    except duckdb.Error as error:
        db.close()
        raise ParseError(f"not Parquet: {str(error).splitlines()[0]}", file=path) from error
    found = {name: kind for name, kind, *_ in described}
    wrong = None
    if missing := [name for name in COLUMNS if name not in found]:
        wrong = f"there is no column {', '.join(missing)}; there are {', '.join(found)}"
    elif other := [f"{name} ({found[name]})" for name in COLUMNS if found[name] != "VARCHAR"]:
        wrong = f"not text, as N-Triples writes terms: column {', '.join(other)}"
    if wrong is not None:
        db.close()
        raise ParseError(wrong, file=path)
    return db
