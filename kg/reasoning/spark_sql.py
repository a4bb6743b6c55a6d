"""The statements that close a graph in DuckDB as Spark has them: all that differs is said here.

sqlglot knows most of it (https://sqlglot.com/). What it leaves are hashes, patterns, and pieces of text, which DuckDB
writes as it writes pieces of lists; no list is taken to pieces by these statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import sqlglot
from sqlglot import exp

#: Types of DuckDB, which Spark has none of without a sign: hashes have one there, and numbers of relations have room.
_TYPES = {
    exp.DType.UBIGINT: exp.DType.BIGINT,
    exp.DType.UINT: exp.DType.INT,
    exp.DType.USMALLINT: exp.DType.INT,
    exp.DType.UTINYINT: exp.DType.INT,
}


def parse_statements(sql: str, parameters: Sequence[object] = ()) -> list[exp.Expression]:
    """Statements of DuckDB, with their parameters in place."""
    values = iter(parameters)

    def put(node: exp.Expression) -> exp.Expression:
        return exp.convert(next(values)) if isinstance(node, exp.Placeholder) else node

    statements = filter(None, sqlglot.parse(sql, read="duckdb"))
    return [statement.transform(put) for statement in statements] if parameters else list(statements)


def to_spark(part: exp.Expression) -> str:
    """A statement, or part of one, as Spark writes it."""
    whole = exp.Tuple(expressions=[part.copy()])
    for node in reversed(list(whole.walk(bfs=True))[1:]):  # the innermost first
        new = _translated(node)
        if new is not node:
            node.replace(new)
    return str(whole.expressions[0].sql("spark"))


def file_uri(path: Path) -> str:
    """A path as Spark takes it wherever it has its files by default; it reads no percents in it."""
    return f"file://{path.absolute()}"


def _translated(node: exp.Expression) -> exp.Expression:
    match node:
        case exp.Anonymous() if node.name.lower() == "hash":
            node = exp.func("xxhash64", *node.expressions)
        case exp.RegexpFullMatch(this=text, expression=pattern):
            node = exp.RegexpLike(this=text, expression=exp.Literal.string(_in_java(pattern.name)))
        case exp.Bracket():
            node = _piece(node)
        case exp.DataType(this=kind) if kind in _TYPES:
            node = exp.DataType(this=_TYPES[kind])
        case exp.CTE():
            node.set("materialized", None)
        case exp.Window(this=exp.RowNumber()) if not node.args.get("order"):
            node = exp.func("monotonically_increasing_id")  # a number in the order in which files are read
        case exp.ReadParquet(expressions=[path]):
            node = _files("parquet", path.name)
        case exp.Table(this=exp.ReadCSV(this=path)):
            # What is no UTF-8 is no statement, either.
            line = "if(is_valid_utf8(value), value, '?') AS l"
            node = exp.select(line, dialect="spark").from_(_files("text", path.name)).subquery()
    return node


def _in_java(pattern: str) -> str:
    """A pattern of RE2, which is to match all, for Java.

    Java goes as deep as a group is repeated and runs out of stack, unless the group gives back nothing that it took.
    None of the groups that are repeated at will needs to.
    """
    return f"^(?s:{pattern.replace(')*', ')*+')})\\z"


def _piece(node: exp.Bracket) -> exp.Expression:
    """A piece of text, by the number of its first character and, of a slice, that of its last."""
    [place] = node.expressions
    if not isinstance(place, exp.Slice):
        first = exp.Literal.number(int(place.name) + 1)  # which sqlglot counts from nought
        return exp.func("substr", node.this, first, exp.Literal.number(1))
    if place.expression is None:
        return exp.func("substr", node.this, place.this)
    length = exp.paren(place.expression) - exp.paren(place.this) + 1
    return exp.func("substr", node.this, place.this, length)


def _files(form: str, path: str) -> exp.Table:
    return exp.Table(this=exp.to_identifier(file_uri(Path(path)), quoted=True), db=exp.to_identifier(form))
