"""The pages of states, organizations, treaties, events, claims and sources say what the graph says."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import datetime, timedelta, tzinfo
from html import unescape
from html.parser import HTMLParser
from typing import Self
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from test_pages import Page
from worlds import PACT, party, write_project

from kg.build.pipeline import build
from kg.build.store import open_store
from kg.project import open_project
from kg.web.app import create_app
from kg.web.executor import LocalExecutor
from kg.web.site import Site

STATES = ("ARM", "RUS", "UZB", "USA", "FRA", "EST", "SUN", "DEU", "EGY", "VEN")
ORGANIZATIONS = (
    "CSTO", "NATO", "CIS", "WEU", "SCO", "ECOWAS", "Arab-League", "AUKUS", "Warsaw-Treaty-Organization", "CENTO",
)  # fmt: skip
TREATIES = (
    "CST", "NAT", "TIAR", "CSTO-CHARTER", "ARAB-PACT", "DUAL-1879", "RUARM-1997", "AUKUS", "LOCARNO-1925", "US-1997",
)  # fmt: skip
EVENTS = (
    "EV-ARM-2022-09", "EV-KAZ-2022", "EV-NATO-A4-2022", "EV-NK-2020", "EV-ARM-2022-11", "EX-IB-2019",
    "EV2-AL-20260308", "EV-ARM-2024-02", "EV2-S-20220516", "WP2-1994-ARM-AZE",
)  # fmt: skip
CLAIMS = (
    "CLM-001", "CLM-002", "CLM-003", "CLM-050", "CLM-100", "CLM-120", "CLM-150", "CLM-185", "begin-CZE-NATO-1-ATOP4",
    "begin-ECOWAS-MAD-ECOWAS-TXT",
)  # fmt: skip
SOURCES = ("GK", "SEED", "CH-TXT", "CST-TXT", "ATOP4", "COW-ST", "CCODE", "TASS-20121219", "PAN-20060624", "NAT-TXT")
DAY = "2022-09-13"


class Tables(HTMLParser):
    """The tables of a page by their captions: each row is the texts of its cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._caption, self._inside = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows, self._caption = [], ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th"):
            self._rows[-1].append("")
        if tag in ("td", "th", "caption"):
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.found[self._caption.strip()] = self._rows
        if tag in ("td", "th", "caption"):
            self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "caption":
            self._caption += data
        elif self._inside:
            self._rows[-1][-1] = f"{self._rows[-1][-1]} {data.strip()}".strip()


def tables(html: str) -> dict[str, list[list[str]]]:
    """The rows of each table below its head."""
    return {caption: rows[1:] for caption, rows in Tables(html).found.items()}


def answers(client: FlaskClient, query: str) -> list[tuple[str, ...]]:
    response = client.get("/sparql", query_string={"query": query, "format": "csv"})
    assert response.status_code == 200, response.text
    return [tuple(row) for row in csv.reader(io.StringIO(response.text))][1:]


def number(client: FlaskClient, pattern: str, counted: str = "*") -> int:
    ((found,),) = answers(client, f"SELECT (COUNT(DISTINCT {counted}) AS ?n) WHERE {{ {pattern} }}")
    return int(found)


def shown(client: FlaskClient, name: str, **parameters: str) -> str:
    response = client.get(f"/doc/id/{quote(name)}.html", query_string=parameters)
    assert response.status_code == 200
    return response.text


def counted(text: str, words: str) -> int:
    """The number that stands in some words of a page."""
    found = re.search(words.replace("%", r"(\d+)"), re.sub(r"<[^>]+>", "", text))
    return int(found[1]) if found else 0


@pytest.mark.parametrize("code", STATES)
def test_the_numbers_of_a_state(world: FlaskClient, code: str) -> None:
    text = shown(world, f"state/{code}", **{"as-of": DAY})
    found = tables(text)
    assert len(found["Episodes"]) == number(world, f"?e casus:episodeOf state:{code}", "?e")
    about = f"?e casus:involves|casus:requestedBy|casus:requestedOf|casus:invokedBy|casus:hostState state:{code}"
    steps = number(world, f"{about} FILTER NOT EXISTS {{ ?e a casus:Exercise }}", "?e")
    assert len(found.get("Invocations, answers, steps", ())) == steps
    assert counted(text, "Exercises on record: %") == number(world, f"{about} . ?e a casus:Exercise", "?e")
    asked = number(world, f"?e casus:requestedBy state:{code}", "?e")
    times = counted(text, "Asked for help or consultations at least % times") or len(re.findall("at least once", text))
    assert (times > 0) == (asked > 0)
    assert asked < 2 or times == asked


@pytest.mark.parametrize("code", STATES)
def test_the_duties_of_a_state_on_a_day(world: FlaskClient, code: str) -> None:
    """Each counterpart, with each kind that is owed to it or by it, as the bounds of the derived duties say."""
    text = shown(world, f"state/{code}", **{"as-of": DAY})
    rows = tables(text).get("What it owes and is owed on 13 September 2022", [])
    day = f'"{DAY}T00:00:00Z"^^xsd:dateTime'
    said = answers(
        world,
        f"""SELECT DISTINCT ?name ?way ?kind WHERE {{
          {{ ?d casus:dutyHolder ?other ; casus:dutyBeneficiary state:{code} BIND ("owed" AS ?way) }}
          UNION {{ ?d casus:dutyBeneficiary ?other ; casus:dutyHolder state:{code} BIND ("owes" AS ?way) }}
          ?d casus:possiblyHoldsFrom ?from ; casus:underObligation/a/casus:owedText ?kind . FILTER (?from <= {day})
          FILTER NOT EXISTS {{ ?d casus:possiblyHoldsUntil ?until FILTER (?until < {day}) }}
          ?other rdfs:label ?name FILTER (lang(?name) = "en" && lang(?kind) = "en")
        }}""",
    )
    kinds = {kind for _, _, kind in said}
    told = set()
    for states, *cells in rows:
        for name in (name.strip() for name in re.sub(r"^States: \d+", "", states).split(" , ")):
            for way, cell in zip(("owed", "owes"), cells * (3 - len(cells)), strict=True):
                told |= {(name, way, kind) for kind in kinds if re.search(rf"\b{kind} (certain|possible|susp)", cell)}
    assert told == set(said)


def in_force(day: str) -> str:
    """The condition that an episode holds on a day, as its dates on record say, an open end counting as going on."""
    moment = f'"{day}T00:00:00Z"^^xsd:dateTime'
    ended = "FILTER NOT EXISTS { ?e casus:ends|casus:endsNotAfter|casus:endsNotBefore ?until "
    return f"?e casus:begins ?from FILTER (?from <= {moment}) {ended} FILTER (?until < {moment}) }}"


@pytest.mark.parametrize("code", ORGANIZATIONS)
def test_the_numbers_of_an_organization(world: FlaskClient, code: str) -> None:
    this = f"<organization/{code}>"
    text = shown(world, f"organization/{code}", **{"as-of": DAY})
    found = tables(text)

    def rows(caption: str) -> int:
        return len(found.get(caption, ()))

    assert rows("Members, observers and partners") == number(world, f"?e casus:episodeIn {this}", "?e")
    assert rows("Organs") == number(world, f"?o casus:organOf {this}", "?o")
    own = f"{{ BIND ({this} AS ?of) }} UNION {{ ?of casus:organOf {this} }}"
    assert rows("Numbers") == number(world, f"{own} ?a casus:amountOf ?of", "?a")
    assert rows("Who held which office") == number(world, f"{own} ?t casus:tenureOf/casus:officeOf ?of", "?t")
    instruments = f"{{ ?i casus:instrumentOf {this} }} UNION {{ {this} casus:foundedOn ?i }}"
    assert rows("Treaties and other instruments") == number(world, instruments, "?i")
    about = f"?e casus:sponsor|casus:concernsOrganization|casus:requestedOf|casus:invokedBy {this}"
    assert counted(text, "Exercises on record: %") == number(world, f"{about} . ?e a casus:Exercise", "?e")
    meetings = number(world, f"{about} . ?e a casus:Meeting FILTER NOT EXISTS {{ ?e a casus:Exercise }}", "?e")
    assert counted(text, "Meetings on record: %") == meetings
    others = f"{about} FILTER NOT EXISTS {{ ?e a ?no VALUES ?no {{ casus:Meeting casus:Exercise }} }}"
    assert rows("Invocations, answers, steps") == number(world, others, "?e")
    members = number(
        world, f"?e a casus:MembershipEpisode ; casus:episodeIn {this} ; casus:episodeOf ?s . {in_force(DAY)}", "?s"
    )
    assert counted(text, "certain %:") == members


def test_nato_has_32_members_today(world: FlaskClient) -> None:
    page = shown(world, "organization/NATO")
    assert "Members today: at least 32." in page
    assert counted(page, "presumed %:") == 32
    assert counted(shown(world, "organization/NATO", **{"as-of": "1990-01-01"}), "certain %:") == 16


def test_lists_that_may_lack_something_say_so(world: FlaskClient) -> None:
    """All members of ECOWAS are known, all parties to the North Atlantic Treaty, but not all members of the CSTO."""
    hint = "At least these: the list is not known to be complete. (%s)"
    assert hint % "member" not in shown(world, "organization/ECOWAS")
    assert "Members today: at least" not in shown(world, "organization/ECOWAS")
    assert hint % "party" not in shown(world, "treaty/NAT")
    assert "States bound by it today: 32." in shown(world, "treaty/NAT")
    assert hint % "member, frozen" in shown(world, "organization/CSTO")


def test_who_came_to_an_exercise(world: FlaskClient) -> None:
    text = re.sub(r"<[^>]+>", "", shown(world, "organization/CSTO"))
    said = answers(
        world,
        """SELECT ?name ?role ?state WHERE { <event/EX-IB-2019> rdfs:label ?name ; casus:hasParticipation ?part .
             ?part casus:participationRole/rdfs:label ?role ; casus:participant/rdfs:label ?state
             FILTER (lang(?name) = "en" && lang(?role) = "en" && lang(?state) = "en") }""",
    )
    assert said
    begin = text.index(said[0][0])
    for _, role, state in said:
        assert re.search(rf"{role}:[^:]*{state}", text[begin : begin + 1000])


@pytest.mark.parametrize("code", TREATIES)
def test_the_numbers_of_a_treaty(world: FlaskClient, code: str) -> None:
    this = f"<treaty/{code}>"
    text = shown(world, f"treaty/{code}", **{"as-of": DAY})
    found, page = tables(text), Page(text)
    articles = [a for a in page.attributes("article") if a.get("class") == "panel"]
    unplaced = "Obligations of the instrument as a whole" in text
    assert len(articles) - unplaced == number(world, f"?p casus:provisionOf {this}", "?p")
    obligations = [div for div in page.attributes("div") if div.get("class") == "obligation"]
    placed = number(world, f"?p casus:provisionOf {this} ; casus:createsObligation ?o", "CONCAT(STR(?p), STR(?o))")
    free = (
        f"?o casus:arisesFrom {this} FILTER NOT EXISTS {{ ?p casus:provisionOf {this} ; casus:createsObligation ?o }}"
    )
    assert len(obligations) == placed + number(world, free, "?o")
    assert len(found.get("Parties", ())) == number(world, f"?e casus:episodeIn {this}", "?e")
    assert len(found.get("Statements of parties", ())) == number(world, f"?s casus:madeAbout {this}", "?s")
    on = f"{{ ?on casus:provisionOf {this} }} UNION {{ BIND ({this} AS ?on) }}"
    about = f"{on} ?e casus:invokes|casus:concernsProvision ?on"
    assert len(found.get("Invocations, answers, steps", ())) == number(world, about, "?e")


def test_the_collective_security_treaty_has_article_4_in_both_wordings(world: FlaskClient) -> None:
    page = Page(shown(world, "treaty/CST"))
    links = page.links()
    assert links["Collective Security Treaty, article 4 (text of 1992)"] == "/doc/id/treaty/CST/article/4-1992.html"
    assert links["at the request of the attacked party"] == "/doc/id/condition/request-of-attacked-party.html"
    texts = [text for tag, text in page.texts if tag == "p"]
    old, new = (
        next(place for place, text in enumerate(texts) if words in text) for words in ("– 2012-12-18", "2012-12-19 –")
    )
    assert old < new
    assert texts[old + 1].startswith("Aggression against one party by a state or group of states")
    assert texts[new + 1].startswith("Aggression is glossed as an armed attack")
    order = [
        text
        for tag, text in page.texts
        if tag == "a" and re.fullmatch(r"Collective Security Treaty, article \d+", text)
    ]
    assert order.index("Collective Security Treaty, article 2") < order.index("Collective Security Treaty, article 10")


@pytest.mark.parametrize("code", EVENTS)
def test_the_numbers_of_an_event(world: FlaskClient, code: str) -> None:
    this = f"<event/{code}>"
    found = tables(shown(world, f"event/{code}"))
    assert len(found.get("Who took part in which role", ())) == number(world, f"{this} casus:hasParticipation ?p", "?p")
    told: Counter[str] = Counter()
    for _, answer, by, _ in found.get("Help that was owed, and how it was answered", ()):
        told[re.sub(" (certainly|possibly) owed$", "", answer)] += int(by.split(" ")[0])
    said = answers(
        world,
        f"""SELECT ?answer (COUNT(DISTINCT ?owed) AS ?n) WHERE {{
          ?owed a ?kind ; casus:calledOnIn {this} . ?kind rdfs:label ?answer FILTER (lang(?answer) = "en")
          VALUES ?kind {{ casus:MetAssistance casus:JointlyMetAssistance casus:OtherwiseAnsweredAssistance
            casus:UnansweredAssistance }}
        }} GROUP BY ?answer""",
    )
    assert told == {answer: int(times) for answer, times in said}


def test_an_event_in_which_a_state_attacked_another_leads_to_the_case(world: FlaskClient) -> None:
    words = "Who had to help? The case"
    links = Page(shown(world, "event/EV-ARM-2022-09")).links()
    assert links[words] == "/case?attacker=AZE&victim=ARM&on=2022-09-13"
    assert words not in Page(shown(world, "event/EX-IB-2019")).links()
    # Russia is asked for counsel there and attacks nobody, whatever role is recorded.
    assert words not in Page(shown(world, "event/EV2-ARM-2020-10")).links()


def test_the_pages_lead_to_what_can_be_supposed_compared_and_proved(world: FlaskClient) -> None:
    treaty, state = (Page(shown(world, name, **{"as-of": DAY})).links() for name in ("treaty/CST", "state/ARM"))
    assert treaty["What if it were gone?"] == "/what-if?without=treaty/CST"
    assert treaty["Compare it with another"] == "/compare?a=treaty/CST"
    assert state["What if it were gone?"] == "/what-if?without=state/ARM"
    assert str(state["why?"]).startswith("/proof?s=state:")
    assert str(state["defense"]).startswith("/owed?type=defense&to=ARM&")


@pytest.mark.parametrize("code", CLAIMS)
def test_both_sides_of_a_claim(world: FlaskClient, code: str) -> None:
    this = f"<claim/{code}>"
    text = shown(world, f"claim/{code}")
    evidence = text.partition('<h2 id="evidence">')[2].partition("</section>")[0]
    for side, way in (("For it", "supportedBy"), ("Against it", "disputedBy"), ("Competes with", "competesWith")):
        listed = evidence.partition(f"<h3>{side}</h3>")[2].partition("</ul>")[0].count("<li>")
        assert listed == number(world, f"{this} casus:{way} ?it", "?it")
    ((status,),) = answers(world, f'SELECT ?s {{ {this} casus:status/rdfs:label ?s FILTER (lang(?s) = "en") }}')
    assert f"Verdict: {status}." in text
    for (better,) in answers(world, f'SELECT ?b {{ {this} casus:betterFact ?b FILTER (lang(?b) = "en") }}'):
        assert better in unescape(text)


@pytest.mark.parametrize("code", SOURCES)
def test_all_that_rests_on_a_source(world: FlaskClient, code: str) -> None:
    this = f"source:{code}"
    text = shown(world, f"source/{code}")
    resting = number(world, f"?it dcterms:source {this}", "?it")
    assert counted(text, "Statements that rest on it: %") == resting
    groups = text.partition('<h2 id="resting">')[2].partition("</section>")[0]
    assert sum(map(int, re.findall(r"<summary>[^<]*: (\d+)</summary>", groups))) == groups.count("<li>") == resting
    for word, way in (("Speaks for", "supportedBy"), ("Speaks against", "disputedBy")):
        assert counted(text, f"{word}: %") == number(world, f"?claim casus:{way} {this}", "?claim")
    assert text.count('<span class="tag">') == number(world, f"?claim casus:statedIn {this}", "?claim")


def test_armenia_has_its_participation_in_the_csto_frozen(world: FlaskClient) -> None:
    text = shown(world, "state/ARM")
    (row,) = (row for row in tables(text)["Episodes"] if "frozen" in row)
    assert row[:3] == ["CSTO", "frozen", "2024-02-22"]
    assert "Declared its own participation in CSTO frozen (since 2024-02-22)." in text
    assert (
        "frozen"
        not in tables(shown(world, "state/ARM", **{"as-of": DAY}))["What it owes and is owed on 13 September 2022"]
    )


def test_a_page_of_a_kind_is_of_the_day_that_it_is_asked_for(world: FlaskClient) -> None:
    """Without a graph of that day, which would take seconds; the links to other things keep it."""
    page = Page(shown(world, "state/ARM", **{"as-of": "2010-01-01"}))
    assert {"id": "as-of", "name": "as-of", "type": "date", "value": "2010-01-01"} in page.attributes("input")
    assert page.links()["Russia"] == "/doc/id/state/RUS.html?as-of=2010-01-01"
    assert world.get("/doc/id/state/ARM.html?as-of=never").status_code == 400


def test_a_day_after_the_sources_says_so(world: FlaskClient) -> None:
    assert "The sources reach to" in shown(world, "state/ARM", **{"as-of": "2040-01-01"})
    assert "The sources reach to" not in shown(world, "state/ARM", **{"as-of": DAY})


def test_what_a_page_tells_of_today_is_old_tomorrow(own: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that asks whether its copy still holds gets a new page on another day."""

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + timedelta(days=1)

    known = {"If-None-Match": own.get("/doc/id/state/A.html").headers["ETag"]}
    assert own.get("/doc/id/state/A.html", headers=known).status_code == 304
    monkeypatch.setattr("kg.web.http.datetime", Tomorrow)
    assert own.get("/doc/id/state/A.html", headers=known).status_code == 200


def test_all_that_is_said_is_one_click_away(world: FlaskClient) -> None:
    links = Page(shown(world, "state/ARM")).links()
    table = world.get(str(links["All properties and what points here"]))
    assert "What points here" in table.text
    assert "duty holder" in table.text.lower()


def test_each_statement_has_its_sources(world: FlaskClient) -> None:
    """Those of exercises are on the pages of these, as the list says."""
    text = shown(world, "state/ARM")
    page = Page(text)
    marks = {str(link["href"]) for link in page.attributes("a") if link.get("class") == "mark"}
    listed = {f"#{item['id']}" for item in page.attributes("li") if str(item.get("id")).startswith("source-")}
    assert marks == listed
    assert "The sources of each are on its page." in text
    cited = number(
        world,
        "{ ?it casus:episodeOf state:ARM } UNION { BIND (state:ARM AS ?it) } UNION {"
        " ?it casus:involves|casus:requestedBy|casus:requestedOf|casus:hostState|casus:invokedBy state:ARM"
        " FILTER NOT EXISTS { ?it a casus:Exercise } } ?it dcterms:source ?source",
        "?source",
    )
    assert len(listed) == cited


def test_pages_of_things_in_russian(world: FlaskClient) -> None:
    text = world.get("/doc/id/state/ARM.html", headers={"Accept-Language": "ru"}).text
    assert '<html lang="ru">' in text
    assert ("h1", "Армения") in Page(text).texts
    assert "Объявило своё участие замороженным: ОДКБ (с 2024-02-22)." in text


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A small project with terms of its own, few data and names that would be HTML."""
    folder = write_project(
        tmp_path_factory.mktemp("own"),
        PACT,
        party("A"),
        party("B", ends="2012-12-31"),
        """
        casus:Club a owl:Class ; rdfs:subClassOf casus:Episode ; rdfs:label "club episode"@en .
        <state/A> a casus:State ; rdfs:label "<script>alert(1)</script> & A"@en .
        <state/B> a casus:State .
        <state/C> a casus:State .
        <episode/A-O-1> a casus:Club ; casus:episodeOf <state/A> ; casus:episodeIn <organization/O> .
        <organization/O> a casus:Organization .
        <treaty/PACT> a casus:Instrument .
        <event/E> a casus:Event .
        <claim/C> a casus:Claim ; <http://purl.org/dc/terms/source> <source/S> .
        <source/S> a casus:Source ; rdfs:label "\\"><img src=x onerror=alert(1)>" .
        """,
    )
    finished = build(open_project(folder))
    site = Site(identity=finished.identity, build=finished)
    return create_app(LocalExecutor(open_store(finished.store)), site).test_client()


@pytest.mark.parametrize(
    "name", ["state/A", "state/B", "state/C", "organization/O", "treaty/PACT", "event/E", "claim/C", "source/S"]
)
def test_a_thing_of_which_little_is_said_has_a_page(own: FlaskClient, name: str) -> None:
    text = shown(own, name)
    assert not {"script", "img"} & {
        tag
        for tag, attributes in Page(text).tags
        if attributes.get("type") != "application/ld+json" and not attributes.get("src")
    }
    assert "<img" not in text
    assert "All properties and what points here" in text


def test_the_duties_of_a_small_project(own: FlaskClient) -> None:
    rows = tables(shown(own, "state/A", **{"as-of": "2010-01-01"}))["What it owes and is owed on 1 January 2010"]
    assert rows == [["B", "defense certain 4 why?"]]
    assert "No duties of that day are on record." in shown(own, "state/A", **{"as-of": "2020-01-01"})
