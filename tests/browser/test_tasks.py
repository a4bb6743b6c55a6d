"""What people come for, done from the front page as they would, in three clicks at most.

None writes SPARQL; the last changes a year in a question that is there.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visit import visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

_MOST_CLICKS = 3


class Person:
    """Somebody at the front page, whose clicks are counted; what is chosen from a menu is one, too."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()
        self.page.wait_for_load_state()

    def go(self, name: str) -> None:
        """Click a link in the head of the page."""
        self.click(self.page.get_by_role("navigation", name="Site").get_by_role("link", name=name, exact=True))

    def find(self, text: str, name: str) -> None:
        """Type into the search of the head and take what is suggested."""
        self.page.get_by_role("combobox", name="Search").press_sequentially(text)
        self.click(self.page.get_by_role("option", name=name).first)

    def choose(self, name: str, text: str) -> None:
        self.clicks += 1
        self.page.locator(f"main select[name={name}]").select_option(label=text)

    def write(self, name: str, text: str) -> None:
        self.page.locator(f"main [name={name}]").fill(text)

    def press(self, name: str) -> None:
        self.click(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))

    def read(self) -> str:
        """The text of the page's main part, also what is folded, without its forms."""
        text: str = self.page.evaluate(
            "() => [...document.querySelectorAll('main > :not(form)')].map(part => part.textContent).join(' ')"
        )
        return " ".join(text.split())


@pytest.fixture
def person(browser: Browser, site: str) -> Iterator[Person]:
    with visit(browser, site, "en") as seen:
        seen.page.set_default_timeout(120_000)  # the first answer that takes reasoning
        seen.open("/")
        person = Person(seen.page)
        yield person
        assert person.clicks <= _MOST_CLICKS
        assert not seen.problems


def test_who_owed_armenia_help_in_september_2022_and_what_was_asked_and_answered(person: Person) -> None:
    person.choose("to", "Armenia")
    person.write("on", "2022-09-13")
    person.press("Show")
    told = person.read()
    assert re.search(r"article 4.*Belarus, Kazakhstan, Kyrgyzstan, Russia, Tajikistan", told)
    assert re.search(r"article 3.*1997.*Russia", told)
    asked = person.page.get_by_role("region", name="What Armenia asked, and what was answered").inner_text()
    assert "2022-09-13" in asked
    assert "article 4" in asked
    assert "Russia" in asked


def test_how_the_membership_of_the_csto_changed(person: Person) -> None:
    search = person.page.get_by_role("search").locator("input")
    person.click(search)
    search.fill("CSTO")
    person.page.keyboard.press("Enter")
    person.page.wait_for_url("**/search?*")
    found = person.page.get_by_role("main").get_by_role("link", name="Collective Security Treaty Organization")
    person.click(found.first)
    assert person.page.url.endswith("/doc/id/organization/CSTO.html")
    drawing = person.page.locator("main svg").first
    assert drawing.is_visible()
    assert "Uzbekistan" in drawing.text_content()
    assert re.search(r"Uzbekistan.*2006-08-16.*2012-12-19", person.read())


def test_the_csto_beside_nato(person: Person) -> None:
    person.go("Compare")
    sides = person.page.locator("main table.beside thead").inner_text()
    assert "CSTO" in sides
    assert "NATO" in sides
    told = person.read()
    assert "article 4" in told
    assert "article 5" in told


def test_which_sentences_of_the_article_do_not_hold_and_why(person: Person) -> None:
    person.go("The article on trial")
    person.click(person.page.get_by_role("table").get_by_role("link", name="disputed"))
    claims = person.page.locator("main article.claim")
    number = int(re.search(r"(\d+) of \d+ statements", person.read())[1])
    assert claims.count() == number > 0
    assert person.page.locator("main article.claim.disputed").count() == number
    assert all(claim.get_by_role("link").count() > 1 for claim in claims.all())


def test_who_must_defend_estonia_today_and_by_which_article(person: Person) -> None:
    person.choose("to", "Estonia")
    person.press("Show")
    told = person.read()
    assert re.search(r"North Atlantic Treaty, article 5", told)
    assert re.search(r"Treaty on European Union, article 42", told)
    table = person.page.locator("main table").first.inner_text()
    assert "Finland" in table


def test_what_if_turkey_left_nato_in_2027(person: Person) -> None:
    person.find("NATO", "North Atlantic Treaty Organization")
    member = person.page.get_by_role("row").filter(has_text="Türkiye").filter(has_text="what if it left?")
    person.click(member.get_by_role("link", name="what if it left?"))
    person.write("from", "2027-01-01")
    person.press("Show")
    assert "Without Türkiye in NATO from 1 January 2027" in person.page.locator("h1").inner_text()
    told = person.read()
    assert "Supposed to be over: Türkiye in NATO, from 1952, Türkiye in the North Atlantic Treaty, from 1952" in told
    assert re.search(r"North Atlantic Treaty: \d+ lost", told)


def test_what_if_turkey_were_gone_in_2027(person: Person) -> None:
    person.go("What if")
    person.choose("without", "Türkiye")
    person.write("from", "2027-01-01")
    person.press("Show")
    assert "Without Türkiye from 1 January 2027" in person.page.locator("h1").inner_text()
    assert re.search(r"North Atlantic Treaty: \d+ lost", person.read())


def test_the_table_of_memberships_in_r_with_codes(person: Person, tmp_path: Path) -> None:
    person.go("Data & R")
    assert "read_csv" in person.read() or "read.csv" in person.read()
    with person.page.expect_download() as download:
        person.click(person.page.get_by_role("link", name="memberships.csv", exact=True).first)
    download.value.save_as(tmp_path / "memberships.csv")
    with (tmp_path / "memberships.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {"state", "organization", "begins", "ends"} <= rows[0].keys()
    assert any((row["state"], row["organization"], row["begins"]) == ("UZB", "CSTO", "2006-08-16") for row in rows)


def test_a_question_is_changed_seen_as_a_timeline_and_shared(person: Person) -> None:
    person.go("Query")
    query = person.page.locator("main textarea")
    assert "2010" in query.input_value()  # who belonged to the CSTO in 2010
    query.fill(query.input_value().replace("2010", "2015"))
    person.choose("view", "Timeline")
    person.press("Run the query")
    assert "view=timeline" in person.page.url
    drawing = person.page.locator("main svg").first
    assert drawing.is_visible()
    assert "Kazakhstan" in drawing.text_content()
    assert "Uzbekistan" not in drawing.text_content()  # it left in 2012
    assert person.page.reload().ok
    assert drawing.is_visible()
