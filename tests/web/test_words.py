"""The words of the pages in other languages: each is one that a page says, and none is missing."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from test_pages import BROWSER

import kg.web
from kg.finder import FOUND_KINDS
from kg.web.views import NAVIGATION
from kg.web.views.view import DAYS
from kg.web.wording import Words

FOLDER = Path(kg.web.__file__).parent
FILES = [tomllib.loads(file.read_text(encoding="utf-8")) for file in sorted((FOLDER / "words").glob("*.toml"))]
LANGUAGES = sorted({language for words in FILES for language in words})
#: What is said in templates, and in the modules of the pages.
SAID = re.compile(r"""(?:\b_|\bsay|\.say)\("([^"]+)"\)""")
#: Words that templates take from elsewhere: kinds of things, difficulties, targets of shapes, titles of refusals.
FROM_CODE = {
    "States", "Organizations", "Treaties", "Obligations", "Events", "Claims", "Sources", "easy", "medium", "hard",
    "For each", "For what has", "For each value of", "For what its query finds", "Not Found",
    "The answer to a query",
    *DAYS, *(text for _, text in NAVIGATION), *(kind.text for kind in FOUND_KINDS),
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_templates_is_there_and_no_other(language: str) -> None:
    said = set()
    for file in [*(FOLDER / "templates").glob("*.html"), *(FOLDER / "views").glob("*.py")]:
        said |= set(SAID.findall(file.read_text(encoding="utf-8")))
    assert len(said) > 40
    known = Counter(text for words in FILES for text in words.get(language, {}))
    assert set(known) == said | FROM_CODE
    assert not [text for text, times in known.items() if times > 1], "told in two files"
    for words in FILES:
        assert all(text.count("%s") == other.count("%s") for text, other in words.get(language, {}).items())


@pytest.mark.parametrize(
    ("accepted", "language", "heading"),
    [
        (None, "en", "Ask the graph"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "ru", "Запрос к графу"),
        ("de,ru;q=0.5", "ru", "Запрос к графу"),
        ("en,ru;q=0.5", "en", "Ask the graph"),
        ("tlh", "en", "Ask the graph"),
    ],
)
def test_pages_speak_the_readers_language(
    client: FlaskClient, accepted: str | None, language: str, heading: str
) -> None:
    headers = BROWSER | ({} if accepted is None else {"Accept-Language": accepted})
    for path in ("/", "/sparql?query=ASK%20%7B%7D"):
        page = client.get(path, headers=headers)
        assert f'<html lang="{language}">' in page.text
        assert f"<h1>{heading}</h1>" in page.text
        assert "Accept-Language" in page.headers["Vary"]


def test_what_nobody_has_translated_stays_english() -> None:
    assert Words("ru")("Rarely said") == "Rarely said"
    assert Words("tlh").language == "en"
