"""Who answers queries for the web application: a pool of workers, or a store in this process."""

from __future__ import annotations

import time
from threading import Lock
from typing import Protocol

from pyoxigraph import Store

from kg.errors import BadInput, CasusError
from kg.pool.limits import Limits
from kg.pool.pool import Pool
from kg.pool.source import Source
from kg.pool.task import QueryTask, Reply
from kg.remote.credentials import credentials_of
from kg.remote.endpoint import Endpoint
from kg.sparql.query import run

__all__ = ["Executor", "LocalExecutor", "QueryTask", "RemotePool", "Reply"]

#: Seconds that a store elsewhere has to show that it is there, and for which this is believed.
_PROBE_SECONDS = 3


class Executor(Protocol):
    """Answers queries. `kg.pool.pool.Pool` is the one that a server on the web needs."""

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
            QueryError: see `kg.sparql.query.run`.
            BadInput: the task is about a day.
        """
        if task.day is not None:
            raise BadInput("this server has no builds, and so no days to look back to")
        answer = run(self._store, task.text, default_graphs=task.default_graphs, named_graphs=task.named_graphs)
        if answer.kind not in task.formats:
            return Reply(answer.kind, None, absent_graphs=answer.absent_graphs)
        name = task.formats[answer.kind]
        body = answer.serialize(name, task.rows)
        return Reply(answer.kind, name, iter([body]), len(body), answer.absent_graphs)


class RemotePool(Pool):
    """A pool whose workers ask a store elsewhere: it is ready as long as that store has what is served."""

    def __init__(self, source: Source, limits: Limits) -> None:
        """Start the processes; raises as `Pool`, and BadInput if the credentials cannot be used."""
        super().__init__(source, limits)
        assert source.remote is not None
        self._endpoint = Endpoint(source.remote.url, credentials_of(), timeout=_PROBE_SECONDS)
        self._needed = source.remote.merged
        self._probing = Lock()
        self._asked, self._there = 0.0, False

    @property
    def ready(self) -> bool:
        """Whether the next query would be answered, as it was some seconds ago."""
        return super().ready and self._is_there()

    def _is_there(self) -> bool:
        with self._probing:
            if time.monotonic() - self._asked > _PROBE_SECONDS:
                try:
                    self._there = self._endpoint.holding(self._needed) >= set(self._needed)
                except CasusError:
                    self._there = False
                self._asked = time.monotonic()
            return self._there
