"""The command ``kg``, from the first moment at which it can hear Ctrl-C: also ``python -m kg``."""

from __future__ import annotations

import atexit
import gc
import os
import signal

#: As shells have it: 128 and the number of the signal. `kg.cli.failures` has it too, which takes long to import.
_INTERRUPTED = 130


def main() -> None:
    """Import the commands, during which Ctrl-C ends without a word since nothing has begun, and run one."""
    heard = signal.getsignal(signal.SIGINT) is signal.default_int_handler  # and not ignored, as in the background
    if heard:
        signal.signal(signal.SIGINT, lambda *_: os._exit(_INTERRUPTED))
    gc.disable()  # until the command begins: what is imported until then is no garbage
    from kg.cli import main as command  # noqa: PLC0415

    if heard:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    # What there is at the end goes with the process: to look through all of it for garbage takes up to half a second.
    atexit.register(gc.freeze)
    command(prog_name="kg")


if __name__ == "__main__":
    main()
