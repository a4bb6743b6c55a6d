"""For whoever runs the server: whether it is ready, how it fares, and who asked what.

Queries go into the log as hashes only: enough to find what one client asks again and again, and to compare with a query
one has, without keeping what strangers have written.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

from flask import Blueprint, Response, g, request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from kg.messages import say
from kg.web.openapi import PLAIN, documented
from kg.web.wsgi import BEGIN, QUERY

#: Upper bounds of the histogram of answers' times, in seconds.
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Workers(Protocol):
    """What is asked of the pool; `kg.pool.pool.Pool` is one."""

    @property
    def ready(self) -> bool:
        """Whether the next query would be answered."""

    def numbers(self) -> dict[str, int]:
        """Counts by name; the names of those that only grow end in ``_total``."""


class Reasoners(Protocol):
    """What is asked of the desk; `kg.pool.desk.ProcessDesk` is one."""

    def numbers(self) -> dict[str, int]:
        """Counts as those of `Workers`."""


class Metrics:
    """Counts of answers by status, and how long they took; threads may share it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter("casus_http_responses", "Answers by status.", ["status"], registry=self.registry)
        self._repeated = Counter(
            "casus_http_repeated", "Answers that were kept and given again.", registry=self.registry
        )
        self._seconds = Histogram(
            "casus_http_seconds", "Seconds from a request to its answer.", buckets=_BOUNDS, registry=self.registry
        )

    def add(self, status: int, seconds: float, *, repeated: bool = False) -> None:
        """Count an answer, and as well that it was kept and given again."""
        self._repeated.inc(repeated)
        self._answers.labels(status).inc()
        self._seconds.observe(seconds)


class _Tally(Collector):
    """The counts of processes and of what they do, as Prometheus collects them."""

    def __init__(self, of: Reasoners, processes: str, work: str, what: str) -> None:
        self._of, self._processes, self._work, self._what = of, processes, work, what

    def collect(self) -> Iterator[Metric]:
        work, what = self._work, self._what
        started = CounterMetricFamily(self._processes, f"Processes for {what.lower()} that have been started.")
        outcomes = CounterMetricFamily(work, f"{what} by how they ended.", labels=["outcome"])
        states = GaugeMetricFamily(work, f"{what} and processes at this moment.", labels=["state"])
        for name, count in sorted(self._of.numbers().items()):
            if name == "started_total":
                started.add_metric([], count)
            elif name.endswith("_total"):
                outcomes.add_metric([name.removesuffix("_total")], count)
            else:
                states.add_metric([name], count)
        yield from (started, outcomes, states)


def operations(
    workers: Workers, metrics: Metrics, reasoners: Reasoners | None = None, *, access_log: bool = False
) -> Blueprint:
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
        written = generate_latest(metrics.registry)
        written += generate_latest(_Tally(workers, "casus_workers_started", "casus_queries", "Queries"))
        if reasoners is not None:
            written += generate_latest(_Tally(reasoners, "casus_clerks_started", "casus_inquiries", "Inquiries"))
        response = _unkept(written.decode())
        response.content_type = CONTENT_TYPE_PLAIN_0_0_4
        return response

    @blueprint.before_app_request
    def begin() -> None:
        g.begin = request.environ.get(BEGIN) or time.perf_counter()

    @blueprint.after_app_request
    def count(response: Response) -> Response:
        seconds = time.perf_counter() - g.begin if "begin" in g else 0.0
        metrics.add(response.status_code, seconds)
        query = g.get("query")
        name = request.environ[QUERY] = None if query is None else query_hash(query)
        if access_log:
            client, path, length = request.remote_addr, request.path, response.content_length
            agent = request.headers.get("User-Agent")
            say(log_entry(client, request.method, path, response.status_code, seconds, length, name, agent))
        return response

    return blueprint


def query_hash(query: str) -> str:
    """A short name of a query: the first 16 digits of the SHA-256 of its UTF-8."""
    return hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def log_entry(
    client: str | None,
    method: str,
    path: str,
    status: int,
    seconds: float,
    length: int | None,
    query: str | None,
    agent: str | None,
) -> str:
    """A line of the access log: JSON, with the hash of the query and not the query."""
    entry = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": client,
        "method": method,
        "path": path,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "bytes": length,
        "query": query,
        "agent": agent,
    }
    # JSON escapes what is not ASCII, line breaks and control characters, so that an entry is a line whatever it holds.
    return json.dumps({name: value for name, value in entry.items() if value is not None})


def _unkept(text: str, status: int = 200) -> Response:
    response = Response(text, status, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response
