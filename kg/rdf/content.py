"""The content of an RDF file and its format: by its suffix and, where that is used for several, by how it begins."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

from kg.errors import BadInput, MissingFile, ParseError, UnknownFormat
from kg.messages import shortened
from kg.rdf.columns import is_columns, read_columns
from kg.rdf.formats import GraphFormat, format_of_file, graph_format
from kg.regex import late_regex

#: Standard input, as commands have it.
STANDARD_INPUT = Path("-")
#: Bytes that a compressed file may have when it is not: a few thousand can make gigabytes.
_LARGEST = 4 << 30
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_UTF8_MARK = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"

_COMMENTS = late_regex(rb"(?:\s+|#[^\n]*\n?)*")
_XML_PROLOG = late_regex(rb"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL)
_TURTLE = late_regex(
    rb"@prefix\b|@base\b|prefix\s+[\w.-]*:\s*<|base\s*<|<[A-Za-z][\w+.-]*:[^\s<>]*>\s|_:\S+\s", re.IGNORECASE
)
_HTML = late_regex(rb"<!DOCTYPE\s+html\b|<html\b", re.IGNORECASE)
_NO_DATA = {"a ZIP archive": late_regex(rb"PK\x03\x04"), "PDF": late_regex(rb"%PDF-")}
_ENCODING = late_regex(rb"\s*<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.-]+)")
#: Where a context of JSON-LD is that does not stand in the file.
_REMOTE = late_regex(rb'"@(?:context|import)"\s*:\s*(?:\[\s*)?"([^"]*)"')
_OWL_XML = late_regex(rb"<(?:\w+:)?Ontology\b")
_FUNCTIONAL = late_regex(rb"(?:Prefix|Ontology)\s*\(")
_MANCHESTER = late_regex(rb"(?:Prefix|Ontology):\s")
_CONVERT = (
    "convert it, for example by `robot convert --input {} --output ontology.ttl`, or save it as Turtle in Protégé"
)


def read_content(path: Path, form: GraphFormat | None = None) -> tuple[bytes, GraphFormat]:
    """The content of a file, without a byte order mark and not compressed, and its format.

    Args:
        path: the file; - is standard input.
        form: its format, if it is known.

    Raises:
        MissingFile: it cannot be read.
        UnknownFormat: no RDF format has its suffix.
        ParseError: it is in another syntax, or holds what may not be parsed.
    """
    if is_columns(path) and path.is_file():
        return read_columns(path), graph_format("nt")
    named = path.with_suffix("") if path.suffix.lower() == ".gz" else path
    if form is None and path != STANDARD_INPUT:
        form = _format_of(named, path)
    content = _content(path)
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            raise ParseError(f"this is {encoding}; save it as UTF-8", file=path)
    content = content.removeprefix(_UTF8_MARK)
    _refuse_other_syntaxes(content, path)
    if form is None or form == graph_format("rdfxml"):
        form = _sniffed(content) or form
    if form is None:
        raise UnknownFormat("what format standard input has is to be said by --from", file=path)
    form.check(content, path)
    return content, form


def read_whole_text(path: Path) -> str:
    """The text of a file, comments included, which a parser passes over without reading them.

    Raises:
        BadInput: it is compressed.
        ParseError: it is not UTF-8, with the line.
    """
    content = path.read_bytes()
    if content.startswith(_GZIP):
        raise BadInput("this is compressed; decompress it, for only text can be written anew", file=path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ParseError(_not_utf_8(), file=path, line=line) from error


def explained(form: GraphFormat, cause: str, content: bytes) -> str:
    """What a parser says of a file, with what to do about it where that can be told."""
    if "utf-8" in cause.lower():
        declared = _ENCODING.match(content)
        return _not_utf_8(declared[1].decode(), " and its XML declaration") if declared else _not_utf_8()
    remote = _REMOTE.search(content) if form == graph_format("jsonld") and "remote" in cause else None
    if remote is not None:
        return (
            f"its context is at {remote[1].decode(errors='replace')}, and nothing is fetched: write the context into "
            "the file, or expand the file beforehand, for example by `riot --output=nquads`"
        )
    likely = _sniffed(content) or form
    hint = "" if likely == form else f"; it begins like {likely.title}, whose files end in {likely.suffixes[0]}"
    return f"not {form.title}: {shortened(cause)}{hint}"


def _not_utf_8(encoding: str = "ISO-8859-1", also: str = "") -> str:
    return f"this is not UTF-8; convert it{also}, for example by `iconv -f {encoding} -t UTF-8`"


def _content(path: Path) -> bytes:
    if path == STANDARD_INPUT:
        content = _standard_input()
        return _decompressed(content, path) if content.startswith(_GZIP) else content
    try:
        content = path.read_bytes()
    except OSError as error:
        raise MissingFile((error.strerror or "cannot be read").lower(), file=path) from error
    return _decompressed(content, path) if path.suffix.lower() == ".gz" or content.startswith(_GZIP) else content


@cache
def _standard_input() -> bytes:
    """All of it, kept, because messages look for lines in it again."""
    return sys.stdin.buffer.read()


def _decompressed(content: bytes, path: Path) -> bytes:
    # Most files are not compressed.
    import gzip  # noqa: PLC0415
    import io  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    try:
        with gzip.open(io.BytesIO(content)) as file:
            whole = file.read(_LARGEST + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ParseError(f"not gzip: {error}", file=path) from error
    if len(whole) > _LARGEST:
        raise ParseError(f"refused: more than {_LARGEST >> 30} GiB when it is not compressed", file=path)
    return whole


def _format_of(named: Path, path: Path) -> GraphFormat:
    try:
        return format_of_file(named)
    except UnknownFormat as error:
        # What is not there, or a folder, is no matter of formats.
        _refuse_other_syntaxes(_content(path).removeprefix(_UTF8_MARK), path)
        raise UnknownFormat(f"{error.message}; --from says which it is, if it is one", file=path) from error


def _refuse_other_syntaxes(content: bytes, path: Path) -> None:
    """Say what a file is that is no RDF: an ontology in another syntax, a web page, an archive.

    Raises:
        ParseError
    """
    begin = content[:65_536]
    for kind, pattern in _NO_DATA.items():
        if pattern.match(begin):
            raise ParseError(f"this is {kind}, which is no RDF", file=path)
    if _HTML.match(begin, _end(_XML_PROLOG, begin)) or _HTML.match(begin, _end(_COMMENTS, begin)):
        raise ParseError("this is HTML, a page that shows the data or an error; save the data itself", file=path)
    name = None
    if _OWL_XML.match(begin, _end(_XML_PROLOG, begin)):
        name = "OWL/XML"
    elif _FUNCTIONAL.match(begin, _end(_COMMENTS, begin)):
        name = "OWL's functional syntax"
    elif _MANCHESTER.match(begin, _end(_COMMENTS, begin)):
        name = "Manchester syntax"
    if name is not None:
        raise ParseError(f"this is {name}, which is no RDF; {_CONVERT.format(path.name)}", file=path)


def _sniffed(content: bytes) -> GraphFormat | None:
    """The format that content seems to have: Turtle, RDF/XML or JSON-LD."""
    begin = content[:65_536]
    start = _end(_COMMENTS, begin)
    if _TURTLE.match(begin, start):
        return graph_format("turtle")
    if begin[start : start + 1] == b"<":
        return graph_format("rdfxml")
    return graph_format("jsonld") if begin[start : start + 1] in (b"{", b"[") else None


def _end(pattern: re.Pattern[bytes], content: bytes) -> int:
    match = pattern.match(content)
    return match.end() if match else 0
