"""`kg casus`: who owes what to whom if one state attacks another."""

from __future__ import annotations

import json
from collections.abc import Callable

from click.testing import Result

from kg.build.store import Build

ATTACK = ("casus", "--attack", "RUS", "EST", "--on", "2026-06-01")


def test_a_case_is_answered_as_text(kg: Callable[..., Result], shipped: Build) -> None:
    result = kg(*ATTACK, "--in", "Narva")
    assert result.exit_code == 0
    assert "certain   North Atlantic Treaty, article 5: " in result.output
    assert "Help owed to Russia" in result.output


def test_a_case_is_answered_as_json(kg: Callable[..., Result], shipped: Build) -> None:
    result = kg("casus", "--attack", "AZE", "ARM", "--on", "2022-09-13", "--not-requested", "--format", "json")
    told = json.loads(result.stdout)
    assert told["case"]["requested"] is False
    assert {one["level"] for one in told["owed"] if one["treaty"].endswith("/CST")} == {"none"}


def test_nonsense_gets_one_line(kg: Callable[..., Result], shipped: Build) -> None:
    result = kg("casus", "--attack", "RUS", "RUS", "--on", "2026-06-01")
    assert result.exit_code == 2
    assert result.stderr.strip().splitlines()[-1] == (
        "kg: a state does not attack itself; unrest within it is the kind internal"
    )
