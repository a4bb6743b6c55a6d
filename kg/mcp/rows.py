"""The tool `query`: the rows of an answer, with labels, and with a word where they may mislead."""

from __future__ import annotations

from datetime import date

from pyoxigraph import NamedNode

from kg.build.questions import stated_day
from kg.mcp.teller import Teller
from kg.mcp.typed import Told, ToldValue
from kg.pool.task import QueryTask
from kg.sparql.completeness import told
from kg.sparql.unknown import matched_terms
from kg.web.client import READABLE, nodes, read_rows

#: Terms of a query that one query of ours looks for: it may be only so complex.
_AT_ONCE = 20


class AnswerRows(Told):
    """The answer to a query."""

    rows: list[dict[str, ToldValue]] = []
    """What SELECT finds, by variable; of CONSTRUCT and DESCRIBE the triples, by subject, predicate and object."""

    boolean: bool | None = None
    """What ASK answers."""

    columns: list[str] = []
    """The variables, in their order."""

    more: bool = False
    """Whether there are more rows than were asked for."""

    caveats: list[str] = []
    """What to know before the answer is passed on: terms that the graph does not know, lists that may lack something,
    days that the sources do not reach. Repeat them to whoever asked."""


def answer_query(teller: Teller, sparql: str, as_of: date | None, most: int) -> AnswerRows:
    """The answer to a query.

    Args:
        teller: whom to ask.
        sparql: SPARQL 1.1 Query. The project's prefixes need no declaration.
        as_of: the day of which it is asked, by default the one that it states at its head.
        most: rows that are told.

    Raises:
        CasusError: as `kg.pool.pool.Pool.run`.
    """
    day = as_of or stated_day(sparql)
    reply = teller.service.executor.run(QueryTask(sparql, READABLE, day=day, rows=most + 1))
    absent = reply.absent_graphs
    found = read_rows(reply, most + 1)
    rows = [
        {name: value for name, value in zip(found.variables, row, strict=True) if value is not None}
        for row in teller.values(found.rows[:most], day)
    ]
    return AnswerRows(
        rows=rows,
        boolean=found.boolean,
        columns=[] if found.kind == "boolean" else list(found.variables),
        more=len(found.rows) > most,
        caveats=[f"there is no graph <{name}>; it counts as empty" for name in absent] + _caveats(teller, sparql, day),
    )


def _caveats(teller: Teller, sparql: str, day: date | None) -> list[str]:
    names, library = teller.service.site.names, teller.service.library
    caveats = []
    for unknown in _unknown(teller, matched_terms(sparql, names), day):
        near = teller.near(unknown.value)
        hint = f"; near it are {', '.join(near)}" if near else "; the tool find looks names up, schema terms"
        caveats.append(f"the graph does not know {teller.term(unknown)}{hint}")
    if (caveat := library.currency.caveat(day)) is not None:
        caveats.append(caveat)
    if (incomplete := told(library.completeness.open_lists(sparql, day, names), names)) is not None:
        caveats.append(incomplete)
    return caveats


def _unknown(teller: Teller, iris: list[str], day: date | None) -> list[NamedNode]:
    """Those that no statement mentions."""
    asked = [node for node in nodes(iris) if node.value not in teller.service.library.things]
    known: set[NamedNode] = set()
    for begin in range(0, len(asked), _AT_ONCE):
        known |= set(teller.asker(day).mentioned(asked[begin : begin + _AT_ONCE]))
    return [node for node in asked if node not in known]
