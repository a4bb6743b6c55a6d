"""The table of formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import UnknownFormat
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS, format_of_file, graph_format, result_format


@pytest.mark.parametrize("suffix", [suffix for form in GRAPH_FORMATS for suffix in form.suffixes])
def test_a_suffix_names_one_format_in_any_case(suffix: str) -> None:
    assert format_of_file(Path("a" + suffix)) == format_of_file(Path("a" + suffix.upper()))


def test_the_names_lead_back_to_the_formats() -> None:
    assert [graph_format(form.name) for form in GRAPH_FORMATS] == list(GRAPH_FORMATS)
    assert [result_format(form.name) for form in RESULT_FORMATS] == list(RESULT_FORMATS)


def test_an_unknown_suffix_is_told_the_known_ones() -> None:
    with pytest.raises(UnknownFormat, match=r"\.ttl .*\.jsonld"):
        format_of_file(Path("table.xlsx"))
