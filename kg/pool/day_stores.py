"""The stores of the graphs as of days: found, or made by a worker that does nothing else."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

from kg.build.as_of import find_snapshot
from kg.build.store import Build
from kg.errors import BadInput, Busy, QueryTimeout
from kg.pool.forkserver import Worker
from kg.pool.limits import Limits
from kg.pool.source import Source
from kg.pool.wire import pack_value, unpack_error

#: Queries about days that nobody has asked about before, at the same time: each that waits keeps a thread from others.
_NEW_DAYS = 8


class DayStores:
    """Finds the store of a day, and has it made if nobody has asked for it yet. Threads may share it."""

    def __init__(self, source: Source, limits: Limits, fork: Callable[[str], Worker]) -> None:
        """Begin with what is queried; `fork` starts a worker of a role."""
        self._source = source
        self._limits = limits
        self._fork = fork
        self._making = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_NEW_DAYS)
        self._worker: Worker | None = None

    def folder(self, day: date | None) -> Path | None:
        """The store of the graph as of a day; without a day, and where the store is elsewhere, there is none.

        Raises:
            BadInput, Inconsistent: there is no graph as of that day.
            Busy: too many others wait for days.
            QueryTimeout: it took too long.
        """
        if day is None or self._source.remote is not None:
            return None
        build = self._source.build
        if build is None:
            raise BadInput("there are no days here: what is served was not built as a project")
        present = find_snapshot(build, day)
        if present is not None:
            return present
        busy = Busy("the graphs as of other days are being made; try again in a few seconds")
        if not self._waiting.acquire(blocking=False):
            raise busy
        try:
            if not self._making.acquire(timeout=self._limits.queue_seconds):
                raise busy
            try:
                return find_snapshot(build, day) or self._make(build, day)
            finally:
                self._making.release()
        finally:
            self._waiting.release()

    def close(self) -> None:
        """Let the worker go."""
        if self._worker is not None:
            self._worker.channel.close()

    def _make(self, build: Build, day: date) -> Path:
        if self._worker is None or self._worker.channel.has_ended():
            self._worker = self._fork("snapshots")
        worker, self._worker = self._worker, None
        seconds = self._limits.snapshot_seconds
        try:
            worker.channel.send(
                pack_value({"build": os.fspath(build.folder), "day": day.isoformat(), "seconds": seconds})
            )
            message = worker.channel.receive(seconds)
        except (TimeoutError, OSError):
            message = None
        if message is None:
            worker.server.reap(worker)
            raise QueryTimeout(f"the graph as of {day} could not be made in {seconds:g} s")
        self._worker = worker
        made = message.value()
        if "error" in made:
            raise unpack_error(made)
        return Path(made["store"])
