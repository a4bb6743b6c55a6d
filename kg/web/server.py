"""The HTTP server: granian in front of the Flask application, in a worker process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer
from pyoxigraph import Store

from kg.errors import CasusError, ServeError
from kg.load import load_file
from kg.store import open_store, with_merge
from kg.web.app import create_app
from kg.web.pages import Site
from kg.web.questions import GENERAL, read_questions

#: Seconds that requests under way have to finish when the server is told to stop.
_GRACE = 5
_LOGGING = {
    "handlers": {
        name: {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
        for name in ("console", "access")
    }
}


@dataclass(frozen=True)
class StoreSource:
    """What to serve: the folder of a store, opened read-only, or files, loaded into memory as they are."""

    folder: Path | None
    files: tuple[Path, ...]

    def open(self) -> Store:
        """The store.

        Raises:
            MissingFile, UnknownFormat, ParseError: a file cannot be loaded, or the folder holds no store.
        """
        if self.folder is None:
            store = Store()
            for file in self.files:
                store.bulk_extend(with_merge(load_file(file)))
            return store
        return open_store(self.folder)


def serve(
    source: StoreSource,
    host: str,
    port: int,
    *,
    questions: Iterable[Path] = (),
    on_ready: Callable[[str], None] = lambda url: print(f"Serving at {url}", file=sys.stderr, flush=True),
) -> None:
    """Serve until SIGINT or SIGTERM.

    Args:
        source: what to serve.
        host: the name or number of the address to listen on.
        port: the port to listen on.
        questions: the ``.rq`` files that the first page shows as examples.
        on_ready: called with the server's address as soon as it accepts connections.

    Raises:
        ServeError: the address is taken or is none of this machine's, or the server has come to an end by itself.
        MissingFile, UnknownFormat, ParseError: what is to be served cannot be loaded.
    """
    address = _free_address(host, port)
    site = _site(source, questions)
    # A fresh interpreter: a fork would inherit the locks, but not the threads, of a store that this process has built.
    multiprocessing.set_start_method("spawn", force=True)
    receiver, sender = multiprocessing.Pipe(duplex=False)
    server = MPServer(
        "kg.web",
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        blocking_threads=2 * multiprocessing.cpu_count() + 1,
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=_GRACE,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
    )
    watch = _Watch(receiver, server, lambda: on_ready(f"http://{f'[{host}]' if ':' in host else host}:{port}/"))
    watch.start()
    try:
        server.serve(target_loader=partial(_load, source, site, sender), wrap_loader=False)
    except OSError as error:
        raise ServeError(f"cannot listen on {host}:{port}: {error}") from error
    except SystemExit as error:
        # granian exits with 1 too where a worker has obeyed a signal before it was told to.
        if not server.interrupt_signal:
            raise ServeError("the server has ended by itself; the lines above say why") from error
    if watch.error is not None:
        raise watch.error


class _Watch(threading.Thread):
    """Waits for the worker: until it accepts connections, or fails, which stops the server."""

    def __init__(self, receiver: Connection, server: MPServer, on_ready: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.error: CasusError | None = None
        self._receiver = receiver
        self._server = server
        self._on_ready = on_ready

    def run(self) -> None:
        announced = False
        # A worker reports when it has loaded the store; so does its successor, if it crashes.
        while self.error is None:
            try:
                self.error = self._receiver.recv()
            except EOFError:
                return
            if self.error is None and not announced:
                self._wait_for_connection()
                self._on_ready()
                announced = True
        self._server.signal_handler_interrupt()  # type: ignore[no-untyped-call]

    def _wait_for_connection(self) -> None:
        while not self._server.interrupt_signal:
            try:
                socket.create_connection((self._server.bind_addr, self._server.bind_port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.01)


def _load(source: StoreSource, site: Site, sender: Connection) -> Flask:
    """The application, in the worker process, which reports to its parent how it went."""
    if hasattr(os, "setpgrp"):
        # What the terminal sends is for the parent, which tells the worker. Told twice, it would not stop.
        os.setpgrp()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        app = create_app(source.open(), site)
    except CasusError as error:
        sender.send(error)
        # The parent ends this process now; if it went by itself, it would be taken for a crash.
        threading.Event().wait()
    sender.send(None)
    return app


def _end_with_parent() -> None:
    """A worker whose parent was killed would keep the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _site(source: StoreSource, questions: Iterable[Path]) -> Site:
    examples = read_questions(questions) or GENERAL
    if source.files:
        return Site(summary="Files: " + ", ".join(file.name for file in source.files), questions=examples)
    return Site(questions=examples)


def _free_address(host: str, port: int) -> str:
    """The number of an address that can be listened on. granian itself would share a port with its like."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ServeError(f"cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}") from error
    return str(address[0])
