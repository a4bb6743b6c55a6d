"""Language tags as their authors wrote them: en-GB. pyoxigraph has them in lower case, which says the same.

RDF 1.1 Concepts, section 3.3, lets a tag be normalized; who compares files would rather not see it.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

from kg.rdf.content import read_content
from kg.rdf.formats import GraphFormat
from kg.regex import late_regex

_TAG = r"([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)"
_TAG_BYTES = _TAG.encode()
#: Where a format has language tags. What a literal says cannot look so, for there quotes are escaped. The pattern
#: begins with a character, for which Python looks ten times as fast as for what stands before it.
_IN_TEXT = late_regex(rb"@(?<=[\"']@)%b" % _TAG_BYTES)
_AT_END = late_regex(rf"(\"@){_TAG}(?=(?: \S+)? \.$)", re.MULTILINE)
_AFTER_QUOTE = late_regex(rf"((?<!\\)(?:\\\\)*\"@){_TAG}")
_PLACES = {
    "nt": _AT_END,
    "nq": _AT_END,
    "turtle": _AFTER_QUOTE,
    "trig": _AFTER_QUOTE,
    "rdfxml": late_regex(rf"(xml:lang=\"){_TAG}(?=\"[^<>]*>)"),
    "jsonld": late_regex(rf"((?<!\\)\"@language\":\s*\"){_TAG}(?=\")"),
}
_WRITTEN = {
    "rdfxml": late_regex(rb"xml:lang\s*=\s*[\"']%b[\"']" % _TAG_BYTES),
    "jsonld": late_regex(rb"\"@language\"\s*:\s*\"%b\"" % _TAG_BYTES),
}


def written_tags(files: Iterable[Path], form: GraphFormat | None = None) -> dict[str, list[str]]:
    """How the tags of some files are spelled, each spelling once, by what they are in lower case.

    Args:
        files: the files.
        form: their format, if it is not to be told by them.

    Raises:
        MissingFile, UnknownFormat, ParseError: a file cannot be read.
    """
    tags: dict[str, dict[str, None]] = {}
    for path in files:
        content, found = read_content(path, form)
        for tag in map(bytes.decode, dict.fromkeys(_WRITTEN.get(found.name, _IN_TEXT).findall(content))):
            tags.setdefault(tag.lower(), {})[tag] = None
    return {lower: list(spellings) for lower, spellings in tags.items()}


def spelled_alike(tags: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Which tags are spelled in several ways, of which the first is written: to RDF they are one."""
    for first, *others in tags.values():
        if others:
            listed = ", ".join(f"@{other}" for other in others)
            yield f"language tags differ in case only and are written alike: {listed} as @{first}"


def changed_tags(tags: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """How tags are first spelled, of those that are not spelled in lower case."""
    return {lower: spellings[0] for lower, spellings in tags.items() if spellings[0] != lower}


def with_tags(
    write: Callable[[IO[bytes]], object], form: GraphFormat, tags: Mapping[str, Sequence[str]]
) -> Callable[[IO[bytes]], object]:
    """What writes a graph in a format, so that it writes these tags as they are first spelled here."""
    changed = changed_tags(tags)
    if not changed:
        return write

    def write_with_tags(out: IO[bytes]) -> None:
        written = io.BytesIO()
        write(written)
        text = written.getvalue().decode()
        out.write(_PLACES[form.name].sub(lambda match: match[1] + changed.get(match[2], match[2]), text).encode())

    return write_with_tags
