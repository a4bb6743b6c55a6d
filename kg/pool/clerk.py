"""The process that reasons for a `kg.pool.desk.ProcessDesk`, seen from inside.

It is a fresh interpreter, whose parent may have threads. What one answer needed is kept for the next.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import threading
import time
from pathlib import Path
from typing import Any

from kg.build.store import Build
from kg.errors import CasusError
from kg.graph import Graph
from kg.pool.inquiry import Inquiry
from kg.pool.limits import MIB
from kg.pool.memory import limit_memory, watch_memory
from kg.pool.wire import Channel, pack_error, pack_value

#: Reasoning takes seconds; queries, which take milliseconds, go before.
_LOW_PRIORITY = 10
#: Seconds by which its own alarm comes later than the deadline of whoever asks.
_LATER = 2


def main(descriptor: int) -> None:
    """Answer one inquiry after the other at the other end of a socket, until that end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_LOW_PRIORITY)
    channel = Channel(socket.socket(fileno=descriptor))
    first = channel.receive()
    if first is None:
        return
    settings = first.value()
    threading.Thread(target=_end_with, args=(settings["parent"],), daemon=True).start()
    graph = Graph.of(Build(Path(settings["build"])))
    watch_memory(settings["memory"] * MIB, _end_for_want)
    limit_memory(settings["memory"] * MIB * 2)  # for what takes more between two looks
    while (message := channel.receive()) is not None:
        told = message.value()
        signal.setitimer(signal.ITIMER_REAL, told["seconds"] + _LATER)
        channel.send(pack_value(_answer(graph, Inquiry.from_json(told["inquiry"]))))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(graph: Graph, inquiry: Inquiry) -> dict[str, Any]:
    try:
        return {"text": inquiry.answer(graph)}
    except CasusError as error:
        return pack_error(error)


def _end_for_want() -> None:
    os.write(2, b"MemoryError\n")
    os._exit(1)


def _end_with(parent: int) -> None:
    """End when the process that asks has ended, also while it waits for an answer."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
