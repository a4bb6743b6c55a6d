"""What texts must be for XML: without the characters that it lacks, and with carriage returns that its readers keep."""

from __future__ import annotations

from typing import IO

from kg.errors import BadInput
from kg.regex import late_regex

#: What is no Char in UTF-8: https://www.w3.org/TR/xml/#charsets
_NO_CHARACTER = late_regex(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


class XmlOutput:
    """An output that passes on XML in which texts have been written as they are."""

    def __init__(self, out: IO[bytes]) -> None:
        """Pass on to an output."""
        self._out = out
        self._tail = b""

    def write(self, piece: bytes) -> int:
        """Pass on a piece.

        Raises:
            BadInput: a text in it cannot be written in XML.
        """
        joint = self._tail + piece  # a character may be in two pieces
        if found := _NO_CHARACTER.search(joint):
            raise BadInput(
                f"XML has not the character U+{ord(found[0].decode()):04X}, which is in a text; choose another format"
            )
        self._tail = joint[-2:]
        # Readers take a carriage return that stands for itself as the end of a line (XML 1.0, section 2.11).
        self._out.write(piece.replace(b"\r", b"&#xD;"))
        return len(piece)

    def flush(self) -> None:
        """Pass on the wish to have everything written."""
        self._out.flush()
