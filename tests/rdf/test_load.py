"""Files to quads: every format, no call outside, errors with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize
from worlds import write_project

from kg.errors import CasusError, MissingFile, ParseError, UnknownFormat
from kg.project import open_project
from kg.rdf.load import load_file, load_ntriples, load_project, statements, to_ntriples

TRIPLE = '<http://example.org/s> <http://example.org/p> "o" .\n'
RDF_XML = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">
<rdf:Description rdf:about="http://example.org/s"><e:p>o</e:p></rdf:Description></rdf:RDF>"""
JSON_LD = '{"@id": "http://example.org/s", "http://example.org/p": "o"}'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", TRIPLE),
        ("a.nt", TRIPLE),
        ("a.nq", TRIPLE),
        ("a.trig", TRIPLE),
        ("a.rdf", RDF_XML),
        ("a.jsonld", JSON_LD),
    ],
)
def test_every_format_gives_the_same_statement(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    (quad,) = load_file(path)
    assert str(quad.triple) == TRIPLE.strip().removesuffix(" .")


def test_lexical_forms_are_kept(write) -> None:
    path = write("a.ttl", '<s> <p> "01"^^xsd:integer, "1.0"^^xsd:decimal, "1E0"^^xsd:double, "abc"^^xsd:integer .')
    assert {quad.object.value for quad in load_file(path)} == {"01", "1.0", "1E0", "abc"}


@pytest.mark.parametrize(
    ("name", "text", "kind", "line", "cause"),
    [
        ("syntax.ttl", "<a> <b> ;\n", ParseError, 1, "is not a valid RDF object"),
        ("prefix.ttl", "<http://a> <http://b> <http://c> .\nunknown:x a <http://c> .\n", ParseError, 2, "unknown:"),
        ("open.nt", '<http://a> <http://b> "c\n', ParseError, 1, ""),
        ("latin.ttl", '<http://a> <http://b> "\udce9" .\n', ParseError, 1, "UTF-8"),
        ("broken.rdf", "<rdf:RDF", ParseError, 1, ""),
        ("remote.jsonld", '{"@context": "http://127.0.0.1:1/context", "p": "o"}', ParseError, 1, "context"),
        ("table.csv", "a,b\n", UnknownFormat, None, ".ttl"),
    ],
)
def test_bad_files_name_file_line_and_cause(tmp_path: Path, name, text, kind, line, cause) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(kind) as caught:
        load_file(path)
    error: CasusError = caught.value
    assert (error.file, error.line, error.exit_code) == (str(path), line, 2)
    assert cause in str(error)
    assert "\n" not in str(error)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.ttl", tmp_path / "folder.ttl"):
        if path.stem == "folder":
            path.mkdir()
        with pytest.raises(MissingFile, match=path.name):
            load_file(path)


def test_a_statement_comes_with_the_line_on_which_it_ends(write) -> None:
    path = write("a.ttl", "<state/ARM> a casus:State ;\n    casus:isoAlpha2 'AM' ;\n\n    casus:isoAlpha3 'ARM' .\n")
    before = path.read_text().count("\n", 0, path.read_text().index("<state/ARM>"))
    lines = {quad.object: line for line, quad in statements(path)}
    assert (lines[Literal("AM")], lines[Literal("ARM")]) == (before + 2, before + 4)


def test_blank_nodes_of_two_files_stay_apart(write) -> None:
    first, second = (write(name, "_:b <p> 'o' .") for name in ("a.ttl", "b.ttl"))
    assert load_file(first)[0].subject != load_file(second)[0].subject


@pytest.mark.parametrize(
    "text", ["[] <x:p> [ <x:q> () ] .", "_:b <x:p> _:a .", "<x:a> <x:p> <<( <x:a> <x:p> _:b )>> ."]
)
def test_blank_nodes_are_called_alike_at_each_reading(write, text: str) -> None:
    path = write("a.ttl", text)
    assert load_file(path) == load_file(path)
    assert sorted(load_ntriples([path]).split("\n")) == sorted(to_ntriples(load_file(path)).split("\n"))


def test_a_project_has_a_graph_per_file_and_loads_alike_twice(project) -> None:
    quads = load_project(project)
    assert {str(quad.graph_name) for quad in quads} == {str(NamedNode(project.graph_name(f))) for f in project.sources}
    assert load_project(project) == quads


def test_a_project_keeps_literals_that_look_like_lines_and_blank_nodes(tmp_path: Path) -> None:
    folder = write_project(tmp_path)
    said = [" .\n", "_:b", '"x" .', "<<( ", "<a> .\n<b> <c> _:d .\r", "\u2028é"]
    objects = ", ".join(str(Literal(text)) for text in said)
    (folder / "graph" / "graph.ttl").write_text(f"<x:a> <x:p> {objects}, [ <x:q> 01 ], <<( <x:a> <x:p> _:b )>> .")
    project = open_project(folder)
    quads = [quad for quad in load_project(project) if quad.graph_name.value.endswith("graph.ttl")]
    assert {q.object.value for q in quads if isinstance(q.object, Literal)} == {*said, "01"}
    assert {q.predicate.value for q in quads} == {"x:p", "x:q"}
    assert len(quads) == len(said) + 3
    assert load_project(project) == load_project(open_project(folder)) == sorted(load_project(project), key=str)


def with_entities(declarations: str, text: str) -> str:
    return RDF_XML.replace(">o<", f">{text}<").replace(
        "<rdf:RDF", f"<!DOCTYPE rdf:RDF [\n{declarations}\n]>\n<rdf:RDF", 1
    )


BOMB = '<!ENTITY a0 "lol">\n' + "\n".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    ("declarations", "text", "line"),
    [
        (BOMB, "&a9;", 3),
        ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;", 2),
        ('<!ENTITY a PUBLIC "-//W3C//x" "http://127.0.0.1:1/x">', "&a;", 2),
        ('<!ENTITY % a SYSTEM "http://127.0.0.1:1/x"> %a;', "o", 2),
        (f'<!ENTITY a "{"x" * 50_000}">', "&a;" * 50_000, 2),
        ("\n".join(f'<!ENTITY a{i} "x">' for i in range(500)), "&a1;", 202),
        ("<!ENTITY a 'x'>", "&a;", 2),
    ],
)
def test_entities_that_grow_or_come_from_elsewhere_are_refused(tmp_path: Path, declarations, text, line) -> None:
    path = tmp_path / "a.rdf"
    path.write_text(with_entities(declarations, text))
    with pytest.raises(ParseError, match="refused: ") as caught:
        load_file(path)
    assert caught.value.line == line


def test_entities_for_namespaces_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.owl"
    path.write_text(with_entities('<!ENTITY owl "http://www.w3.org/2002/07/owl#">', "&owl;Thing"))
    assert [quad.object.value for quad in load_file(path)] == ["http://www.w3.org/2002/07/owl#Thing"]


def test_no_entity_hides_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.rdf"
    path.write_bytes(with_entities('<!ENTITY a "x">', "&a;").encode("utf-16"))
    with pytest.raises(ParseError):
        load_file(path)


#: Lengths about that of the parser's buffer, and far beyond.
_LENGTHS = st.integers(0, 200) | st.integers(3_900, 4_300) | st.integers(8_100, 8_300) | st.integers(60_000, 70_000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(_LENGTHS, st.sampled_from(["a", "ü", "\U0001f54a", "\\n"]), st.booleans()), max_size=6))
def test_a_line_may_have_any_length(tmp_path_factory: pytest.TempPathFactory, lines) -> None:
    path = tmp_path_factory.mktemp("long") / "data.ttl"
    text = "".join(
        f'<x:s{number}> <x:p> "{letter * length}" .' + "\n" * ends
        for number, (length, letter, ends) in enumerate(lines)
    )
    path.write_text(text, encoding="utf-8")
    line = 1
    expected = []
    for number, (length, letter, ends) in enumerate(lines):
        value = Literal(letter.replace("\\n", "\n") * length)
        expected.append((line, Quad(NamedNode(f"x:s{number}"), NamedNode("x:p"), value)))
        line += ends
    assert list(statements(path)) == expected


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        (".ttl", RdfFormat.TURTLE),
        (".nt", RdfFormat.N_TRIPLES),
        (".rdf", RdfFormat.RDF_XML),
        (".jsonld", RdfFormat.JSON_LD),
    ],
)
def test_a_file_of_one_long_line_is_read_in_every_format(tmp_path: Path, suffix: str, form: RdfFormat) -> None:
    triples = [Triple(NamedNode(f"http://x/{n}"), NamedNode("http://x/p"), Literal("v" * 9_000)) for n in range(3)]
    path = tmp_path / f"data{suffix}"
    content = serialize(triples, format=form)
    assert content is not None
    path.write_bytes(content.replace(b"\n", b" ") if form != RdfFormat.N_TRIPLES else content)
    assert [quad.triple for quad in load_file(path)] == triples


def test_the_line_of_a_mistake_is_told_after_a_long_line(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(f'<x:a> <x:p> "{"v" * 10_000}" .\n<x:a> <x:p> nonsense .\n')
    with pytest.raises(ParseError, match=r"data\.ttl:2: not Turtle"):
        load_file(path)
