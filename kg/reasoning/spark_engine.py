"""The closure by Spark, for graphs that are too large for one machine: the statements of DuckDB's, run by Spark SQL.

Spark is set up as its users do: by `spark-submit`, by ``PYSPARK_SUBMIT_ARGS`` or in ``SPARK_CONF_DIR``
(https://spark.apache.org/docs/latest/configuration.html). Where nothing says otherwise, it is a cluster of one machine,
which listens to nobody else. Its tables are in ``spark.checkpoint.dir``, which all its machines must see at one path,
as they must see the files; what is written passes through the machine that it was started on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import TYPE_CHECKING, cast
from warnings import catch_warnings

import duckdb
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from kg.errors import BadInput, ReasonerError, ReasonerLimit
from kg.reasoning.closed_lines import OnGrowth
from kg.reasoning.duckdb_engine import LINES, TabledClosure, copy_answer, processors, timed
from kg.reasoning.encoded import NTriplesFile
from kg.reasoning.grounder import ReasoningLimits, half_of_memory
from kg.reasoning.spark_tables import Interrupted, SparkTables

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: What says that somebody has set up Spark, or started this process by it.
_SET_UP = ("PYSPARK_GATEWAY_PORT", "PYSPARK_SUBMIT_ARGS", "SPARK_CONF_DIR", "SPARK_HOME")
_CHECKPOINTS = "spark.checkpoint.dir"
#: Bytes that Java takes beside what it keeps, and that Spark needs at least.
_ASIDE = 768 << 20
_LEAST = 512 << 20
_LOG = Path(__file__).with_name("spark_log4j2.properties")


@contextmanager
def closed_by_spark(
    sources: Sequence[NTriplesFile], limits: ReasoningLimits, on_growth: OnGrowth | None = None
) -> Iterator[TabledClosure]:
    """The closure of files of N-Triples, which is there while the context is.

    Args:
        sources: the files, written as pyoxigraph writes N-Triples.
        limits: what it may take; the memory is that of a machine, where nobody has set up Spark otherwise.
        on_growth: told now and then in words what grows.

    Raises:
        BadInput: the machines of a cluster have no folder in common.
        NotCanonical: a file is written otherwise.
        NotInTables: clingo has to do it, and why.
        ReasonerError: clingo or Spark failed.
        ReasonerLimit: a limit ended it.
    """
    begin = time.monotonic()
    try:
        with _session(limits) as spark, TemporaryDirectory(prefix="kg-", dir=_common_folder(spark)) as folder:
            settings: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": f"{_LEAST >> 20}MiB",
                "temp_directory": folder,
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
            }
            with duckdb.connect(config=settings) as local:
                local.execute("SET enable_progress_bar = false")
                tables = SparkTables(spark, Path(folder), local)
                closure = _SparkClosure(tables, local, limits, begin, on_growth)
                with timed(tables.interrupt, limits, begin):
                    closure.derive(sources, kept=False)
                    yield closure
    except Interrupted as error:
        raise ReasonerLimit(f"reasoning takes longer than {limits.seconds:g} s") from error
    except (PySparkException, Py4JError) as error:
        words = str(error)
        if limits.seconds is not None and time.monotonic() - begin > limits.seconds:
            raise ReasonerLimit(f"reasoning takes longer than {limits.seconds:g} s") from error
        if "OutOfMemoryError" in words:
            raise ReasonerLimit("reasoning would take more memory than Spark has") from error
        raise ReasonerError(f"Spark failed: {next(filter(None, words.splitlines()), type(error).__name__)}") from error


class _SparkClosure(TabledClosure):
    """A closure in the tables of Spark."""

    def __init__(
        self,
        tables: SparkTables,
        local: DuckDBPyConnection,
        limits: ReasoningLimits,
        begin: float,
        on_growth: OnGrowth | None,
    ) -> None:
        super().__init__(cast("DuckDBPyConnection", tables), limits, begin, on_growth)  # the stand-in of one
        self._tables = tables
        self._local = local

    def write(self, path: Path, form: str = LINES, *, in_order: bool = False) -> None:
        """Write the statements to a file, as `TabledClosure.write` does."""
        parts = self._tables.write("SELECT s, p, o FROM answer")
        self._local.execute(f"CREATE OR REPLACE VIEW answer AS FROM read_parquet('{parts}/*.parquet')")
        copy_answer(self._local, path, form, in_order=in_order)


@contextmanager
def _session(limits: ReasoningLimits) -> Iterator[SparkSession]:
    """The session that there is, or one for as long as the context."""
    present = SparkSession.getActiveSession()
    if present is not None:
        yield present
        return
    builder = SparkSession.builder.appName("kg reason")
    if not any(name in os.environ for name in _SET_UP):
        memory = half_of_memory() if limits.memory is None else limits.memory
        for name, value in _own_settings(memory).items():
            builder = builder.config(name, value)
    with catch_warnings(action="ignore", category=FutureWarning):  # that it knows no new pandas, which is not used here
        spark = builder.getOrCreate()
    try:
        yield spark
    finally:
        spark.stop()


def _own_settings(memory: int) -> dict[str, str]:
    """Settings of a cluster of one machine, which takes so much memory."""
    return {
        "spark.master": "local[*]",
        "spark.driver.memory": f"{max(memory - _ASIDE, _LEAST) >> 20}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={_LOG.as_uri()}",
        "spark.sql.shuffle.partitions": str(processors()),
        "spark.sql.warehouse.dir": gettempdir(),  # nothing is put there, but it would be made where one is
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }


def _common_folder(spark: SparkSession) -> Path | None:
    """The folder that all machines see; None if there is only this one, which has a place for what is temporary."""
    configured = spark.conf.get(_CHECKPOINTS, None)
    if configured is None:
        if spark.sparkContext.master.startswith("local"):
            return None
        raise BadInput(
            f"Spark's machines need a folder in common, at one path here and on each of them: set {_CHECKPOINTS} to it"
        )
    folder = Path(configured.removeprefix("file://").removeprefix("file:"))
    if not folder.is_dir():
        raise BadInput(
            f"{_CHECKPOINTS} is {configured}, which is no folder on this machine; mount it, or set it to one that is"
        )
    return folder
