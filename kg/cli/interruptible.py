"""Work that Ctrl-C ends at once, whatever library is busy with it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from kg.cli.failures import INTERRUPTED
from kg.cli.output import messages


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C end the process at once while something goes on that writes nothing to disk.

    Python raises KeyboardInterrupt in the main thread, and only between two steps of its own. A query is one such
    step, however long. But a byte is written where Python is told to (`signal.set_wakeup_fd`) as soon as the signal
    comes, and a thread that waits for it can end the process, since pyoxigraph lets other threads run. The work stays
    in the main thread: what it reads must not change threads, and it answers for its own errors.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # it is ignored, as in the background
        yield
        return
    heard, told = socket.socketpair()
    told.setblocking(False)
    watcher = Thread(target=_end_when_told, args=[heard], daemon=True)
    watcher.start()
    before = signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.set_wakeup_fd(before)
        told.close()
        watcher.join()
        heard.close()


def _end_when_told(heard: socket.socket) -> None:
    while signals := heard.recv(64):
        if signal.SIGINT in signals:
            messages.print("kg: interrupted", style="red", markup=False)
            os._exit(INTERRUPTED)
