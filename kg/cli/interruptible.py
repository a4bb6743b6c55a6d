"""Work that Ctrl-C or a limit ends at once, whatever library is busy with it."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread, Timer

from kg.cli.failures import INTERRUPTED
from kg.cli.output import messages
from kg.errors import ReasonerLimit
from kg.pool.memory import limit_memory, tells_of_no_memory
from kg.reasoning.grounder import ReasoningLimits, half_of_memory


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
            _end("interrupted", INTERRUPTED)


@contextmanager
def limited(limits: ReasoningLimits) -> Iterator[None]:
    """Let Ctrl-C, or a limit of time or memory, end reasoning within this process while it writes nothing to disk.

    Raises:
        ReasonerLimit: it would take more memory. The time ends the process, since nothing else could.
    """
    memory = half_of_memory() if limits.memory is None else limits.memory
    with interruptible(), ExitStack() as ending:
        ending.callback(limit_memory(memory))
        if limits.seconds is not None:
            message = f"reasoning takes longer than {limits.seconds:g} s"
            timer = Timer(limits.seconds, _end, (message, ReasonerLimit.exit_code))
            timer.daemon = True
            timer.start()
            ending.callback(timer.cancel)
        try:
            yield
        except (MemoryError, SystemError) as error:
            if not tells_of_no_memory(repr(error)):
                raise
            raise ReasonerLimit(f"reasoning would take more memory than {memory >> 20} MB") from error


def _end(message: str, status: int) -> None:
    messages.print(f"kg: {message}", style="red", markup=False)
    if sys.stderr.isatty():
        sys.stderr.write("\x1b[?25h")  # the cursor, which is hidden while what goes on is shown
        sys.stderr.flush()
    os._exit(status)
