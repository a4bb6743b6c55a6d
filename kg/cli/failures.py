"""What ends a command before its time, answered with one line on standard error and an exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

import click

from kg.cli.output import messages
from kg.errors import BadInput, CasusError

#: As shells have it: 128 and the number of the signal that would have ended the process.
INTERRUPTED = 130
PIPE_CLOSED = 141
#: EX_SOFTWARE of sysexits.h.
OUR_FAULT = 70
_CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


@contextmanager
def answered() -> Iterator[None]:
    """Answer for what happens within, until what it has written to standard output is written."""
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        _end("interrupted", INTERRUPTED)
    except CasusError as error:
        _end(str(error), error.exit_code)
    except MemoryError:
        _end("out of memory", BadInput.exit_code)
    except OSError as error:
        if error.errno == errno.EPIPE:
            _forget_output()
            sys.exit(PIPE_CLOSED)
        _end(_of_system(error), BadInput.exit_code)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        if os.environ.get("CASUS_TRACEBACK"):
            raise
        from traceback import extract_tb  # noqa: PLC0415 - that should never be needed

        place = extract_tb(error.__traceback__)[-1]
        cause = f"{type(error).__name__}: {error} ({place.filename}:{place.lineno})"
        _end(f"a fault of kg itself: {cause}; CASUS_TRACEBACK=1 shows the way to it", OUR_FAULT)


def _end(message: str, status: int) -> NoReturn:
    with suppress(OSError):
        messages.print(f"kg: {message}", style="red", markup=False)
    try:
        sys.stdout.flush()
    except OSError:
        _forget_output()
    sys.exit(status)


def _of_system(error: OSError) -> str:
    """What the system objects to, and where: files are told by whoever opens them, standard output by nobody."""
    cause = (error.strerror or str(error)).lower()
    if error.filename is not None:
        return f"{error.filename}: {cause}"
    return f"standard output cannot be written: {cause}" if error.errno in _CANNOT_WRITE else cause


def _forget_output() -> None:
    """Let what is still to be written to standard output go nowhere: Python tries again when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
