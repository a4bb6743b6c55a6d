"""Where a query has a mistake, for an editor that marks it while it is written."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import BadRequest

from kg.errors import QueryError
from kg.pool.task import QueryTask
from kg.web.mistakes import find_mistake
from kg.web.openapi import QUERY_ERRORS, Parameter, documented
from kg.web.service import Service

#: A graph that is not there: to ask it alone is to have a query read, and nothing looked up.
_NOWHERE = "urn:x-casus:nowhere"


def add_check(app: Flask, service: Service) -> None:
    """Add the route that reads queries without an answer."""

    @app.get("/query/mistake")
    @documented(
        "What is wrong with a query, with its line and column; an empty object if it can be read.",
        ("application/json",),
        (Parameter("query", "A query in SPARQL 1.1.", example="SELECT * { ?s ?p }"),),
        (200, 304, *QUERY_ERRORS),
    )
    def mistake() -> Response:
        if not request.args.get("query"):
            raise BadRequest("the parameter 'query' is missing")
        response: Response = app.json.response(_mistake(service, request.args["query"]))  # type: ignore[assignment]
        return response


def _mistake(service: Service, query: str) -> dict[str, str | int]:
    try:
        service.run(QueryTask(query, {}, (_NOWHERE,), (_NOWHERE,))).close()
    except QueryError as error:
        place = find_mistake(query, str(error))
        return {"message": str(error)} | ({} if place is None else {"line": place.line, "column": place.column})
    return {}
