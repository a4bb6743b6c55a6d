"""For whoever runs the server: whether it is ready, how it fares, and who asked what.

Queries go into the log as hashes only: enough to find what one client asks again and again, and to compare with a query
one has, without keeping what strangers have written.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Protocol

from flask import Blueprint, Response, g, request

from kg.messages import say
from kg.web.openapi import PLAIN, documented

#: Upper bounds of the histogram of answers' times, in seconds.
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Workers(Protocol):
    """What is asked of the pool; `kg.pool.pool.Pool` is one."""

    @property
    def ready(self) -> bool:
        """Whether the next query would be answered."""

    def numbers(self) -> dict[str, int]:
        """Counts by name; the names of those that only grow end in ``_total``."""


class Metrics:
    """Counts of answers by status, and how long they took; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._statuses: Counter[int] = Counter()
        self._buckets = [0] * len(_BOUNDS)
        self._seconds = 0.0

    def add(self, status: int, seconds: float) -> None:
        """Count an answer."""
        with self._lock:
            self._statuses[status] += 1
            self._seconds += seconds
            for index, bound in enumerate(_BOUNDS):
                self._buckets[index] += seconds <= bound

    def lines(self) -> Iterator[str]:
        """The counts in Prometheus' text format.

        https://prometheus.io/docs/instrumenting/exposition_formats/
        """
        with self._lock:
            statuses, buckets, seconds = dict(self._statuses), list(self._buckets), self._seconds
        yield "# HELP casus_http_responses_total Answers by status."
        yield "# TYPE casus_http_responses_total counter"
        for status, count in sorted(statuses.items()):
            yield f'casus_http_responses_total{{status="{status}"}} {count}'
        yield "# HELP casus_http_seconds Seconds from a request to its answer."
        yield "# TYPE casus_http_seconds histogram"
        for bound, count in zip(_BOUNDS, buckets, strict=True):
            yield f'casus_http_seconds_bucket{{le="{bound}"}} {count}'
        total = sum(statuses.values())
        yield f'casus_http_seconds_bucket{{le="+Inf"}} {total}'
        yield f"casus_http_seconds_sum {seconds:.6f}"
        yield f"casus_http_seconds_count {total}"


def operations(workers: Workers, metrics: Metrics, *, access_log: bool = False) -> Blueprint:
    """``/health``, ``/metrics``, counts of all answers and, if asked for, a line of JSON on standard error for each."""
    blueprint = Blueprint("operations", __name__)

    @blueprint.get("/health")
    @documented("Whether the server is ready to answer.", (PLAIN,), (), (200, 503))
    def health() -> Response:
        if workers.ready:
            return _unkept("ready\n")
        return _unkept("not ready\n", 503)

    @blueprint.get("/metrics")
    @documented("Counters for Prometheus.", (PLAIN,), (), (200,))
    def show_metrics() -> Response:
        lines = [*metrics.lines(), *_worker_lines(workers.numbers())]
        response = _unkept("\n".join(lines) + "\n")
        response.content_type = "text/plain; version=0.0.4; charset=utf-8"
        return response

    @blueprint.before_app_request
    def begin() -> None:
        g.begin = time.perf_counter()

    @blueprint.after_app_request
    def count(response: Response) -> Response:
        seconds = time.perf_counter() - g.begin if "begin" in g else 0.0
        metrics.add(response.status_code, seconds)
        if access_log:
            say(_entry(response, seconds))
        return response

    return blueprint


def query_hash(query: str) -> str:
    """A short name of a query: the first 16 digits of the SHA-256 of its UTF-8."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _entry(response: Response, seconds: float) -> str:
    query = g.get("query")
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": request.remote_addr,
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "bytes": response.content_length,
        "query": None if query is None else query_hash(query),
        "agent": request.headers.get("User-Agent"),
    }
    # JSON escapes what is not ASCII, line breaks and control characters, so that an entry is a line whatever it holds.
    return json.dumps({name: value for name, value in entry.items() if value is not None})


def _worker_lines(numbers: dict[str, int]) -> Iterable[str]:
    outcomes = {name.removesuffix("_total"): count for name, count in numbers.items() if name.endswith("_total")}
    yield "# HELP casus_workers_started_total Processes for queries that have been started."
    yield "# TYPE casus_workers_started_total counter"
    yield f"casus_workers_started_total {outcomes.pop('started', 0)}"
    yield "# HELP casus_queries_total Queries by how they ended."
    yield "# TYPE casus_queries_total counter"
    for name, count in sorted(outcomes.items()):
        yield f'casus_queries_total{{outcome="{name}"}} {count}'
    yield "# HELP casus_queries Queries and processes at this moment."
    yield "# TYPE casus_queries gauge"
    for name, count in numbers.items():
        if not name.endswith("_total"):
            yield f'casus_queries{{state="{name}"}} {count}'


def _unkept(text: str, status: int = 200) -> Response:
    response = Response(text, status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
