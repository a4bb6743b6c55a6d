"""The collector of cycles is held off for a while, and looks again afterwards."""

from __future__ import annotations

import gc

import pytest

from kg.collector import collector_paused, uncollected


def test_it_looks_again_afterwards_also_after_an_error() -> None:
    assert gc.isenabled()
    with pytest.raises(KeyError), collector_paused():
        assert not gc.isenabled()
        raise KeyError
    assert gc.isenabled()


def test_a_pause_within_a_pause_does_not_end_it() -> None:
    @collector_paused()
    def paused() -> bool:
        return gc.isenabled()

    with collector_paused():
        assert not paused()
        assert not gc.isenabled()
    assert not paused()
    assert gc.isenabled()


def test_what_stays_until_the_end_is_never_looked_through() -> None:
    try:
        with uncollected():
            made: list[object] = []
        assert not any(one is made for one in gc.get_objects())
        assert gc.isenabled()
    finally:
        gc.unfreeze()
    assert any(one is made for one in gc.get_objects())
