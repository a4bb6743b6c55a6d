"""What a request of the SPARQL Protocol asks, and in which forms it can have the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from flask import Request

from kg.pool.task import QueryTask, Reply
from kg.sparql.answer import AnswerKind
from kg.web.answers import MAX_ROWS
from kg.web.client import READABLE
from kg.web.negotiation import PAGE, Choice, forms
from kg.web.operation import Operation, read_operation

#: Where a request has what it asks, and what came of its query, if somebody has seen to that before.
_ASKED, _OUTCOME = "casus.asked", "casus.outcome"

#: What came of a query: the answer, what gives it after a wait, or why there is none.
ReplyOrReason: TypeAlias = Reply | Callable[[], Reply] | Exception


@dataclass(frozen=True)
class ProtocolQuery:
    """An operation, and what is made of it.

    Attributes:
        operation: what is asked.
        choices: for each kind of answer the form that the client likes best; None if it likes none there is.
        task: what to have answered; None without a query.
    """

    operation: Operation
    choices: Mapping[AnswerKind, Choice | None]
    task: QueryTask | None

    @property
    def for_people(self) -> bool:
        """Whether some answer would be a page."""
        return PAGE in self.choices.values()


def read_protocol_query(request: Request) -> ProtocolQuery:
    """What a request asks; raises as `read_operation`."""
    operation = read_operation(request)
    choices = forms(request, operation.formats)
    if operation.query is None:
        return ProtocolQuery(operation, choices, None)
    formats: dict[AnswerKind, str] = {}
    for kind, choice in choices.items():
        if choice is not None:
            formats[kind] = READABLE[kind] if choice == PAGE else cast("str", choice.format_name)
    only_pages = all(choice == PAGE for choice in choices.values())
    return ProtocolQuery(operation, choices, operation.task(formats, MAX_ROWS + 1 if only_pages else None))


def protocol_query_of(request: Request) -> ProtocolQuery:
    """What a request asks, unless somebody has read it before; raises as `read_operation`."""
    asked: ProtocolQuery | None = request.environ.get(_ASKED)
    return asked or read_protocol_query(request)


def reply_of(request: Request) -> Reply | None:
    """The answer to the query of a request, if it was put to a worker before; raises what went wrong."""
    outcome: ReplyOrReason | None = request.environ.get(_OUTCOME)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome if outcome is None or isinstance(outcome, Reply) else outcome()


def leave(environ: dict[str, Any], asked: ProtocolQuery, outcome: ReplyOrReason) -> None:
    """Leave with a request, for whoever answers it, what it asks and what came of its query."""
    environ[_ASKED], environ[_OUTCOME] = asked, outcome
