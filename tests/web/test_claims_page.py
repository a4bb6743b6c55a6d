"""The article on trial: its numbers are the graph's, each statement has its verdict and both sides of the evidence."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest
from flask.testing import FlaskClient
from pyoxigraph import Store
from test_pages import BROWSER, Page

from kg.claims import claims_by_section

IDENTIFIER = re.compile(r'<article class="claim (\w+)" id="(CLM-\d+)">')
RUSSIAN = BROWSER | {"Accept-Language": "ru"}


def shown(client: FlaskClient, address: str) -> dict[str, str]:
    """The statements on a page with their verdicts."""
    page = client.get(address, headers=BROWSER)
    assert page.status_code == 200
    return {identifier: verdict for verdict, identifier in IDENTIFIER.findall(page.text)}


def test_all_statements_are_there_with_their_verdicts(world: FlaskClient, store: Store) -> None:
    expected = {claim.identifier: claim.status for section in claims_by_section(store) for claim in section.claims}
    assert shown(world, "/claims") == expected
    counts = Counter(expected.values())
    lede = re.sub(r"\s+", " ", world.get("/claims", headers=BROWSER).text)
    assert f"Of {len(expected)} statements:" in lede
    for verdict, count in counts.items():
        assert f"{count} {verdict}" in lede


@pytest.mark.parametrize("section", [0, 3, 11])
@pytest.mark.parametrize("status", ["corroborated", "opinion"])
def test_filters_are_those_of_the_command(world: FlaskClient, store: Store, section: int, status: str) -> None:
    chosen = claims_by_section(store, status=status, section=section)
    expected = {claim.identifier: status for part in chosen for claim in part.claims}
    assert shown(world, f"/claims?status={status}&section={section}") == expected


def test_the_numbers_of_the_table_lead_to_as_many_statements(world: FlaskClient) -> None:
    page = world.get("/claims", headers=BROWSER).text
    cells = re.findall(r'<td data-label="\w+"><a href="(/claims\?[^"]+)#statements">(\d+)</a>', page)
    assert len(cells) > 30
    for address, number in cells:
        assert len(shown(world, address.replace("&amp;", "&"))) == int(number)


def test_a_statement_has_both_sides_and_what_holds_instead(world: FlaskClient, store: Store) -> None:
    (claim,) = (
        claim for section in claims_by_section(store) for claim in section.claims if claim.identifier == "CLM-135"
    )
    page = unescape(world.get("/claims?status=disputed", headers=BROWSER).text)
    part = page.partition('id="CLM-135"')[2].partition("</article>")[0]
    assert "Against:" in part
    assert claim.better_fact is not None and claim.better_fact in part
    links = set(Page(part).links())
    assert links >= {evidence.label for evidence in claim.disputed_by} | {claim.text}
    assert not {evidence.label for evidence in claim.supported_by} - links


def test_it_speaks_russian(world: FlaskClient) -> None:
    page = world.get("/claims?section=3", headers=RUSSIAN).text
    assert "Статья под проверкой" in page
    assert "подтверждается" in page
    assert "corroborated<" not in page


def test_an_empty_choice_says_what_to_do(world: FlaskClient) -> None:
    page = world.get("/claims?section=0&status=outdated", headers=BROWSER).text
    assert "No statement of this section has this verdict" in page
    links = Page(page).links()
    assert links["all verdicts"] == "/claims?section=0#statements"
    assert links["all sections"] == "/claims?status=outdated#statements"


@pytest.mark.parametrize(
    ("query", "line"),
    [
        (
            {"status": "true"},
            "status: no statement has the verdict 'true'; choose from corroborated, disputed, opinion",
        ),
        ({"section": "99"}, "section: no statement has the section '99'; choose from 0, 1, 2"),
        ({"section": "<script>alert(1)</script>"}, "section: no statement has the section"),
        ({"section": "1' OR 1=1"}, "section: no statement has the section"),
        ({"status": "x" * 5000}, "status: no statement has the verdict 'xxx"),
    ],
)
def test_what_there_is_not_is_refused_in_a_line(world: FlaskClient, query: dict[str, str], line: str) -> None:
    response = world.get("/claims", query_string=query)
    assert response.status_code == 400
    assert response.text.startswith(line)
    assert (response.text.count("\n"), len(response.text) < 400) == (1, True)
    page = world.get("/claims", query_string=query, headers=BROWSER)
    assert page.status_code == 400
    assert "<script>alert" not in page.text


def test_without_an_article_the_page_says_so(little_world: FlaskClient) -> None:
    page = little_world.get("/claims", headers=BROWSER)
    assert page.status_code == 200
    assert "The data hold no article" in page.text
