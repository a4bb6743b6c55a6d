"""Rows in XML that any XML parser reads, and a word where a text has a character that XML lacks."""

from __future__ import annotations

import io
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from kg.errors import BadInput
from kg.rdf.formats import RESULT_FORMATS, find_format


def values(text: str, **options: int) -> list[str]:
    """What an XML parser finds in the rows that have a text between others."""
    escaped = "".join(f"\\U{ord(character):08X}" for character in text)
    results = Store().query(f"SELECT * {{ VALUES ?text {{ 'a' '{escaped}' 'z' }} }}")
    out = io.BytesIO()
    form = find_format(RESULT_FORMATS, "xml")
    assert form is not None
    form.write(results, out, **options)
    return [literal.text or "" for literal in ElementTree.fromstring(out.getvalue()).iterfind(".//{*}literal")]


@pytest.mark.parametrize("text", ["a\rb", "\r\n", "\t \n", "a < b & c", "]]>", "🏳️‍🌈", "\ufffd", "x" * 20_000 + "\r"])
def test_a_text_keeps_its_white_space_and_signs(text: str) -> None:
    assert values(text) == values(text, most=3) == ["a", text, "z"]


@given(before=st.integers(0, 9000), character=st.sampled_from(["\0", "\x01", "\x1f", "\ufffe", "\uffff"]))
def test_a_character_that_xml_has_not_is_refused_wherever_it_is(before: int, character: str) -> None:
    with pytest.raises(BadInput, match=rf"XML has not the character U\+{ord(character):04X}, which is in a text"):
        values("x" * before + character)
