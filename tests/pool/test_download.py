"""A long answer between who writes it and who reads it."""

from __future__ import annotations

import threading

import pytest

from kg.errors import Busy, QueryTimeout
from kg.pool.download import Abandoned, Download


@pytest.fixture
def slots() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(1)


def is_free(slots: threading.BoundedSemaphore) -> bool:
    free = slots.acquire(blocking=False)
    if free:
        slots.release()
    return free


def test_it_is_read_while_it_is_written(slots: threading.BoundedSemaphore) -> None:
    download = Download(slots)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.extend(download))
    download.write(b"first")
    assert next(download) == b"first"
    reader.start()
    download.write(b"second" * 100_000)
    download.write(b"third")
    download.end()
    reader.join(10)
    assert b"".join(read) == b"second" * 100_000 + b"third"
    assert is_free(slots)


def test_who_reads_learns_what_went_wrong(slots: threading.BoundedSemaphore) -> None:
    download = Download(slots)
    download.write(b"half")
    download.end(QueryTimeout("it took too long"))
    with pytest.raises(QueryTimeout, match="too long"):
        next(download)
    assert is_free(slots)


def test_who_writes_learns_that_nobody_reads(slots: threading.BoundedSemaphore) -> None:
    download = Download(slots)
    download.close()
    with pytest.raises(Abandoned):
        download.write(b"more")
    assert list(download) == []


def test_there_are_only_so_many_and_what_is_forgotten_is_given_back(slots: threading.BoundedSemaphore) -> None:
    download = Download(slots)
    with pytest.raises(Busy, match="large answers"):
        Download(slots)
    del download
    assert is_free(slots)
