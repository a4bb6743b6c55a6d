"""Triples, elements, brackets within one another: as many as anybody writes are read, and no more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import ParseError
from kg.rdf.load import load_file
from kg.rdf.nesting import DEEPEST, DEEPEST_BRACKETS, DEEPEST_ELEMENTS

ROOT = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/" rdf:version="1.2">'
)
THING = '<rdf:Description rdf:about="http://example.org/a">'


def nested(suffix: str, depth: int) -> str:
    """A file with so many triples within one another, on its second line."""
    if suffix == ".rdf":
        start, end = f'<e:p rdf:parseType="Triple">{THING}', "</rdf:Description></e:p>"
        within = f"{start * depth}<e:q>x</e:q>{end * depth}"
        return f"{ROOT}\n{THING}{within}</rdf:Description></rdf:RDF>"
    return f"# Deep.\n<x:a> <x:p> {'<<( <x:a> <x:p> ' * depth}<x:b>{' )>>' * depth} .\n"


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nt", ".nq", ".rdf"])
def test_triples_may_stand_in_one_another_but_not_without_end(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_text(nested(suffix, DEEPEST))
    assert len(load_file(path)) == 1
    for depth in (DEEPEST + 1, 50_000):
        path.write_text(nested(suffix, depth))
        with pytest.raises(ParseError, match=f"more than {DEEPEST} triples within one another") as caught:
            load_file(path)
        assert (caught.value.file, caught.value.line) == (str(path), 2)


def test_so_is_it_with_what_is_said_of_triples(tmp_path: Path) -> None:
    path = tmp_path / "data.ttl"
    path.write_text("<< " * 50_000 + "<x:a> <x:p> <x:b>" + " >> <x:p> <x:b>" * 50_000 + " .\n")
    with pytest.raises(ParseError, match="within one another"):
        load_file(path)


@pytest.mark.parametrize(
    "line",
    [
        "<x:a> <x:p> <<( <x:a> <x:p> <x:b> )>> .",
        '<x:a> <x:p> "<<", """a "<<" b\n<<""", \'<<\', \'\'\'it\'s <<\'\'\', "\\"<<" .',
        "<x:a> <x:p> 1 . # << never closed",
        "@prefix x: <x:> . x:a\\#b x:p <<( x:a x:p x:b )>> .",
    ],
)
def test_many_triples_beside_one_another_are_not_deep(tmp_path: Path, line: str) -> None:
    path = tmp_path / "data.ttl"
    path.write_text(f"{line}\n" * 3 * DEEPEST)
    assert load_file(path)


def test_nor_are_many_in_rdfxml(tmp_path: Path) -> None:
    path = tmp_path / "data.rdf"
    one = nested(".rdf", 1).removeprefix(ROOT).removesuffix("</rdf:RDF>")
    path.write_text(f"{ROOT}{one * 3 * DEEPEST}</rdf:RDF>")
    assert len(load_file(path)) == 3 * DEEPEST


def nodes(suffix: str, depth: int) -> str:
    """A file with so many elements, or brackets, within one another, on its second line."""
    if suffix == ".rdf":
        pairs, one = divmod(depth - 1, 2)  # the root is one, a node and its property are two
        return f"{ROOT}\n{'<e:C><e:p>' * pairs}{'<e:C/>' * one}{'</e:p></e:C>' * pairs}</rdf:RDF>"
    if suffix == ".json":  # a list of lists
        start, end = '{"@list": [', "]}"
        pairs, one = divmod(depth - 1, 2)
        return f'{{\n"http://example.org/p": {start * pairs}{"{}" * one}{end * pairs}}}'
    start = '{"http://example.org/p": '
    return f"\n{start * depth}1{'}' * depth}"


@pytest.mark.parametrize(
    ("suffix", "deepest", "what"),
    [
        (".rdf", DEEPEST_ELEMENTS, "1,000 elements"),
        (".jsonld", DEEPEST_BRACKETS, "250 brackets"),
        (".json", DEEPEST_BRACKETS, "250 brackets"),
    ],
)
def test_nodes_may_stand_in_one_another_but_not_without_end(
    tmp_path: Path, suffix: str, deepest: int, what: str
) -> None:
    path = tmp_path / f"data{suffix}"
    path.write_text(nodes(suffix, deepest))
    assert len(load_file(path)) >= deepest // 2 - 1
    for depth in (deepest + 1, 100_000):
        path.write_text(nodes(suffix, depth))
        with pytest.raises(ParseError, match=f"more than {what} within one another") as caught:
            load_file(path)
        assert (caught.value.file, caught.value.line) == (str(path), 2)


def test_the_deepest_that_is_allowed_fits_a_small_stack(tmp_path: Path) -> None:
    """A thread has 1 MB or more wherever Python runs: a parser that overflows it would take the whole process along."""
    deepest = {".rdf": DEEPEST_ELEMENTS, ".jsonld": DEEPEST_BRACKETS, ".json": DEEPEST_BRACKETS}
    texts = {f"nodes{suffix}": nodes(suffix, depth) for suffix, depth in deepest.items()}
    texts |= {f"triples{suffix}": nested(suffix, DEEPEST) for suffix in (".ttl", ".trig", ".nt", ".nq", ".rdf")}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    code = """if True:
        import sys, threading
        from pathlib import Path
        from kg.rdf.load import load_file
        threading.stack_size(1024 * 1024)
        read = []
        thread = threading.Thread(target=lambda: read.extend(map(load_file, map(Path, sys.argv[1:]))))
        thread.start()
        thread.join()
        print(len(read))"""
    command = [sys.executable, "-c", code, *(str(tmp_path / name) for name in texts)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (run.returncode, run.stdout) == (0, f"{len(texts)}\n")


def test_many_nodes_beside_one_another_are_not_deep(tmp_path: Path) -> None:
    many = ", ".join(r'{"http://example.org/p": "[{\\\"[{"}' for _ in range(2 * DEEPEST_BRACKETS))
    path = tmp_path / "data.jsonld"
    path.write_text(f"[{many}]")
    assert len(load_file(path)) == 2 * DEEPEST_BRACKETS
    path = tmp_path / "data.rdf"
    path.write_text(f"{ROOT}{'<e:C><e:p>1</e:p></e:C>' * DEEPEST_ELEMENTS}</rdf:RDF>")
    assert len(load_file(path)) == 2 * DEEPEST_ELEMENTS
