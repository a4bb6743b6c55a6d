"""What ends a command before its time, answered with one line on standard error and an exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from traceback import extract_tb

import click

from kg.cli.output import messages
from kg.errors import BadInput, CasusError

#: As shells have it: 128 and the number of the signal that would have ended the process.
INTERRUPTED = 130
PIPE_CLOSED = 141
#: EX_SOFTWARE of sysexits.h.
OUR_FAULT = 70


@contextmanager
def answered(ctx: click.Context) -> Iterator[None]:
    """Run a command to its end, which is when its output has been written."""
    try:
        yield
        sys.stdout.flush()
    except KeyboardInterrupt:
        _end(ctx, "interrupted", INTERRUPTED)
    except CasusError as error:
        _end(ctx, str(error), error.exit_code)
    except MemoryError:
        _end(ctx, "out of memory", BadInput.exit_code)
    except OSError as error:
        if error.errno == errno.EPIPE:
            _forget_output()
            ctx.exit(PIPE_CLOSED)
        _end(ctx, _of_system(error), BadInput.exit_code)
    except (click.ClickException, click.exceptions.Exit, click.Abort):
        raise
    except Exception as error:
        place = extract_tb(error.__traceback__)[-1]
        if os.environ.get("CASUS_TRACEBACK"):
            raise
        cause = f"{type(error).__name__}: {error} ({place.filename}:{place.lineno})"
        _end(ctx, f"a fault of kg itself: {cause}; CASUS_TRACEBACK=1 shows the way to it", OUR_FAULT)


def _end(ctx: click.Context, message: str, status: int) -> None:
    with suppress(OSError):
        messages.print(f"kg: {message}", style="red", markup=False)
    with suppress(OSError):
        sys.stdout.flush()
        ctx.exit(status)
    _forget_output()
    ctx.exit(status)


def _of_system(error: OSError) -> str:
    """What the system objects to, and where."""
    cause = (error.strerror or str(error)).lower()
    return cause if error.filename is None else f"{error.filename}: {cause}"


def _forget_output() -> None:
    """Let what is still to be written to standard output go nowhere: Python tries again when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
