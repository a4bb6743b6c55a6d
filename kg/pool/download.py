"""A long answer in a file without a name: one thread writes it, another reads what there is of it."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator

from kg.errors import Busy

_READ = 256 * 1024


class Abandoned(Exception):
    """Nobody wants the rest of an answer."""


class Download:
    """The bytes of an answer, to be read once, by an iterator that waits for those that are still to come.

    Whoever writes is never held up by whoever reads. It ends itself when it has been read, or when nobody has it any
    more: unlike a generator's, its end is told even if nobody has begun to read.
    """

    def __init__(self, slots: threading.BoundedSemaphore) -> None:
        """Begin, if there are not too many.

        Raises:
            Busy: no slot is free.
        """
        self._closed = True
        if not slots.acquire(blocking=False):
            raise Busy("too many clients are reading large answers; try again in a minute")
        self._closed = False
        self._slots = slots
        self._changed = threading.Condition()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed by itself
        self._written = self._read = 0
        self._whole = False
        self._error: BaseException | None = None

    def write(self, piece: bytes) -> None:
        """Add bytes at the end.

        Raises:
            Abandoned: nobody reads any more.
        """
        with self._changed:
            if self._closed:
                raise Abandoned
            self._file.write(piece)
            self._file.flush()
            self._written += len(piece)
            self._changed.notify()

    def end(self, error: BaseException | None = None) -> None:
        """Nothing more is to come: the answer is whole, or whoever reads meets the error."""
        with self._changed:
            self._whole, self._error = error is None, error
        if error is not None:
            self.close()
        with self._changed:
            self._changed.notify()

    def wait(self) -> None:
        """Wait until the answer is whole; raises what has gone wrong."""
        with self._changed:
            self._changed.wait_for(lambda: self._whole or self._closed)
            if self._error is not None:
                raise self._error

    def close(self) -> None:
        """Give the file back."""
        if self._closed:
            return
        with self._changed:
            closed, self._closed = self._closed, True
        if not closed:
            self._file.close()
            self._slots.release()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._written > self._read or self._whole or self._closed)
            if self._error is not None:
                raise self._error
            piece = b"" if self._closed else os.pread(self._file.fileno(), _READ, self._read)
            self._read += len(piece)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def __del__(self) -> None:
        self.close()
