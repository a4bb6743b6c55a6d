"""Language tags come out as they went in, and nothing else is touched."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from kg.rdf.formats import GRAPH_FORMATS, GraphFormat, format_of_file
from kg.rdf.load import load_file
from kg.rdf.tags import spelled_alike, with_tags, written_tags

FILES = {
    "a.ttl": '<x:a> <x:p> "colour"@en-GB , \'Straße\'@de , """long"""@zh-Hant .',
    "a.nt": '<x:a> <x:p> "colour"@en-GB .\n<x:a> <x:p> "long"@zh-Hant .\n',
    "a.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:">'
    '<rdf:Description rdf:about="x:a"><x:p xml:lang="en-GB">c</x:p><x:p xml:lang=\'zh-Hant\'>d</x:p></rdf:Description>'
    "</rdf:RDF>",
    "a.jsonld": '{"@id": "x:a", "x:p": [{"@value": "c", "@language": "en-GB"}, {"@value":"d","@language":"zh-Hant"}]}',
}


@pytest.mark.parametrize("name", FILES)
def test_tags_are_found_in_every_format(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(FILES[name], encoding="utf-8")
    tags = written_tags([path])
    assert (tags["en-gb"], tags["zh-hant"]) == (["en-GB"], ["zh-Hant"])
    assert list(spelled_alike(tags)) == []


@pytest.mark.parametrize("first", ["EN", "en"])
def test_two_spellings_of_a_tag_are_written_alike_and_that_is_said(tmp_path: Path, first: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(f'<x:a> <x:p> "a"@{first} , "b"@en , "c"@EN , "d"@en .')
    tags, out = written_tags([path]), io.BytesIO()
    form, other = format_of_file(path), "en" if first == "EN" else "EN"
    assert list(spelled_alike(tags)) == [
        f"language tags differ in case only and are written alike: @{other} as @{first}"
    ]
    with_tags(lambda file: form.write(load_file(path), file), form, tags)(out)
    assert out.getvalue().decode().count(f"@{first}") == 4


_TEXTS = st.text(st.sampled_from('ab"@\\ .\n<>=-{}:en') | st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]))


@pytest.mark.parametrize("form", GRAPH_FORMATS, ids=lambda form: form.name)
@given(texts=st.lists(_TEXTS | st.just('"@en-gb . xml:lang="en-gb"> "@language": "en-gb"'), min_size=1, max_size=3))
def test_only_tags_change(form: GraphFormat, texts: list[str]) -> None:
    texts = [text.replace("\r", "") for text in texts]
    triples = {Triple(NamedNode("x:a"), NamedNode("http://x/p"), Literal(text, language="en-GB")) for text in texts}
    triples |= {Triple(NamedNode("x:a"), NamedNode("http://x/q"), Literal(text)) for text in texts}
    out = io.BytesIO()
    with_tags(lambda file: form.write(triples, file), form, {"en-gb": ["en-GB"]})(out)
    written = out.getvalue()
    assert written.count(b"en-GB") >= 1
    assert {quad.triple for quad in form.read(written, "x:base")} == triples
