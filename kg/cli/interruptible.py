"""Work that Ctrl-C ends at once, whatever library is busy with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kg.cli.failures import INTERRUPTED
from kg.cli.output import messages

_Result = TypeVar("_Result")


def interruptible(work: Callable[[], _Result]) -> _Result:
    """What some work gives, which a thread does.

    Python raises KeyboardInterrupt in the main thread, and only between two steps of its own. clingo within the
    process is one such step, however long; here the main thread has nothing to do but wait for it. The process
    then ends as it is, since that thread can be stopped by nothing else and may hold standard output: this is for work
    that writes nothing to disk.

    Raises:
        Exception: what the work raises.
    """
    worker = ThreadPoolExecutor(1)
    try:
        return worker.submit(work).result()
    except KeyboardInterrupt:
        messages.print("kg: interrupted", style="red", markup=False)
        os._exit(INTERRUPTED)
