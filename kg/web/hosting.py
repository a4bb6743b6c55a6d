"""The process that hosts the application: what it serves, the workers it has, and how it takes in a new build."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from flask import Flask
from pyoxigraph import NamedNode, Store

from kg.build.questions import read_questions
from kg.build.store import Build, open_store, with_merge
from kg.errors import CasusError, ProjectError, StoreError
from kg.messages import say
from kg.pool.limits import Limits
from kg.pool.pool import Pool
from kg.pool.worker import Origin
from kg.project import open_project, shipped_names
from kg.rdf.load import load_file
from kg.remote.credentials import credentials_of
from kg.remote.endpoint import Endpoint
from kg.web.app import create_app
from kg.web.asgi import Front
from kg.web.executor import RemotePool
from kg.web.metrics import Metrics, operations
from kg.web.questions import GENERAL
from kg.web.site import Site


@dataclass(frozen=True)
class StoreSource:
    """What to serve: the folder of a store, opened read-only, or files, loaded into memory as they are.

    Attributes:
        folder: the folder of a store.
        files: the files.
        build: the build that the store is of, if it is of one: then there are days to look back to.
        project: the folder of the project, to build again when the server is told to reload.
        url: where a store elsewhere, to which the build was published, answers queries instead of the folder's.
    """

    folder: Path | None
    files: tuple[Path, ...]
    build: Build | None = None
    project: Path | None = None
    url: str | None = None

    def pool(self, limits: Limits) -> Pool:
        """Workers that answer queries.

        Raises:
            MissingFile, UnknownFormat, ParseError: a file cannot be loaded, or the folder holds no store.
            StoreError: the store elsewhere cannot be asked, or lacks graphs of the build.
            ServeError: the processes do not start.
        """
        if self.url is not None:
            return RemotePool(self.url, self._elsewhere(self.url), limits, self.build)
        folder = None if self.folder is None else os.fspath(self.folder)
        return Pool(self._of_project(Origin(folder, tuple(map(os.fspath, self.files)))), limits, self.build)

    def open(self) -> Store:
        """The store, in this process.

        Raises:
            MissingFile, UnknownFormat, ParseError: a file cannot be loaded, or the folder holds no store.
        """
        if self.folder is None:
            store = Store()
            for file in self.files:
                store.bulk_extend(with_merge(load_file(file)))
            return store
        return open_store(self.folder)

    def _elsewhere(self, url: str) -> Origin:
        """What to ask of a store elsewhere: the graphs of the build, which must be there; it may hold more."""
        names = sorted(graph.value for graph in self.open().named_graphs() if isinstance(graph, NamedNode))
        whole = self.build.identity.names.merged if self.build else shipped_names().merged
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
        return self._of_project(Origin(None, url=url, graphs=tuple(names), merged=tuple(merged)))

    def _of_project(self, origin: Origin) -> Origin:
        """With the namespaces of the project, if what is served is of one."""
        if self.build is None:
            return origin
        names = self.build.identity.names
        return replace(origin, base=names.base, prefixes=dict(names.prefixes))

    def renewed(self) -> StoreSource:
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
        folder = Path(built.stdout.strip())
        return replace(self, folder=folder / "store", build=Build(folder))


@dataclass(frozen=True)
class Hosting:
    """What is served, and how.

    Attributes:
        source: what is queried.
        limits: what queries and requests may take.
        questions: the ``.rq`` files that are shown as examples; those of the source's project, if it has one.
        site: the server's addresses and words.
        access_log: whether there is a line on standard error for each answer.
    """

    source: StoreSource
    limits: Limits
    questions: tuple[Path, ...]
    site: Site
    access_log: bool = False

    def renewed(self) -> Hosting:
        """The same, of the source as it is now; raises as `StoreSource.renewed`."""
        source = self.source.renewed()
        questions = self.questions if source.project is None else tuple(open_project(source.project).questions)
        return replace(self, source=source, questions=questions)

    def open(self, metrics: Metrics) -> tuple[Flask, Pool]:
        """The application and its workers.

        Raises:
            CasusError: what is to be served cannot be loaded, or the workers do not start.
        """
        pool = self.source.pool(self.limits)
        app = create_app(pool, self._site())
        app.config["MAX_CONTENT_LENGTH"] = self.limits.body_bytes
        app.register_blueprint(operations(pool, metrics, access_log=self.access_log))
        return app, pool

    def _site(self) -> Site:
        site = replace(self.site, questions=read_questions(self.questions) or GENERAL, build=self.source.build)
        if self.source.url is not None:
            site = replace(site, fingerprint=None)  # a store elsewhere may change at any time
        elif self.source.build is not None:
            site = replace(site, fingerprint=self.source.build.folder.name)
        identity = site.identity if self.source.build is None else self.source.build.identity
        if self.source.files:
            identity = replace(identity, summary="Files: " + ", ".join(file.name for file in self.source.files))
        return replace(site, identity=identity)


def load(hosting: Hosting, reports: Connection, orders: Connection) -> Front:
    """The application, in the process that hosts it, which reports to the server how it went."""
    if hasattr(os, "setpgrp"):
        # What the terminal sends is for the server, which tells this process. Told twice, it would not stop.
        os.setpgrp()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    metrics = Metrics()
    try:
        app, pool = hosting.open(metrics)
    except CasusError as error:
        reports.send(error)
        # The server ends this process now; if it went by itself, it would be taken for a crash.
        threading.Event().wait()
    front = Front(app, pool, hosting.limits)
    threading.Thread(target=_reload_on_order, args=(front, hosting, metrics, orders), daemon=True).start()
    # Python takes its interpreter down before the web server's own threads have ended, and they cannot bear that.
    atexit.register(os._exit, 0)
    reports.send(None)
    return front


def _reload_on_order(front: Front, hosting: Hosting, metrics: Metrics, orders: Connection) -> None:
    """Take in what has changed whenever the server says so. What cannot be loaded leaves all as it was."""
    while True:
        try:
            orders.recv()
        except (EOFError, OSError):
            return
        try:
            hosting = hosting.renewed()
            app, pool = hosting.open(metrics)
        except CasusError as error:
            say(f"not reloaded: {error}")
            continue
        front.exchange(app, pool)
        say("reloaded")


def _end_with_parent() -> None:
    """A process whose parent was killed would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
