"""RDF/XML: what of it is refused, and what it can hold.

Entities may be bombs. And there are graphs that RDF/XML cannot say: a property must end in a name of XML's.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import IO, Any, cast

from pyoxigraph import BlankNode, Triple, serialize

from kg.errors import BadInput, ParseError
from kg.rdf.nesting import check_elements
from kg.rdf.syntax import GraphFormat, Ordered, prefixes_used, relabelled
from kg.rdf.xml_text import XmlOutput
from kg.regex import late_regex

#: https://www.w3.org/TR/REC-xml-names/#NT-NCName
_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
# Compiled when first used, for that takes longer than most of what is imported.
_NAME = f"[{_START}][{_START}.0-9\u00b7\u0300-\u036f\u203f\u2040-]*$"
_ROOT = late_regex(rb"<rdf:RDF( [^>]*)>")
#: How pyoxigraph writes what is of a class whose IRI does not end in a name: as an element without one.
_NAMELESS = late_regex(rb'<oxprefix: xmlns:oxprefix=("[^"]*")([^>]*)>')
#: What may be declared: a short text, as ontology editors do for namespaces, in which no other entity stands.
_ENTITY = late_regex(
    rb"""<!ENTITY\s+[^\s"'<>&%]+\s+"(?:[^"&]|&(?:\#[0-9]+|\#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);){0,300}"\s*>"""
)
_ENTITIES = 200


class RdfXml(GraphFormat):
    """RDF/XML, whose prefixes are attributes of its root."""

    def check(self, content: bytes, path: PurePath) -> None:
        """Refuse entities from outside of the file or that grow, and nesting; raises as in `GraphFormat`."""
        for count, match in enumerate(re.finditer(rb"<!ENTITY", content), start=1):
            if count <= _ENTITIES and _ENTITY.match(content, match.start()):
                continue
            cause = "entities may only be short texts in double quotes, without other entities and not from elsewhere"
            if count > _ENTITIES:
                cause = f"more than {_ENTITIES} entities"
            raise ParseError(f"refused: {cause}", file=path, line=content.count(b"\n", 0, match.start()) + 1)
        check_elements(content, path)

    def _write(self, ordered: Ordered, out: IO[bytes], prefixes: Mapping[str, str]) -> None:
        """Raises BadInput for what RDF/XML cannot hold."""
        terms = (term for statement in ordered for term in _terms(statement))
        labels = {term.value for term in terms if isinstance(term, BlankNode)}
        if not all(re.match(_NAME, label) for label in labels):
            ordered = list(relabelled(cast("Sequence[Triple]", ordered), "b"))
        written = io.BytesIO()
        try:
            serialize(ordered, written, self.rdf, prefixes=prefixes_used(prefixes, ordered))
        except OSError as error:  # there is no other cause: nothing is written to a disk
            raise BadInput(f"this cannot be written: {error}") from error
        text = _NAMELESS.sub(rb"<rdf:Description\2>\n\t\t<rdf:type rdf:resource=\1/>", written.getvalue())
        text = text.replace(b"</oxprefix:>", b"</rdf:Description>")
        XmlOutput(out).write(_ROOT.sub(_attributes_in_order, text, count=1))


def _terms(statement: Any) -> Iterator[Any]:
    """The terms of a statement, and of the triples that are terms of it; raises BadInput for a nameless property."""
    if not re.search(_NAME, statement.predicate.value):
        raise BadInput(f"RDF/XML cannot write the property <{statement.predicate.value}>")
    yield statement.subject
    yield from _terms(statement.object) if isinstance(statement.object, Triple) else [statement.object]


def _attributes_in_order(root: re.Match[bytes]) -> bytes:
    return b"<rdf:RDF " + b" ".join(sorted(root[1].split())) + b">"
