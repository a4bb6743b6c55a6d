"""The pages that the browser tests walk, and what each may weigh."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

_QUESTIONS = Path(__file__).resolve().parents[2] / "ontology" / "questions"
#: Bytes that the first view of a page may take on its way, with its styles and pictures.
_LIGHT, _DRAWN = 30_000, 100_000  # without and with a map or lanes of time
_CASE = "attacker=AZE&victim=ARM&on=2022-09-13"
_CLAUSE = "duty=id/duty/RUARM-1997-3-defense-RUS-ARM-1&provision=id/treaty/RUARM-1997/article/3"
_QUERY = """SELECT ?state ?since {
  ?it a casus:Membership ; casus:organization organization:CSTO ; casus:member ?state ; casus:begins ?since
} ORDER BY ?since"""


@dataclass(frozen=True)
class Walk:
    """A page to walk.

    Attributes:
        name: what tests and pictures call it.
        path: its address on the server.
        status: what it answers with.
        limit: the bytes that its first view may take on its way; None for reference documents, which are as long as
            what they list.
        languages: those that it is written in.
    """

    name: str
    path: str
    status: int = 200
    limit: int | None = _LIGHT
    languages: tuple[str, ...] = ("en", "ru")


def _answer(question: str, route: str = "sparql") -> str:
    """The address of the answer to a competency question."""
    return f"/{route}?query={quote((_QUESTIONS / question).with_suffix('.rq').read_text(encoding='utf-8'))}"


WALKS = (
    Walk("front", "/", limit=_DRAWN),
    Walk("owed", "/owed?type=defense&to=EST&on=2020-01-01", limit=_DRAWN),
    Walk("owed-by", "/owed?by=RUS&on=2015-01-01", limit=_DRAWN),
    Walk("owed-between", "/owed?by=RUS&to=ARM&on=2022-09-13", limit=_DRAWN),
    Walk("owed-nothing", "/owed?to=CHE&on=2020-01-01", limit=_DRAWN),
    Walk("case", "/case", limit=_DRAWN),
    Walk("case-presumed", "/case?attacker=RUS&victim=EST&on=2026-11-29", limit=_DRAWN),
    Walk("what-if", "/what-if"),
    Walk("what-if-answer", "/what-if?without=state/TUR&from=2027-01-01", limit=_DRAWN),
    Walk("proof-form", "/proof"),
    Walk("proof", "/proof?s=state:RUS&p=casus:owesDefenseTo&o=state:KAZ&as-of=2020-01-01"),
    Walk("proof-missing", "/proof?s=state:RUS&p=casus:alliedWith&o=state:FRA&as-of=2020-01-01"),
    Walk("case-proof", f"/case/proof?{_CASE}&{_CLAUSE}"),
    Walk("compare", "/compare", limit=_DRAWN),
    Walk("compare-treaties", "/compare?a=treaty/CST&b=treaty/NAT", limit=_DRAWN),
    Walk("claims", "/claims"),
    Walk("claims-disputed", "/claims?status=disputed"),
    Walk("state", "/doc/id/state/ARM.html?as-of=2022-09-13"),
    Walk("state-vanished", "/doc/id/state/SUN.html"),
    # The alliance of which most is told: lanes of time, and all that it did, year by year.
    Walk("alliance", "/doc/id/organization/CSTO.html", limit=36_000),
    Walk("alliance-then", "/doc/id/organization/NATO.html?as-of=1960-01-01"),
    Walk("treaty", "/doc/id/treaty/CST.html"),
    Walk("event", "/doc/id/event/EV-KAZ-2022.html"),
    Walk("claim", "/doc/id/claim/CLM-120.html"),
    Walk("source", "/doc/id/source/CH-TXT.html"),
    Walk("properties", "/doc/id/state/ARM.html?view=properties"),
    Walk("search", "/search?q=armenia"),
    Walk("search-nothing", "/search?q=zzzz"),
    Walk("query", "/query"),
    Walk("question", "/query?question=01-members-on-a-date"),
    Walk("answer", f"/sparql?query={quote(_QUERY)}"),
    # What questions whose answers are seen as pictures say of themselves.
    Walk("answer-map", _answer("01-members-on-a-date"), limit=_DRAWN),
    Walk("answer-timeline", _answer("112-chairs-of-the-council"), limit=_DRAWN),
    Walk("answer-bars", _answer("32-exercises-by-year-and-who-skipped"), limit=_DRAWN),
    Walk("answer-graph", _answer("42-states-that-bridge-blocs"), limit=_DRAWN),
    Walk("embedded", _answer("32-exercises-by-year-and-who-skipped", "embed"), limit=_DRAWN),
    Walk("mistake", "/sparql?query=SELECT", status=400),
    Walk("absent", "/nothing", status=404),
    Walk("tables", "/tables"),
    Walk("cite", "/cite"),
    Walk("list", "/id/state?format=html"),
    Walk("dataset", "/dataset"),
    Walk("examples", "/examples", limit=None),
    Walk("shapes", "/shapes", limit=None),
    Walk("prefixes", "/prefixes"),
    Walk("prefixes-by-name", "/prefixes.html"),
    Walk("ontology", "/ontology/", limit=None, languages=("en",)),
    Walk("ontology-module", "/ontology/obligations.html", limit=None, languages=("en",)),
)
