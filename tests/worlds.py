"""Small worlds of treaties and episodes, in Turtle that says all the rules of duties over time need."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from shipped import ID

from kg.day import Certainty, read_day
from kg.duties.timeline import Timeline, derive
from kg.project import shipped_names
from kg.reasoning.inconsistency import Statement
from kg.terms import CASUS, Term, local_name

ONTOLOGY = Path(__file__).resolve().parents[1] / "ontology"
CERTAIN, PRESUMED, POSSIBLE = Certainty

PREFIXES = f"""
@base <{ID}> .
@prefix casus: <{CASUS.iri}> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix void: <http://rdfs.org/ns/void#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
#: A defense pact. Who is party to it, and when, is for each world to add.
PACT = """
<treaty/PACT> casus:signedOn "1980-01-01T00:00:00Z"^^xsd:dateTime .
<treaty/PACT/article/4> casus:provisionOf <treaty/PACT> ;
    casus:createsObligation <treaty/PACT/article/4/obligation/defense> .
<treaty/PACT/article/4/obligation/defense> a casus:DefenseObligation .
"""
#: The kinds of obligation, as the shipped ontology states them.
KINDS = [
    quad.triple
    for quad in parse(path=ONTOLOGY / "obligations.ttl", format=RdfFormat.TURTLE)
    if local_name(quad.predicate)
    in ("dutyRelation", "possibleDutyRelation", "makesAllies", "calledFor", "barsAlliances")
    or local_name(quad.predicate) in ("atopCode", "owedText", "notation")
]
KINDS_TURTLE = serialize(KINDS, format=RdfFormat.N_TRIPLES).decode()


def node(path: str) -> NamedNode:
    return NamedNode(ID + path)


def term(name: str) -> NamedNode:
    return CASUS[name]


def state(code: str) -> NamedNode:
    return node(f"state/{code}")


def bounds(begins: str = "", ends: str = "") -> str:
    """Dates as the graph writes them, of a day, a month or a year: 1998-03-01, 1998-03 or 1998."""
    precision = {4: "year", 7: "month", 10: "day"}
    text = ""
    for name, value in (("begin", begins), ("end", ends)):
        if value:
            full = value + "-01-01"[len(value) - 4 :]
            text += f'; casus:{name}s "{full}T00:00:00Z"^^xsd:dateTime '
            text += f"; casus:{name}Precision <precision/{precision[len(value)]}> "
    return text


def party(
    code: str, begins: str = "1990-01-01", ends: str = "", *, more: str = "", treaty: str = "PACT", n: int = 1
) -> str:
    """An episode of being party; `more` continues its description."""
    tie = f"casus:party <state/{code}> ; casus:toTreaty <treaty/{treaty}>"
    return f"<episode/{code}-{treaty}-{n}> {tie} {bounds(begins, ends)} {more} .\n"


def known_to(day: str) -> str:
    """That the sources of a world reach to a day."""
    return f'<data> a void:Dataset ; casus:knownTo "{day}T00:00:00Z"^^xsd:dateTime .\n'


def parse_term(text: str) -> Term:
    """The term that a text stands for in the shipped project."""
    return shipped_names().read(text)


def parse_statement(subject: str, predicate: str, value: str) -> Statement:
    """The statement that three texts stand for in the shipped project."""
    return Statement.read(shipped_names(), subject, predicate, value)


def statements(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse(PREFIXES + turtle, format=RdfFormat.TURTLE)]


def world(*turtle: str) -> Timeline:
    """The timeline of a world that says all the rules need, so that it is its own closure."""
    return derive([*KINDS, *statements("".join(turtle))])


def defense(timeline: Timeline, day: str, holder: str = "A", beneficiary: str = "B") -> Certainty | None:
    """How one state owes another defense on a day."""
    found = timeline.duties_on(
        read_day(day), holder=state(holder), beneficiary=state(beneficiary), kind=term("DefenseObligation")
    )
    return min((duty.certainty for duty in found if duty.certainty), key=lambda how: how.rank, default=None)


def related(timeline: Timeline, day: str, subject: str, predicate: str, value: str) -> Certainty | None:
    """How a plain relation holds on a day."""
    wanted = (state(subject), term(predicate), node(value))
    return next((relation.certainty for relation in timeline.on(read_day(day)) if relation[:3] == wanted), None)


def write_project(folder: Path, *turtle: str) -> Path:
    """The folder of a project of such a world, which is built in a moment."""
    files = {
        "ontology/ontology.ttl": "casus:partyTo a owl:ObjectProperty ; rdfs:subPropertyOf casus:everPartyTo .\n"
        + KINDS_TURTLE,
        "graph/graph.ttl": "".join(turtle),
        "shapes/shapes.ttl": "[] a sh:NodeShape ; sh:targetClass casus:Treaty .",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(PREFIXES + text, encoding="utf-8")
    return folder
