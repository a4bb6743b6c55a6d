"""The tables of the graph as files for R, pandas and spreadsheets, and their codebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, url_for
from werkzeug.exceptions import NotFound

from kg.errors import BadInput
from kg.export.csvw import METADATA
from kg.export.table_codebook import CODEBOOK
from kg.export.table_files import TABLE_FORMATS
from kg.export.table_reading import in_python, in_r, in_stata
from kg.export.tables import Table, tables
from kg.web.markup import dataset_markup
from kg.web.negotiation import HTML
from kg.web.openapi import Parameter, documented
from kg.web.service import Service, link
from kg.web.urls import absolute
from kg.web.views.view import View

_METADATA_TYPE = "application/csvm+json"
_TYPES = {name: form.media_type for name, form in TABLE_FORMATS.items()}
_CONTENT_TYPES = _TYPES | {
    "csv": f"{_TYPES['csv']}; charset=utf-8; header=present",
    "json": _METADATA_TYPE,
    "md": "text/markdown; charset=utf-8",
}
#: Bytes of a file that are read at once.
_PIECE = 64 * 1024


@dataclass(frozen=True)
class CodebookTable:
    """A table in the codebook, where it is, and how it is read."""

    table: Table
    address: str
    in_r: str
    in_python: str
    in_stata: str


def add_tables(app: Flask, service: Service) -> None:
    """Add the routes of the tables."""
    kept = service.library.tables
    assert kept is not None

    @app.get("/tables", endpoint="tables")
    @documented("The codebook of the tables: what each column means, and how to read them.", (HTML,))
    def tables_page() -> str:
        kept.prepare()
        view = View.of_request(service)
        return view.render(
            "tables.html",
            canonical=view.canonical(),
            tables=[_entry(service, table) for table in tables()],
            metadata=url_for("table", name=METADATA),
            codebook=url_for("table", name=CODEBOOK),
            formats=[form for form in TABLE_FORMATS.values() if form.name != "csv" and form.is_installed()],
            license=service.library.license,
            version=service.library.version,
            known_to=service.library.currency.known_to,
            markup=_markup(view),
        )

    @app.get("/tables/<name>")
    @documented(
        "A table in CSV, as a release has it, in Parquet or in Stata's format; the metadata of all by CSV on the Web; "
        "or their codebook.",
        (*_TYPES.values(), _METADATA_TYPE, "text/markdown"),
        (Parameter("name", "The name of the file.", example="memberships.csv", in_path=True),),
        (200, 304, 404),
    )
    def table(name: str) -> Response:
        try:
            path = kept.file(name)
        except BadInput as error:
            raise NotFound(str(error)) from error
        response = _send(path, _CONTENT_TYPES[name.rpartition(".")[2]])
        # https://www.w3.org/TR/tabular-data-model/#link-header
        response.headers.add("Link", f'<{url_for("table", name=METADATA)}>; rel="describedby"; type="{_METADATA_TYPE}"')
        if service.library.license is not None:
            link(response, service.library.license, "license")
        return response


def _send(path: Path, content_type: str) -> Response:
    """A file piece by piece; as a whole to HTTP/1.0, whose clients could not tell if it were cut off."""
    if request.environ["SERVER_PROTOCOL"] == "HTTP/1.0":
        return Response(path.read_bytes(), content_type=content_type)
    response = Response(_pieces(path), content_type=content_type)
    response.content_length = path.stat().st_size
    return response


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece


def _entry(service: Service, table: Table) -> CodebookTable:
    address = absolute(service.site, "table", name=table.file)
    in_format = absolute(service.site, "table", name=TABLE_FORMATS["dta"].file(table))
    return CodebookTable(table, address, in_r(table, address), in_python(table, address), in_stata(table, in_format))


def _markup(view: View) -> dict[str, Any]:
    """The dataset with its tables as further files, for search engines."""
    markup = dataset_markup(view.service.site, view.service.library, view.reader)
    files = [
        {
            "@type": "DataDownload",
            "name": table.title,
            "encodingFormat": _TYPES["csv"],
            "contentUrl": absolute(view.service.site, "table", name=table.file),
        }
        for table in tables()
    ]
    columns = dict.fromkeys(column.name for table in tables() for column in table.columns)
    return markup | {"distribution": [*files, *markup["distribution"]], "variableMeasured": list(columns)}
