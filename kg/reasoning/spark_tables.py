"""Tables of Spark that take the statements of DuckDB (`kg.reasoning.spark_sql`), in the way of a connection to DuckDB.

A table is folders of Parquet, each of which is written once: what a statement adds is a folder more, and what it
changes is written anew. So each statement is a checkpoint, from which a task that is lost starts again, and no plan
grows with the rounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count, islice
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection
from pyspark.sql import DataFrame, SparkSession
from sqlglot import exp

from kg.reasoning.spark_sql import file_uri, parse_statements, to_spark

#: Folders of which a table may consist; Spark looks them through one by one.
_PARTS = 30
_COPY = re.compile(r"SELECT \* FROM (\w+)")


class Interrupted(Exception):
    """What ran was told to end."""


@dataclass
class _ParquetTable:
    """A table.

    Attributes:
        columns: the type of each column.
        parts: its folders.
    """

    columns: dict[str, str]
    parts: list[Path] = field(default_factory=list)


@dataclass(frozen=True)
class _FrameRows:
    """The rows that a statement gives."""

    frame: DataFrame

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows."""
        return list(map(tuple, self.frame.collect()))

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row, if there is one."""
        return next(map(tuple, self.frame.take(1)), None)

    def fetchmany(self, size: int) -> list[tuple[Any, ...]]:
        """The next rows."""
        return list(map(tuple, islice(self._rows, size)))

    @cached_property
    def _rows(self) -> Iterator[Sequence[Any]]:
        return iter(self.frame.toLocalIterator())


class SparkTables:
    """A stand-in for a connection to DuckDB, as far as `kg.reasoning.duckdb_engine` and what it uses ask one."""

    def __init__(self, spark: SparkSession, folder: Path, local: DuckDBPyConnection) -> None:
        """No tables yet.

        Args:
            spark: runs the statements.
            folder: where the tables are to be, which this process and all of Spark's see at one path.
            local: writes rows of this process as Parquet.
        """
        self._spark = spark
        self._folder = folder
        self._local = local
        self._tables: dict[str, _ParquetTable] = {}
        self._numbers = count()
        self._interrupted = False

    def cursor(self) -> SparkTables:
        """Whatever can run a statement while the rows of another are read."""
        return self

    def interrupt(self) -> None:
        """End what runs, and let nothing else run."""
        self._interrupted = True
        self._spark.sparkContext.cancelAllJobs()

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> _FrameRows:
        """Run statements, and give the rows of the last.

        Args:
            sql: the statements.
            parameters: what stands for their question marks; for rows to add, the columns of these.

        Raises:
            Interrupted: it was told to end.
            PySparkException, Py4JError: Spark failed.
        """
        of_rows = any(isinstance(value, list) for value in parameters)
        answer = None
        for statement in parse_statements(sql, () if of_rows else parameters):
            if self._interrupted:
                raise Interrupted
            if of_rows:
                self._add_rows(statement.this.name, parameters)
            else:
                answer = self._run(statement)
        return answer or _FrameRows(self._spark.range(0))

    def write(self, query: str) -> Path:
        """The folder of Parquet that the rows of a query of Spark's are written to."""
        return self._write("answer", self._spark.sql(query))

    def _run(self, statement: exp.Expression) -> _FrameRows | None:
        match statement:
            case exp.Create(this=exp.Schema() as schema):
                columns = {column.name: to_spark(column.args["kind"]) for column in schema.expressions}
                self._keep(schema.this.name, _ParquetTable(columns))
            case exp.Create(kind="VIEW"):
                name = statement.this.name
                self._spark.sql(f"CREATE OR REPLACE TEMPORARY VIEW {name} AS {to_spark(statement.expression)}")
            case exp.Create(expression=query):
                query.set("order", None)  # which is for DuckDB to skip what it need not read
                is_recursive = "with_" in query.args and query.args["with_"].recursive
                self._create(statement.this.name, self._unrolled(query) if is_recursive else to_spark(query))
            case exp.Insert():
                self._insert(statement.this.name, to_spark(statement.expression))
            case exp.TruncateTable(expressions=[table]):
                self._keep(table.name, _ParquetTable(self._tables[table.name].columns))
            case exp.Delete(this=table):
                gone = exp.Is(this=exp.paren(statement.args["where"].this), expression=exp.true())
                self._create(table.name, to_spark(exp.select("*").from_(table).where(exp.not_(gone))))
            case exp.Update():
                self._create(statement.this.name, self._updated(statement))
            case exp.Drop():
                name = statement.find(exp.Table).name
                self._tables.pop(name, None)
                self._spark.catalog.dropTempView(name)
            case exp.Show():
                names = ", ".join(f"'{name}'" for name in self._tables)
                return _FrameRows(self._spark.sql(f"SELECT explode(array({names}))"))
            case exp.Set():
                pass
            case _:
                return _FrameRows(self._spark.sql(to_spark(statement)))
        return None

    def _create(self, name: str, query: str) -> None:
        frame = self._spark.sql(query)
        columns = {column.name: column.dataType.simpleString() for column in frame.schema}
        self._keep(name, _ParquetTable(columns, [self._write(name, frame)]))

    def _insert(self, name: str, query: str) -> None:
        table = self._tables[name]
        copied = _COPY.fullmatch(query)
        other = self._tables.get(copied[1]) if copied else None
        if other and other.columns == table.columns:
            new = other.parts
        else:
            frame = self._spark.sql(query).toDF(*table.columns)
            cast = [f"CAST({column} AS {kind}) {column}" for column, kind in table.columns.items()]
            new = [self._write(name, frame.selectExpr(*cast))]
        self._keep(name, _ParquetTable(table.columns, [*table.parts, *new]))

    def _add_rows(self, name: str, values: Sequence[list[Any]]) -> None:
        table = self._tables[name]
        folder = self._new_folder(name)
        folder.mkdir()
        columns = ", ".join(f"unnest(?)::{kind} {column}" for column, kind in table.columns.items())
        self._local.execute(f"CREATE OR REPLACE TEMPORARY TABLE added AS SELECT {columns}", list(values))
        self._local.execute(f"COPY added TO '{folder / 'rows.parquet'}' (FORMAT parquet)")
        self._keep(name, _ParquetTable(table.columns, [*table.parts, folder]))

    def _updated(self, update: exp.Update) -> str:
        """The rows of a table as they are after an update, which gives no row two new values."""
        name, new = update.this.name, {change.this.name: change.expression for change in update.expressions}
        columns = (
            exp.alias_(exp.func("if", exp.column("is_met"), new[column], exp.column(column, name)), column)
            if column in new
            else exp.column(column, name)
            for column in self._tables[name].columns
        )
        other, where = update.args["from_"].this, update.args["where"].this
        met = exp.select("*", "TRUE AS is_met").from_(other).subquery(other.alias_or_name)
        return to_spark(exp.select(*columns).from_(name).join(met, on=where, join_type="left"))

    def _unrolled(self, query: exp.Select) -> str:
        """A query of a recursive table, which is made here step by step: Spark's own recursion repeats itself."""
        *others, recursive = query.args["with_"].expressions
        name, columns = recursive.alias, ", ".join(column.name for column in recursive.args["alias"].columns)
        beginning = f"WITH {', '.join(map(to_spark, others))} "
        latest = f"latest_{name}"

        def of_latest(node: exp.Expression) -> exp.Expression:
            is_it = isinstance(node, exp.Table) and node.name == name
            return exp.to_table(latest, alias=node.alias or name) if is_it else node

        step = to_spark(recursive.this.expression.transform(of_latest))
        self._create(latest, f"{beginning} SELECT * FROM ({to_spark(recursive.this.this)}) AS n({columns})")
        self._keep(name, _ParquetTable(self._tables[latest].columns, self._tables[latest].parts))
        while not self._spark.table(latest).isEmpty():
            if self._interrupted:
                raise Interrupted
            self._create(
                latest,
                f"{beginning} SELECT DISTINCT * FROM ({step}) AS n({columns}) ANTI JOIN {name} USING ({columns})",
            )
            self._insert(name, f"SELECT * FROM {latest}")
        query.set("with_", None)
        return f"{beginning}{to_spark(query)}"

    def _keep(self, name: str, table: _ParquetTable) -> None:
        """Let a table be what a name stands for."""
        if len(table.parts) > _PARTS:
            table = _ParquetTable(table.columns, [self._write(name, self._frame(table))])
        self._tables[name] = table
        self._frame(table).createOrReplaceTempView(name)

    def _frame(self, table: _ParquetTable) -> DataFrame:
        columns = ", ".join(f"{column} {kind}" for column, kind in table.columns.items())
        if not table.parts:
            nothing = ", ".join(f"CAST(NULL AS {kind}) {column}" for column, kind in table.columns.items())
            return self._spark.sql(f"SELECT {nothing} WHERE false")
        return self._spark.read.schema(columns).parquet(*map(file_uri, table.parts))

    def _write(self, name: str, frame: DataFrame) -> Path:
        folder = self._new_folder(name)
        frame.write.parquet(file_uri(folder))
        return folder

    def _new_folder(self, name: str) -> Path:
        return self._folder / f"{name}-{next(self._numbers)}"
