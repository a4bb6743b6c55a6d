"""The process that hosts the application: what it serves, the workers it has, and how it takes in a new build."""

from __future__ import annotations

import atexit
import hashlib
import multiprocessing
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from pyoxigraph import NamedNode

import kg
from kg.build.questions import read_questions
from kg.build.store import Build
from kg.errors import CasusError, ProjectError, StoreError
from kg.messages import say
from kg.pool.desk import ProcessDesk
from kg.pool.limits import Limits
from kg.pool.pool import Pool
from kg.pool.source import Remote, Source
from kg.project import open_project
from kg.remote.credentials import credentials_of
from kg.remote.endpoint import Endpoint
from kg.web.app import app_of
from kg.web.asgi import Beside, Gateway, Served
from kg.web.direct import direct_answers
from kg.web.executor import RemotePool
from kg.web.kept_answers import KeptAnswer
from kg.web.metrics import Metrics, log_entry, operations
from kg.web.questions import GENERAL
from kg.web.service import Service
from kg.web.site import Library, Site
from kg.web.wsgi import QUERY, Environ

#: Makes, of what answers and of its limits, an application that is served beside the one of the pages.
MakeBeside = Callable[[Service, Limits], Beside]


@dataclass(frozen=True)
class HostConfig:
    """What is served, and how.

    Attributes:
        source: what is queried.
        limits: what queries and requests may take.
        questions: the ``.rq`` files that are shown as examples; those of the project, if it is one.
        site: the server's addresses and words.
        access_log: whether there is a line on standard error for each answer.
        url: where a store elsewhere, to which the source's build was published, answers in its stead.
        project: the folder of the project, to build again when the server is told to reload.
        beside: makes what is served beside the application, in the process that hosts it.
    """

    source: Source
    limits: Limits
    questions: tuple[Path, ...]
    site: Site
    access_log: bool = False
    url: str | None = None
    project: Path | None = None
    beside: MakeBeside | None = None

    def renewed(self) -> HostConfig:
        """The same as it is now: a project is built, unless nothing in it has changed.

        Raises:
            ProjectError: the project cannot be built; the lines before on standard error say why.
        """
        if self.project is None:
            return self
        program = f"import sys; sys.path[:] = {sys.path!r}; from kg.cli import main; main()"
        command = [sys.executable, "-c", program, "--project", os.fspath(self.project), "build"]
        built = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
        if built.returncode != 0:
            raise ProjectError("the project cannot be built; the last build is served on", file=self.project)
        source = Source(Build(Path(built.stdout.strip())).hold())
        return replace(self, source=source, questions=tuple(open_project(self.project).questions))

    def open(self, metrics: Metrics) -> Served:
        """The application, the processes that work for it, and what is beside it.

        Raises:
            CasusError: what is to be served cannot be loaded, or the workers do not start.
        """
        service, workforce = self.employ()
        app = app_of(service)
        app.config["MAX_CONTENT_LENGTH"] = self.limits.body_bytes
        app.register_blueprint(operations(workforce.pool, metrics, workforce.desk, access_log=self.access_log))
        beside = self.beside(service, self.limits) if self.beside else None
        return Served(app, workforce, direct_answers(service, workforce.pool), beside)

    def employ(self) -> tuple[Service, Workforce]:
        """What answers, without an application, and the processes that work for it; raises as `open`."""
        pool, site = self.pool(), self._site()
        desk = None if self.source.build is None else ProcessDesk(self.source.build, self.limits)
        return Service(site, Library(site), pool, desk), Workforce(pool, desk)

    def pool(self) -> Pool:
        """Workers that answer queries.

        Raises:
            MissingFile, UnknownFormat, ParseError: a file cannot be loaded, or the build has no store.
            StoreError: the store elsewhere cannot be asked, or lacks graphs of the build.
            ServeError: the processes do not start.
        """
        if self.url is None:
            return Pool(self.source, self.limits)
        return RemotePool(replace(self.source, remote=_published(self.source, self.url)), self.limits)

    def _site(self) -> Site:
        site = replace(self.site, questions=read_questions(self.questions) or GENERAL, build=self.source.build)
        if self.url is not None:
            site = replace(site, fingerprint=None)  # a store elsewhere may change at any time
        elif self.source.build is not None:
            site = replace(site, fingerprint=f"{self.source.build.folder.name} {_program()}")
        else:
            site = replace(site, fingerprint=secrets.token_hex())  # the files are read anew, and may be others
        identity = site.identity if self.source.build is None else self.source.build.identity
        if self.source.files:
            identity = replace(identity, summary="Files: " + ", ".join(file.name for file in self.source.files))
        return replace(site, identity=identity)


@dataclass(frozen=True)
class Workforce:
    """The processes that work for one application; a context manager that ends them.

    Attributes:
        pool: those that answer queries.
        desk: those that reason, where there is a build to reason about.
    """

    pool: Pool
    desk: ProcessDesk | None

    def close(self, grace: float = 0) -> None:
        """End them. What is under way has some seconds."""
        self.pool.close(grace)
        if self.desk is not None:
            self.desk.close(grace)

    def __enter__(self) -> Workforce:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _program() -> str:
    """A hash of the installed package: with another one, the same build may be shown otherwise."""
    digest = hashlib.sha256()
    for file in sorted(path for path in Path(kg.__file__).parent.rglob("*") if path.is_file()):
        if file.suffix != ".pyc":
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _published(source: Source, url: str) -> Remote:
    """What to ask of a store elsewhere: the graphs of the build, which must be there; it may hold more."""
    names = sorted(graph.value for graph in source.open().named_graphs() if isinstance(graph, NamedNode))
    whole = source.names.merged
    there = Endpoint(url, credentials_of()).holding([*names, whole])
    missing = [name for name in names if name not in there]
    if missing:
        hint = f"for example <{missing[0]}>; kg publish puts them there"
        raise StoreError(f"{url} lacks {len(missing)} of the {len(names)} graphs of this project, {hint}")
    merged = [whole]
    if whole not in there:
        merged = names
        hint = "kg publish --merged spares it that, and many products answer much faster"
        say(f"the store merges {len(names)} graphs anew for each query; {hint}")
    return Remote(url, tuple(names), tuple(merged))


def start_gateway(config: HostConfig, reports: Connection, orders: Connection) -> Gateway:
    """The application, in the process that hosts it, which reports to the server how it went."""
    if hasattr(os, "setpgrp"):
        # What the terminal sends is for the server, which tells this process. Told twice, it would not stop.
        os.setpgrp()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    metrics = Metrics()
    try:
        served = config.open(metrics)
    except CasusError as error:
        reports.send(error)
        # The server ends this process now; if it went by itself, it would be taken for a crash.
        threading.Event().wait()
    gateway = Gateway(served, config.limits, partial(_note_answer, metrics, config))
    threading.Thread(target=_reload_on_order, args=(gateway, config, metrics, orders), daemon=True).start()
    # Python takes its interpreter down before the web server's own threads have ended, and they cannot bear that.
    atexit.register(os._exit, 0)
    reports.send(None)
    return gateway


def _note_answer(
    metrics: Metrics,
    config: HostConfig,
    environ: Environ,
    status: int,
    length: int,
    seconds: float,
    kept: KeptAnswer | None,
) -> None:
    """Count and log an answer that was kept, or comes from what is beside, as one that the application gives."""
    metrics.add(status, seconds, repeated=kept is not None)
    if config.access_log:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR") if config.site.trust_proxy else None
        client = forwarded.rpartition(",")[2].strip() if forwarded else environ["REMOTE_ADDR"]
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        query, agent = kept.query if kept else environ.get(QUERY), environ.get("HTTP_USER_AGENT")
        say(log_entry(client, method, path, status, seconds, length, query, agent))


def _reload_on_order(gateway: Gateway, config: HostConfig, metrics: Metrics, orders: Connection) -> None:
    """Take in what has changed whenever the server says so. What cannot be loaded leaves all as it was."""
    while True:
        try:
            orders.recv()
        except (EOFError, OSError):
            return
        try:
            config = config.renewed()
            served = config.open(metrics)
        except CasusError as error:
            say(f"not reloaded: {error}")
            continue
        gateway.exchange(served)
        say("reloaded")


def _end_with_parent() -> None:
    """A process whose parent was killed would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
