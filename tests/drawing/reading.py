"""Reads drawings as a browser would: well-formed, with the outlines of their paths."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
_STEP = re.compile(r"[Ml]|z|-?(?:\d+\.?\d*|\.\d+)")


def parsed(svg: str) -> Element:
    """A drawing as a tree: one that is part of a page has the namespace from the page."""
    return ElementTree.fromstring(svg if "xmlns=" in svg else svg.replace("<svg", f'<svg xmlns="{SVG[1:-1]}"', 1))


def titles(svg: str) -> list[str]:
    return [title.text or "" for title in parsed(svg).iter(f"{SVG}title")]


def texts(svg: str) -> list[str]:
    return [text.text or "" for text in parsed(svg).iter(f"{SVG}text")]


def box(element: Element) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a path or a circle."""
    if element.tag == f"{SVG}circle":
        x, y, r = (float(element.attrib[name]) for name in ("cx", "cy", "r"))
        return x - r, y - r, x + r, y + r
    points = [point for ring in outlines(element.attrib["d"]) for point in ring]
    across, along = zip(*points, strict=True)
    return min(across), min(along), max(across), max(along)


def outlines(data: str) -> list[list[tuple[float, float]]]:
    """The rings of a path's data, which is written as one move and relative lines."""
    rings: list[list[tuple[float, float]]] = []
    tokens = iter(_STEP.findall(data))
    for token in tokens:
        if token == "M":
            rings.append([(float(next(tokens)), float(next(tokens)))])
        elif token not in "lz":
            x, y = rings[-1][-1]
            rings[-1].append((x + float(token), y + float(next(tokens))))
    return rings


def marked(svg: str, title: str) -> Element:
    """The shape with a title."""
    root = parsed(svg)
    return next(e for e in root.iter() if any(child.tag == f"{SVG}title" and child.text == title for child in e))
