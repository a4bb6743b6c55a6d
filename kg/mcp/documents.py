"""What a client can read as a whole: the ontology, the shapes, the codebook of the tables, the prefixes."""

from __future__ import annotations

import io

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ResourceError

from kg.errors import CasusError
from kg.export.csvw import METADATA
from kg.pool.task import QueryTask
from kg.rdf.formats import graph_format
from kg.web.ontology import axioms
from kg.web.service import Service

_TURTLE = "text/turtle"


def add_documents(server: MCPServer, service: Service) -> None:
    """Add the resources of a service."""

    @server.resource("casus://ontology", title="The ontology", mime_type=_TURTLE)
    def ontology() -> str:
        """All classes and properties with their definitions, in Turtle. The tool schema tells of some by topic."""
        try:
            query = axioms(service.library.ontology_graphs)
            return service.executor.run(QueryTask(query, {"graph": "turtle"})).read().decode()
        except CasusError as error:
            raise ResourceError(str(error)) from error

    @server.resource("casus://shapes", title="The shapes", mime_type=_TURTLE)
    def shapes() -> str:
        """What the data satisfy, in SHACL."""
        out = io.BytesIO()
        graph_format("turtle").write(service.library.shapes, out, service.site.names)
        return out.getvalue().decode()

    @server.resource("casus://codebook", title="The codebook", mime_type="application/csvm+json")
    def codebook() -> str:
        """What each column of each table of a release means, as CSV on the Web has it."""
        tables = service.library.tables
        if tables is None:
            raise ResourceError("there are no tables here: no duties are on record")
        try:
            return tables.file(METADATA).read_text(encoding="utf-8")
        except CasusError as error:
            raise ResourceError(str(error)) from error

    @server.resource("casus://prefixes", title="The prefixes", mime_type="application/sparql-query")
    def prefixes() -> str:
        """The prefixes that queries need not declare."""
        declared = service.site.names.prefixes.items()
        return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in sorted(declared))
