"""What all drawings are made of: escaped text, short numbers, links with titles, the frame with its style."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from pathlib import Path

#: The style of all drawings, in light and dark: a page links it, a drawing that is a file of its own has it inside.
STYLE = Path(__file__).parent / "drawing.css"
#: Widths of drawings made for a page twice: for a desk, and for a phone.
BROAD, NARROW = 1000.0, 390.0
#: The least width of a file of its own: wide enough to be styled as on a desk.
_OWN_WIDTH = 960.0
#: What XML cannot have, not even escaped: https://www.w3.org/TR/xml/#charsets
_NO_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: What may name a class or an element, so that no caller's word can break out of an attribute.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
#: How wide a character is on average, in parts of the font's size; the wide ones of other scripts are as high as wide.
_CHARACTER_WIDTH, _WIDE = 0.56, re.compile("[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")


def text_of(value: str) -> str:
    """A text as it may stand in an element or an attribute."""
    return escape(_NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", value))


def name_of(value: str) -> str:
    """A word that is a class or part of an id.

    Raises:
        ValueError: it is none; such words come from code, never from data.
    """
    if not _NAME.fullmatch(value):
        raise ValueError(f"{value!r} cannot be the name of a class in a drawing")
    return value


def number(value: float) -> str:
    """A coordinate, to a tenth, as short as it can be written."""
    text = f"{round(value, 1):g}"
    return text if abs(value) >= 1 else text.replace("0.", ".").replace("-0", "0")


def path_data(*parts: str | float) -> str:
    """The data of a path: commands, and the numbers that follow them."""
    return " ".join(part if isinstance(part, str) else number(part) for part in parts)


def text_width(text: str, size: float) -> float:
    """About how wide a text is in a font of this size: drawings are made where no fonts are."""
    wide = len(_WIDE.findall(text))
    return size * (wide + (len(text) - wide) * _CHARACTER_WIDTH)


def fitted(text: str, room: float, size: float) -> str:
    """A text cut to the room there is, with an ellipsis; empty if not even three characters fit."""
    if text_width(text, size) <= room:
        return text
    kept = text
    while kept and text_width(kept + "…", size) > room:
        kept = kept[:-1]
    return kept.rstrip(" ,;:–—-") + "…" if len(kept) >= 3 else ""


def mark(shape: str, title: str, link: str | None = None) -> str:
    """A shape that says what it is on pointing at it, and leads somewhere.

    Args:
        shape: an element that closes itself, as in ``<circle r="3"/>``.
        title: what it stands for.
        link: where it leads, if anywhere.
    """
    element = shape[1:].split(" ", 1)[0].rstrip("/>")
    titled = f"{shape.removesuffix('/>')}><title>{text_of(title)}</title></{element}>"
    return f'<a href="{text_of(link)}">{titled}</a>' if link else titled


def frame(kind: str, width: float, height: float, label: str, parts: Iterable[str], *, standalone: bool) -> str:
    """A drawing of its parts.

    It is an image to who cannot see it if nothing in it can be followed, and otherwise a group of links.

    Args:
        kind: the classes that its style goes by.
        width: of its coordinates, which it fills a page's width with.
        height: of its coordinates.
        label: what it shows, in words.
        parts: its elements.
        standalone: whether it is a file of its own, with size, namespace and style.
    """
    content = "".join(parts)
    role = "group" if "<a " in content else "img"
    box = f"0 0 {number(width)} {number(height)}"
    head = f'class="drawing {kind}" viewBox="{box}" role="{role}" aria-label="{text_of(label)}"'
    if not standalone:
        return f"<svg {head}>{content}</svg>"
    larger = max(1.0, _OWN_WIDTH / width)
    size = f'xmlns="http://www.w3.org/2000/svg" width="{number(width * larger)}" height="{number(height * larger)}"'
    ground = '<rect class="ground" width="100%" height="100%"/>'
    return f"<svg {size} {head}><style>{text_of(STYLE.read_text(encoding='utf-8'))}</style>{ground}{content}</svg>\n"


def in_sizes(broad: str, narrow: str) -> str:
    """A drawing for a desk and the same for a phone, of which style shows one."""
    return f'<div class="sizes">{broad}{narrow}</div>'
