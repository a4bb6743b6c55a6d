"""Limits: where they are set, what they may be, and that the documentation has them all."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kg.errors import BadInput
from kg.pool.limits import Limits, as_table, limits_from
from kg.sparql.guard import MAX_COMPLEXITY


def test_the_environment_sets_a_limit_and_an_option_goes_before() -> None:
    environment = {"CASUS_QUERY_SECONDS": "2.5", "CASUS_WORKERS": "8"}
    assert limits_from(environment) == Limits(query_seconds=2.5, workers=8)
    assert limits_from(environment, workers=3, query_memory=None) == Limits(query_seconds=2.5, workers=3)
    assert limits_from({}) == Limits()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("CASUS_WORKERS", "0", "CASUS_WORKERS must be from 1 to 1,000, not 0"),
        ("CASUS_WORKERS", "many", "CASUS_WORKERS must be a number, not 'many'"),
        ("CASUS_WORKERS", "1.5", "CASUS_WORKERS must be a number, not '1.5'"),
        ("CASUS_QUERY_SECONDS", "nan", "CASUS_QUERY_SECONDS must be from 0.01 to 1,000,000, not nan"),
        ("CASUS_QUERY_DEPTH", "65", "CASUS_QUERY_DEPTH must be from 1 to 64, not 65"),
        ("CASUS_QUERY_CHARACTERS", "1000000", "CASUS_QUERY_CHARACTERS must be from 1 to 100,000, not 1000000"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(name: str, text: str, message: str) -> None:
    with pytest.raises(BadInput) as caught:
        limits_from({name: text})
    assert str(caught.value) == message


@pytest.mark.parametrize("name", [item.name for item in fields(Limits)])
@pytest.mark.parametrize("text", ["99999999999999999999", "-1", "inf", "1e400", "", "9" * 5000])
def test_no_setting_is_more_than_the_system_can_take(name: str, text: str) -> None:
    with pytest.raises(BadInput, match=f"^CASUS_{name.upper()} must be"):
        limits_from({f"CASUS_{name.upper()}": text})


def test_how_complex_a_query_may_be_is_what_the_parser_bears_or_less() -> None:
    assert Limits().complexity == MAX_COMPLEXITY
    assert limits_from(query_operations=20).complexity == MAX_COMPLEXITY._replace(operations=20)


def test_the_security_page_has_all_settings() -> None:
    assert as_table() in (Path(__file__).parents[2] / "SECURITY.md").read_text(encoding="utf-8")
