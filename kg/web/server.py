"""The HTTP server: granian in front of the process that hosts the application."""

from __future__ import annotations

import multiprocessing
import socket
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from kg.errors import CasusError, ServeError
from kg.messages import say
from kg.pool.limits import Limits
from kg.pool.source import Source
from kg.web.host import HostConfig, MakeBeside, start_gateway
from kg.web.site import Site

#: Seconds that requests under way have to finish when the server is told to stop.
_GRACE = 5
#: Milliseconds for the headers of a request to arrive.
_HEADERS_MILLISECONDS = 10_000
_LOGGING = {
    "handlers": {
        name: {"formatter": "generic", "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
        for name in ("console", "access")
    }
}


def serve(
    source: Source,
    host: str,
    port: int,
    *,
    questions: Iterable[Path] = (),
    limits: Limits | None = None,
    site: Site | None = None,
    access_log: bool = False,
    url: str | None = None,
    project: Path | None = None,
    beside: MakeBeside | None = None,
    on_ready: Callable[[str], None] = lambda url: say(f"Serving at {url}"),
) -> None:
    """Serve until SIGINT or SIGTERM. SIGHUP takes in what has changed, without a request lost.

    Args:
        source: what to serve.
        host: the name or number of the address to listen on.
        port: the port to listen on.
        questions: the ``.rq`` files that the first page shows as examples.
        limits: what queries and requests may take.
        site: the server's addresses and words.
        access_log: whether there is a line of JSON on standard error for each answer.
        url: where a store elsewhere, to which the source's build was published, answers in its stead.
        project: the folder of the project, to build again when the server is told to reload.
        beside: makes what is served beside the pages.
        on_ready: called with the server's address as soon as it accepts connections.

    Raises:
        ServeError: the address is taken or is none of this machine's, or the server has come to an end by itself.
        MissingFile, UnknownFormat, ParseError: what is to be served cannot be loaded.
    """
    address = free_address(host, port)
    config = HostConfig(source, limits or Limits(), tuple(questions), site or Site(), access_log, url, project, beside)
    # A fresh interpreter: a fork would inherit the locks, but not the threads, of a store that this process has built.
    multiprocessing.set_start_method("spawn", force=True)
    reports, reporter = multiprocessing.Pipe(duplex=False)
    orders, commander = multiprocessing.Pipe(duplex=False)
    server = MPServer(
        "kg.web",
        address=address,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        websockets=False,
        workers=1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_MILLISECONDS),
        respawn_failed_workers=True,
        respawn_interval=0.1,
        workers_kill_timeout=_GRACE,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
    )
    server.signal_handler_reload = lambda *_: commander.send("reload")  # type: ignore[method-assign]
    watch = _Watch(reports, server, lambda: on_ready(f"http://{f'[{host}]' if ':' in host else host}:{port}/"))
    watch.start()
    try:
        loader = partial(start_gateway, config, reporter, orders)
        server.serve(target_loader=loader, wrap_loader=False)
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


def free_address(host: str, port: int) -> str:
    """The number of an address that can be listened on. granian itself would share a port with its like.

    Raises:
        ServeError: it is taken, or none of this machine's.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise ServeError(f"cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}") from error
    return str(address[0])
