"""Messages between a pool and its workers: whole or not at all, and none is waited for longer than asked."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from kg.pool.wire import END, PIECE, Channel, Message, pack


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Channel]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield theirs, Channel(ours)


def test_what_has_arrived_of_a_message_is_kept_when_the_wait_is_over(ends: tuple[socket.socket, Channel]) -> None:
    other, channel = ends
    packed = pack(PIECE, b"rows")
    other.sendall(packed[:6])
    begin = time.monotonic()
    with pytest.raises(TimeoutError):
        channel.receive(0.05)
    assert time.monotonic() - begin >= 0.04
    other.sendall(packed[6:] + pack(END))
    assert channel.receive(5) == Message(PIECE, b"rows")
    assert channel.receive(5) == Message(END, b"")


@pytest.mark.parametrize("seconds", [0, -1])
def test_who_has_no_time_left_gets_what_is_there(ends: tuple[socket.socket, Channel], seconds: float) -> None:
    other, channel = ends
    with pytest.raises(TimeoutError):
        channel.receive(seconds)
    other.sendall(pack(END))
    assert channel.receive(seconds) == Message(END, b"")


def test_who_waits_for_ever_does_so_after_a_short_wait(ends: tuple[socket.socket, Channel]) -> None:
    other, channel = ends
    with pytest.raises(TimeoutError):
        channel.receive(0.01)
    later = threading.Timer(0.2, other.sendall, [pack(END)])
    later.start()
    assert channel.receive() == Message(END, b"")
    later.join()


def test_whoever_has_gone_says_nothing_more(ends: tuple[socket.socket, Channel]) -> None:
    other, channel = ends
    assert not channel.has_ended()
    other.close()
    assert channel.has_ended()
    assert channel.receive(5) is None
    with pytest.raises(OSError):
        channel.send(pack(END))
