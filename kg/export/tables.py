"""The graph as tables for R, pandas and spreadsheets: CSV, with metadata by the W3C's CSV on the Web.

What each table holds is data: ``queries/tables/tables.toml`` describes its columns, and the query of the same name
gives its rows. A query may answer with several rows for one thing, each with some of its values; they are folded into
one. Several values go into a column that is a list, sorted; of a column that is none, the first in order is taken. The
metadata (https://www.w3.org/TR/tabular-metadata/) tell a program all that the description tells a reader: datatypes,
keys, references, license.
"""

from __future__ import annotations

import csv
import io
import json
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store, Triple

from kg.build.store import Build, open_store
from kg.duties.timeline import Timeline
from kg.export.codes import state_codes
from kg.export.describe import static_description
from kg.export.dyad_table import dyad_rows
from kg.export.identifiers import short_identifier
from kg.rdf.write import write_text
from kg.sparql.query import run
from kg.terms import CASUS, DCTERMS, XSD, Namespaces

METADATA = "csv-metadata.json"

_QUERIES = Path(__file__).parent / "queries"
_SEPARATOR = " "
_DATATYPES: Mapping[str, object] = {
    "string": "string",
    "boolean": "boolean",
    "integer": "integer",
    "gYear": "gYear",
    "date": {"base": "date", "format": "yyyy-MM-dd"},
    "indicator": {"base": "boolean", "format": "1|0"},
}
#: What the metadata repeat of the dataset.
_REPEATED = ("title", "description", "license", "publisher", "issued", "modified", "bibliographicCitation")


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: its name, also in the first line of the file.
        about: what it means.
        type: its datatype: string, boolean, integer, gYear, date, or indicator, which is 1 or 0.
        required: whether every row has a value.
        list: whether it may hold several values, separated by spaces.
        refers: the table whose key it holds.
        path: whether identifiers keep the kind of thing, as in ``source/CH-TXT``.
        pattern: what a string has to look like.
        null: what stands where nothing is known, if not an empty cell.
    """

    name: str
    about: str
    type: str = "string"
    required: bool = False
    list: bool = False
    refers: str | None = None
    path: bool = False
    pattern: str | None = None
    null: str | None = None

    @property
    def is_foreign_key(self) -> bool:
        """Whether it can be declared as one: validators take an empty cell for a reference to nothing, and a list for
        one value.
        """
        return self.refers is not None and self.required and not self.list


@dataclass(frozen=True)
class Table:
    """A table: its name, its title, its key, its columns, and the IRI a row is about, as a URI template."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    about: str | None = None

    @property
    def file(self) -> str:
        """The name of its file."""
        return f"{self.name}.csv"

    @property
    def parquet(self) -> str:
        """The name of its file in Parquet."""
        return f"{self.name}.parquet"

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


Cells = tuple[str, ...]


def tables() -> tuple[Table, ...]:
    """The tables of a release, in the order of their description."""
    described = tomllib.loads((_QUERIES / "tables.toml").read_text("utf-8"))
    return tuple(
        Table(
            name,
            about["title"],
            tuple(about["key"]),
            tuple(Column(**column) for column in about["columns"]),
            about.get("about"),
        )
        for name, about in described.items()
    )


def write_tables(
    build: Build,
    timeline: Timeline,
    folder: Path,
    *,
    last_year: int,
    on_file: Callable[[str], object] = lambda name: None,
) -> list[Path]:
    """Write the tables of a build into a folder, and their metadata.

    Args:
        build: what to write.
        timeline: its duties, from which the dyad-years are counted.
        folder: where to; it is made if it is not there.
        last_year: the last year of the dyad-years; the first is that of the first pledge.
        on_file: called with the name of each file before it is written.

    Raises:
        MissingFile: the folder cannot be written.
    """
    written = []
    for table in tables():
        on_file(table.file)
        write_text(folder / table.file, table_text(table, build, timeline, last_year=last_year))
        written.append(folder / table.file)
    on_file(METADATA)
    write_text(folder / METADATA, metadata_text(build))
    return [*written, folder / METADATA]


def table_text(table: Table, build: Build, timeline: Timeline, *, last_year: int) -> str:
    """A table of a build as CSV; the arguments are those of `write_tables`."""
    project = build.identity.names
    if table.name == "dyad_years":
        codes = state_codes(quad.triple for quad in build.asserted())
        return _csv(table, dyad_rows(table.header, timeline, last_year, codes, project))
    return _csv(table, rows_of(table, open_store(build.store), project))


def metadata_text(build: Build) -> str:
    """The metadata of all tables of a build, as JSON."""
    project = build.identity.names
    description = csvw_metadata(static_description((quad.triple for quad in build.asserted()), project), project)
    return json.dumps(description, ensure_ascii=False, indent=2) + "\n"


def rows_of(table: Table, store: Store, project: Namespaces) -> list[Cells]:
    """The rows of a table that a query answers, in the order of its key, with identifiers by a project's names."""
    answer = run(store, (_QUERIES / f"{table.name}.rq").read_text("utf-8"))
    key = [answer.variables.index(name) for name in table.key]
    values: dict[Cells, dict[str, set[str]]] = {}
    columns = {column.name: column for column in table.columns}
    for solution in answer.rows:
        cells = values.setdefault(tuple(str(solution[place]) for place in key), {})
        for name, term in zip(answer.variables, solution, strict=True):
            if term is not None:
                cells.setdefault(name, set()).add(_cell(term, columns[name], project))
    return sorted(
        tuple(_fold(cells.get(column.name, ()), column) for column in table.columns) for cells in values.values()
    )


def csvw_metadata(description: Iterable[Triple], project: Namespaces) -> dict[str, object]:
    """The metadata of all tables, as CSV on the Web has it.

    Args:
        description: what is said of the dataset: its license, its dates.
        project: the namespaces of the project.
    """
    about: dict[str, object] = {}
    for triple in sorted(description, key=str):
        name = triple.predicate.value.removeprefix(DCTERMS.iri)
        if name not in _REPEATED:
            continue
        if isinstance(triple.object, NamedNode):
            about[f"dc:{name}"] = {"@id": triple.object.value}
        elif isinstance(triple.object, Literal) and triple.object.language in (None, "en"):
            about[f"dc:{name}"] = triple.object.value
    every = tables()
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        **about,
        "tables": [_table_metadata(table, {other.name: other for other in every}, project) for table in every],
    }


def _table_metadata(table: Table, every: Mapping[str, Table], project: Namespaces) -> dict[str, object]:
    schema: dict[str, object] = {
        "columns": [_column_metadata(column, every) for column in table.columns],
        "primaryKey": list(table.key),
        "foreignKeys": [
            {
                "columnReference": column.name,
                "reference": {"resource": every[column.refers].file, "columnReference": every[column.refers].key[0]},
            }
            for column in table.columns
            if column.refers and column.is_foreign_key
        ],
    }
    if table.about:
        schema["aboutUrl"] = project.id + table.about
    return {"url": table.file, "dc:title": table.title, "tableSchema": schema}


def _column_metadata(column: Column, every: Mapping[str, Table]) -> dict[str, object]:
    described: dict[str, object] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.about,
        "datatype": {"base": "string", "format": column.pattern} if column.pattern else _DATATYPES[column.type],
    }
    if column.required:
        described["required"] = True
    if column.null:
        described["null"] = column.null
    if column.list:
        described["separator"] = _SEPARATOR
    if column.refers and not column.is_foreign_key:
        described["dc:references"] = {"@id": every[column.refers].file}
    return described


def _csv(table: Table, rows: Iterable[Cells]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(rows)
    return text.getvalue()


def _fold(found: Iterable[str], column: Column) -> str:
    values = sorted(found)
    return _SEPARATOR.join(values) if column.list else values[0] if values else ""


def _cell(term: object, column: Column, project: Namespaces) -> str:
    """A term as a table has it: an identifier without what its column says already, a date without a time."""
    if isinstance(term, Literal):
        return term.value.partition("T")[0] if term.datatype == XSD.dateTime else term.value
    assert isinstance(term, NamedNode)
    if term.value.startswith(CASUS.iri):
        return term.value.removeprefix(CASUS.iri)
    return short_identifier(term.value, project, whole=column.path)
