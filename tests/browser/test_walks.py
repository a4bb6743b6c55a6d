"""Each page in a browser: wide and narrow, light and dark, in each language, with and without scripts."""

from __future__ import annotations

import json
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visit import NARROW, WIDE, visit
from tests.browser.walks import WALKS, Walk

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WALKS_AND_LANGUAGES = [
    pytest.param(walk, language, id=f"{walk.name}-{language}") for walk in WALKS for language in walk.languages
]


@pytest.mark.parametrize(("walk", "language"), WALKS_AND_LANGUAGES)
def test_a_page_has_no_fault(browser: Browser, site: str, axe: str, pictures: Path, walk: Walk, language: str) -> None:
    with visit(browser, site, language) as seen:
        seen.open(walk.path, walk.status)
        assert seen.page.locator("html").get_attribute("lang") == language
        weight = seen.weight()
        for width in (WIDE, NARROW):
            for scheme in ("light", "dark"):
                seen.look(width, scheme)
                seen.picture(pictures / f"{walk.name}-{language}-{width}-{scheme}.jpg")
        seen.look(WIDE, "light")
        seen.check(axe)
        seen.unfold()
        for width in (NARROW, WIDE):
            seen.look(width, "dark")
            seen.check(axe, "color-contrast")  # the only rule to which colors matter
        seen.look(NARROW, "light")
        seen.check(axe)
    assert not seen.problems, "\n".join(seen.problems)
    assert walk.limit is None or weight < walk.limit


@pytest.mark.parametrize(("walk", "language"), WALKS_AND_LANGUAGES)
def test_a_page_needs_no_script(browser: Browser, site: str, walk: Walk, language: str) -> None:
    with visit(browser, site, language) as seen:
        seen.open(walk.path, walk.status)
        links = seen.links()
    with visit(browser, site, language, scripts=False) as seen:
        seen.open(walk.path, walk.status)
        assert seen.links() >= links
        for width in (WIDE, NARROW):
            seen.look(width, "light")
    assert not seen.problems, "\n".join(seen.problems)


def test_html_is_valid(site: str, tools: Path, tmp_path: Path) -> None:
    checker = tools / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if shutil.which("java") is None:
        pytest.skip("there is no Java runtime for the Nu HTML checker")
    for walk in WALKS:
        for language in walk.languages:
            html = fetch(site + walk.path, language)
            (tmp_path / f"{walk.name}-{language}.html").write_bytes(html)
    done = subprocess.run(
        ["java", "-jar", checker, "--format", "json", "--exit-zero-always", "--stdout", tmp_path],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    messages = json.loads(done.stdout)["messages"]
    assert not [
        f"{Path(message['url']).name}, line {message['lastLine']}: {message['message']} {message.get('extract', '')}"
        for message in messages
        if message["type"] != "info"
    ]


def fetch(address: str, language: str) -> bytes:
    """What a browser gets."""
    request = urllib.request.Request(address, headers={"Accept": "text/html", "Accept-Language": language})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return bytes(response.read())
    except urllib.error.HTTPError as refusal:
        return bytes(refusal.read())
