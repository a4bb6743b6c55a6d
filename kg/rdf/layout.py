"""What the house's Turtle looks like, whoever writes it: the order of terms, and how literals and names are written.

https://www.w3.org/TR/turtle/#sec-grammar
"""

from __future__ import annotations

import re

from kg.terms import DCTERMS, RDF, RDFS, SKOS, XSD

#: The properties that come first within a subject, in this order; the others follow in the order of their IRIs.
LEADING = (RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, DCTERMS.identifier, SKOS.definition)

#: PN_LOCAL without the escapes: what may follow a prefix as it is.
_LETTER = (
    "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_LOCAL = re.compile(rf"(?:[{_LETTER}0-9][{_LETTER}0-9\-\u00b7]*(?:\.+[{_LETTER}0-9\-\u00b7]+)*)?")
_DIGITS = re.compile(r"(\d+)")
#: The literals that Turtle writes without quotes, by the IRIs of their datatypes.
_BARE = {
    XSD.boolean.value: re.compile("true|false"),
    XSD.integer.value: re.compile("[+-]?[0-9]+"),
    XSD.decimal.value: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.double.value: re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+"),
}


def natural(text: str) -> list[tuple[bool, int, str]]:
    """A key to sort by in natural order, in which 2 precedes 10."""
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in _DIGITS.split(text)]


def is_local(name: str) -> bool:
    """Whether a name may follow a prefix as it is."""
    return _LOCAL.fullmatch(name) is not None


def is_bare(text: str, datatype: str) -> bool:
    """Whether Turtle writes a literal of the datatype with this IRI without quotes."""
    pattern = _BARE.get(datatype)
    return pattern is not None and pattern.fullmatch(text) is not None


def quoted(text: str) -> str:
    """A text in quotes, in three if it has several lines."""
    text = text.replace("\\", "\\\\").replace("\r", "\\r")
    if "\n" not in text:
        return '"' + text.replace('"', '\\"') + '"'
    # Three quotes together would end it, and one at its end be the first of three.
    text = re.sub(r'"{3,}|"+\Z', lambda quotes: quotes[0].replace('"', '\\"'), text)
    return f'"""{text}"""'
