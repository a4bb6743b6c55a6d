"""The table of formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import UnknownFormat
from kg.rdf.formats import GRAPH_FORMATS, RESULT_FORMATS, Format, find_format, format_of_file, graph_format


@pytest.mark.parametrize("suffix", [suffix for form in GRAPH_FORMATS for suffix in form.suffixes])
def test_a_suffix_names_one_format_in_any_case(suffix: str) -> None:
    assert format_of_file(Path("a" + suffix)) == format_of_file(Path("a" + suffix.upper()))


@pytest.mark.parametrize("forms", [GRAPH_FORMATS, RESULT_FORMATS])
def test_a_name_leads_to_one_format_in_any_case(forms: tuple[Format, ...]) -> None:
    for form in forms:
        for name in (form.name, *form.synonyms, *form.media_types, *form.suffixes):
            assert [other for other in forms if other.goes_by(name.upper())] == [form]


@pytest.mark.parametrize(
    ("name", "graph", "result"),
    [("xml", "rdfxml", "xml"), ("JSON", "jsonld", "json"), ("json-ld", "jsonld", None), ("n3", "turtle", None),
     ("text/turtle", "turtle", None), ("application/sparql-results+json", None, "json"), ("csv", None, "csv")],
)  # fmt: skip
def test_the_names_that_the_fields_tools_use_are_understood(name: str, graph: str | None, result: str | None) -> None:
    for forms, wanted in ((GRAPH_FORMATS, graph), (RESULT_FORMATS, result)):
        assert getattr(find_format(forms, name), "name", None) == wanted


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(UnknownFormat, match=r"'xlsx'; choose from turtle, .*jsonld"):
        graph_format("xlsx")


def test_an_unknown_suffix_is_told_the_known_ones() -> None:
    with pytest.raises(UnknownFormat, match=r"\.ttl .*\.jsonld"):
        format_of_file(Path("table.xlsx"))
