"""The style of drawings: each kind has its color in light and dark, and what is written can be read."""

from __future__ import annotations

import re

import pytest

from kg.drawing.stripes import HATCHED
from kg.drawing.svg import STYLE

CSS = STYLE.read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.S)
)


def luminance(color: str) -> float:
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_can_be_read(colors: dict[str, str]) -> None:
    assert contrast(colors["drawn"], colors["halo"]) >= 4.5
    assert contrast(colors["faint"], colors["halo"]) >= 4.5
    for kind in ("member", "party", "observer", "partner", "associate"):
        assert contrast(colors["in"], colors[kind]) >= 4.5, kind


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_fills_stand_out_from_the_land(colors: dict[str, str]) -> None:
    for kind in ("to", "certain", "possible", "presumed"):
        assert contrast(colors[kind], colors["land"]) >= 1.7, kind


def test_both_schemes_have_all_colors_and_each_is_used() -> None:
    assert LIGHT.keys() == DARK.keys()
    for name in LIGHT:
        assert f"var(--{name})" in CSS, name
    assert set(re.findall(r"var\(--([a-z]+)\)", CSS)) == LIGHT.keys()
    assert {*HATCHED, *HATCHED.values()} <= LIGHT.keys()
