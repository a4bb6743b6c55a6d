"""The values that literals denote: the OWL 2 datatype map.

OWL 2 Structural Specification, section 4 (https://www.w3.org/TR/owl2-syntax/#Datatype_Maps), over XML Schema 1.1
Datatypes. Two literals denote one value if the values are identical, which is narrower than XML Schema's equality: the
floats 0 and -0 are two values, and so is one instant told in two time zones. Datatypes outside the map (xsd:date,
xsd:gYear, a project's own) denote nothing that can be known here.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Collection, Hashable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import Literal

from kg.regex import late_regex
from kg.terms import OWL, RDF, RDFS, XSD

if TYPE_CHECKING:
    from fractions import Fraction


class IllTyped(ValueError):
    """The lexical form is outside the lexical space of the datatype."""


class Value(NamedTuple):
    """A data value. The value spaces of the map are disjoint, so a value lies in exactly one of them."""

    space: str
    content: Hashable


def value_of(literal: Literal) -> Value | None:
    """The value a literal denotes, or None if its datatype is not in the OWL 2 datatype map, or it is not worked out.

    Raises:
        IllTyped: the datatype is in the map, but the lexical form is none of its.
    """
    if literal.language is not None:
        if literal.direction is not None:  # rdf:dirLangString of RDF 1.2 is younger than the map
            return None
        return Value("language-tagged string", (literal.value, literal.language))
    reader = _READERS.get(literal.datatype.value)
    if reader is None:
        return None
    value = reader(literal.value)
    if value is None:
        return None
    if not contains(literal.datatype.value, value):
        raise IllTyped(f"{literal} is outside the datatype")
    return value


def contains(datatype: str, value: Value) -> bool:
    """Whether the value space of a datatype of the map, given by its IRI, contains a value."""
    spaces, test = _DATATYPES[datatype]
    return value.space in spaces and test(value.content)


def containing(datatypes: Collection[str]) -> Callable[[Value], tuple[str, ...]]:
    """What tells which of some datatypes of the map, given by their IRIs, contain a value."""
    tests = {space: [(d, *_DATATYPES[d][1:]) for d in datatypes if space in _DATATYPES[d][0]] for space in _ANY}
    # Of most spaces a datatype contains all.
    always = {
        space: tuple(datatype for datatype, _ in found)
        for space, found in tests.items()
        if all(test is _all for _, test in found)
    }

    def those_with(value: Value) -> tuple[str, ...]:
        known = always.get(value.space)
        if known is not None:
            return known
        return tuple(datatype for datatype, test in tests[value.space] if test(value.content))

    return those_with


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    match = pattern.fullmatch(text)
    if match is None:
        raise IllTyped(f"{text!r} does not match {pattern.pattern}")
    return match


_INTEGER = late_regex(r"[+-]?[0-9]+")
_DECIMAL = late_regex(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_RATIONAL = late_regex(r"([+-]?[0-9]+)/(\+?[0-9]+)")
_FLOAT = late_regex(r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|INF)|NaN")
_DATE_TIME = late_regex(
    r"(-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]+)?)"
    r"(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
)
_LANGUAGE = late_regex(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
_HEX = late_regex(r"(?:[0-9a-fA-F]{2})*")
_BASE64 = late_regex(r"(?:[A-Za-z0-9+/] ?){2,}(?:= ?){0,2}|")

# XML 1.0 (Fifth Edition), productions 4 and 4a, without the colon that NCName excludes: what a name begins with, and
# what it has besides, in ASCII and in any script. To compile the latter takes longer than to close a small graph.
_ASCII_NAME = r"A-Z_a-z", r"\-.0-9"
_ANY_NAME = (
    r"A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF",
    r"\-.0-9\xB7\u0300-\u036F\u203F-\u2040",
)


#: Digits up to which numbers are calculated with; int() refuses more than a few hundred above.
_DIGITS = 4_000


class _LongNumber(NamedTuple):
    """A number of more digits than that: its sign and its digits, without zeros that say nothing."""

    negative: bool
    whole: str
    fraction: str


_Number: TypeAlias = "Fraction | int | _LongNumber"


def _number(number: _Number) -> Value:
    return Value("number", number)


def _decimal(text: str) -> Value:
    return _number(_point_number(_match(_DECIMAL, text).group()))


def _point_number(text: str) -> _Number:
    """A decimal number, in time that is linear in its length."""
    whole, _, fraction = text.partition(".")
    negative, whole, fraction = whole.startswith("-"), whole.lstrip("+-").lstrip("0"), fraction.rstrip("0")
    if len(whole) + len(fraction) > _DIGITS:
        return _LongNumber(negative, whole, fraction)
    number = int(whole + fraction or "0") * (-1 if negative else 1)
    return _ratio(number, 10 ** len(fraction)) if fraction else number


def _ratio(numerator: int, denominator: int) -> Fraction:
    from fractions import Fraction  # noqa: PLC0415 - rare, and slow to import

    return Fraction(numerator, denominator)


def _whole(text: str) -> Value:
    return _number(_point_number(_match(_INTEGER, text).group()))


def _rational(text: str) -> Value | None:
    numerator, denominator = _match(_RATIONAL, text).groups()
    if not denominator.strip("+0"):
        raise IllTyped(f"{text!r} divides by zero")
    if len(text) > _DIGITS:  # to reduce it would take a time that grows with the square of its length
        return None
    return _number(_ratio(int(numerator), int(denominator)))


def _double(text: str) -> Value:
    return Value("double", struct.pack("<d", float(_match(_FLOAT, text).group())))


def _float(text: str) -> Value:
    number = float(_match(_FLOAT, text).group())
    try:
        return Value("float", struct.pack("<f", number))
    except OverflowError:
        return Value("float", struct.pack("<f", float("inf") if number > 0 else float("-inf")))


def _string(text: str) -> Value:
    return Value("string", text)


def _plain_literal(text: str) -> Value:
    """rdf:PlainLiteral, section 3: the text, an @ sign, and the language, which may be empty."""
    string, at, language = text.rpartition("@")
    if not at or (language and not _LANGUAGE.fullmatch(language)):
        raise IllTyped(f"{text!r} has no language part")
    return Value("language-tagged string", (string, language.lower())) if language else _string(string)


def _boolean(text: str) -> Value:
    if text not in ("true", "false", "1", "0"):
        raise IllTyped(f"{text!r} is not a boolean")
    return Value("boolean", text in ("true", "1"))


def _date_time(text: str) -> Value | None:
    """The seven properties of XML Schema 1.1 Datatypes, section 3.3.7; 24:00:00 is the next day's 00:00:00."""
    years, months, days, hours, minutes, seconds, zone = _match(_DATE_TIME, text).groups()
    if len(years) > _DIGITS:
        return None
    year, month, day, hour, minute = int(years), int(months), int(days), int(hours), int(minutes)
    # An int is equal to the Fraction of the same number, and made much faster.
    second = int(seconds) if seconds.isdigit() else _point_number(seconds)
    midnight = hour == 24 and minute == 0 and second == 0
    if not (
        1 <= month <= 12
        and 1 <= day <= _days(year, month)
        and (midnight or (hour < 24 and minute < 60 and int(seconds[:2]) < 60))
    ):
        raise IllTyped(f"{text!r} is not a date and time")
    if midnight:
        hour, day = 0, day + 1
        if day > _days(year, month):
            day, month = 1, month + 1
        if month > 12:
            month, year = 1, year + 1
    offset = None
    if zone is not None:
        offset = 0 if zone == "Z" else int(zone[0] + "1") * (int(zone[1:3]) * 60 + int(zone[4:6]))
    return Value("time instant", (year, month, day, hour, minute, second, offset))


def _days(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _hex_binary(text: str) -> Value:
    return Value("hexBinary", bytes.fromhex(_match(_HEX, text).group()))


def _base64_binary(text: str) -> Value:
    from base64 import b64decode  # noqa: PLC0415 - rare, and slow to import

    try:
        return Value("base64Binary", b64decode(_match(_BASE64, text).group().replace(" ", ""), validate=True))
    except ValueError as error:
        raise IllTyped(f"{text!r} is not base64") from error


def _any_uri(text: str) -> Value:
    return Value("URI", text)


def _xml_literal(text: str) -> Value:
    """A fragment of XML, compared by its canonical form. Inside an element no entity can be declared."""
    from xml.etree import ElementTree  # noqa: PLC0415 - rare, and slow to import

    try:
        return Value("XML", ElementTree.canonicalize(f"<fragment>{text}</fragment>"))
    except ElementTree.ParseError as error:
        raise IllTyped(f"{text!r} is not balanced XML") from error


def _between(low: int | None, high: int | None) -> Callable[[_Number], bool]:
    def test(number: _Number) -> bool:
        if isinstance(number, _LongNumber):  # whole, it is beyond every bound
            return not number.fraction and (low is None or not number.negative) and (high is None or number.negative)
        return number.denominator == 1 and (low is None or low <= number) and (high is None or number <= high)

    return test


def _is_decimal(number: _Number) -> bool:
    # A denominator of twos and fives divides that power of ten which has as many as there can be.
    return isinstance(number, _LongNumber) or pow(10, number.denominator.bit_length(), number.denominator) == 0


def _is_token(text: str) -> bool:
    return not re.search(r"[\t\n\r]|^ | $|  ", text)


def _is_name(text: str, colon: str = ":", *, token: bool = False) -> bool:
    """Whether a text is a name of XML's; a token begins with any of what names have."""
    start, more = _ASCII_NAME if text.isascii() else _ANY_NAME
    first = start + more if token else start
    return re.fullmatch(f"[{colon}{first}][{colon}{start}{more}]*", text) is not None


def _all(content: Hashable) -> bool:
    return True


_NUMBER = frozenset({"number"})
_STRING = frozenset({"string"})
_INSTANT = frozenset({"time instant"})
_ANY = frozenset(
    {
        *("number", "double", "float", "string", "language-tagged string", "boolean", "time instant"),
        *("hexBinary", "base64Binary", "URI", "XML"),
    }
)

#: Datatype -> the spaces its values lie in, and the test that picks them there.
_DATATYPES: dict[str, tuple[frozenset[str], Callable[..., bool]]] = {
    OWL.real.value: (_NUMBER, _all),
    OWL.rational.value: (_NUMBER, _all),
    XSD.decimal.value: (_NUMBER, _is_decimal),
    XSD.integer.value: (_NUMBER, _between(None, None)),
    XSD.nonNegativeInteger.value: (_NUMBER, _between(0, None)),
    XSD.positiveInteger.value: (_NUMBER, _between(1, None)),
    XSD.nonPositiveInteger.value: (_NUMBER, _between(None, 0)),
    XSD.negativeInteger.value: (_NUMBER, _between(None, -1)),
    XSD.long.value: (_NUMBER, _between(-(2**63), 2**63 - 1)),
    XSD.int.value: (_NUMBER, _between(-(2**31), 2**31 - 1)),
    XSD.short.value: (_NUMBER, _between(-(2**15), 2**15 - 1)),
    XSD.byte.value: (_NUMBER, _between(-(2**7), 2**7 - 1)),
    XSD.unsignedLong.value: (_NUMBER, _between(0, 2**64 - 1)),
    XSD.unsignedInt.value: (_NUMBER, _between(0, 2**32 - 1)),
    XSD.unsignedShort.value: (_NUMBER, _between(0, 2**16 - 1)),
    XSD.unsignedByte.value: (_NUMBER, _between(0, 2**8 - 1)),
    XSD.double.value: (frozenset({"double"}), _all),
    XSD.float.value: (frozenset({"float"}), _all),
    XSD.string.value: (_STRING, _all),
    XSD.normalizedString.value: (_STRING, lambda text: not re.search(r"[\t\n\r]", text)),
    XSD.token.value: (_STRING, _is_token),
    XSD.language.value: (_STRING, lambda text: _LANGUAGE.fullmatch(text) is not None),
    XSD.Name.value: (_STRING, _is_name),
    XSD.NCName.value: (_STRING, partial(_is_name, colon="")),
    XSD.NMTOKEN.value: (_STRING, partial(_is_name, token=True)),
    RDF.langString.value: (frozenset({"language-tagged string"}), _all),
    RDF.PlainLiteral.value: (frozenset({"string", "language-tagged string"}), _all),
    XSD.boolean.value: (frozenset({"boolean"}), _all),
    XSD.dateTime.value: (_INSTANT, _all),
    XSD.dateTimeStamp.value: (_INSTANT, lambda fields: fields[-1] is not None),
    XSD.hexBinary.value: (frozenset({"hexBinary"}), _all),
    XSD.base64Binary.value: (frozenset({"base64Binary"}), _all),
    XSD.anyURI.value: (frozenset({"URI"}), _all),
    RDF.XMLLiteral.value: (frozenset({"XML"}), _all),
    RDFS.Literal.value: (_ANY, _all),
}

#: The IRIs of the datatypes whose values are known.
DATATYPES = frozenset(_DATATYPES)

#: Datatype -> its lexical-to-value mapping. owl:real, rdfs:Literal and rdf:langString have no lexical forms.
_READERS: dict[str, Callable[[str], Value | None]] = {
    **{iri: _whole for iri, (spaces, _) in _DATATYPES.items() if spaces is _NUMBER and iri != OWL.real.value},
    **{iri: _string for iri, (spaces, _) in _DATATYPES.items() if spaces is _STRING},
    **{iri: _date_time for iri, (spaces, _) in _DATATYPES.items() if spaces is _INSTANT},
    OWL.rational.value: _rational,
    XSD.decimal.value: _decimal,
    XSD.double.value: _double,
    XSD.float.value: _float,
    RDF.PlainLiteral.value: _plain_literal,
    XSD.boolean.value: _boolean,
    XSD.hexBinary.value: _hex_binary,
    XSD.base64Binary.value: _base64_binary,
    XSD.anyURI.value: _any_uri,
    RDF.XMLLiteral.value: _xml_literal,
}
