"""Who answers queries for the web application: a pool of workers, or a store in this process."""

from __future__ import annotations

from typing import Protocol

from pyoxigraph import Store

from kg.errors import BadInput
from kg.querying.query import run
from kg.querying.task import QueryTask, Reply

__all__ = ["Executor", "LocalExecutor", "QueryTask", "Reply"]


class Executor(Protocol):
    """Answers queries. `kg.querying.workers.Pool` is the one that a server on the web needs."""

    def run(self, task: QueryTask) -> Reply:
        """Answer a query.

        Raises:
            CasusError: the query is refused, is not SPARQL, took too long or too much, or nobody is free to answer it;
                `http_status` and `retry_after` say how to tell the client.
        """

    @property
    def ready(self) -> bool:
        """Whether the next query would be answered."""


class LocalExecutor:
    """Answers in this process from an open store: for trusted queries and for tests. There are no days here."""

    ready = True

    def __init__(self, store: Store) -> None:
        """Answer from a store."""
        self._store = store

    def run(self, task: QueryTask) -> Reply:
        """Answer a query; the answer is whole before the first chunk is read.

        Raises:
            QueryError: see `kg.querying.query.run`.
            BadInput: the task is about a day.
        """
        if task.day is not None:
            raise BadInput("this server has no builds, and so no days to look back to")
        answer = run(self._store, task.text, default_graphs=task.default_graphs, named_graphs=task.named_graphs)
        if answer.kind not in task.formats:
            return Reply(answer.kind, None)
        name = task.formats[answer.kind]
        body = answer.serialize(name, task.rows)
        return Reply(answer.kind, name, iter([body]), len(body))
