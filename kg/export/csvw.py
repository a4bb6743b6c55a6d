"""What the tables hold as metadata by the W3C's CSV on the Web: https://www.w3.org/TR/tabular-metadata/.

They tell a program all that the description of the tables tells a reader: datatypes, keys, references, license.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from kg.build.store import Build
from kg.export.describe import static_description
from kg.export.tables import SEPARATOR, Column, Table, tables
from kg.terms import DCTERMS, Namespaces

METADATA = "csv-metadata.json"

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


def metadata_text(build: Build) -> str:
    """The metadata of all tables of a build, as JSON."""
    project = build.identity.names
    description = csvw_metadata(static_description((quad.triple for quad in build.asserted()), project), project)
    return json.dumps(description, ensure_ascii=False, indent=2) + "\n"


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
        described["separator"] = SEPARATOR
    if column.refers and not column.is_foreign_key:
        described["dc:references"] = {"@id": every[column.refers].file}
    return described
