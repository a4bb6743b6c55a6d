"""The tool `schema`: classes and properties by what they are about, with definitions, counts and examples."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pyoxigraph import Literal, NamedNode

from kg.mcp.teller import Teller
from kg.mcp.topics import nearest_topics
from kg.mcp.typed import Told, ToldThing
from kg.sparql.answer import readable
from kg.terms import CASUS, RDFS, SKOS, Term
from kg.web.vocabulary import UsedTerm

#: Terms that are told about a topic, and of each kind where there is none.
_MOST, _MOST_OF_ALL = 12, 25
#: What a word counts in a name, and in a definition.
_IN_NAME, _IN_DEFINITION = 3.0, 1.0
#: What is read of the ontology.
_SAID = (RDFS.domain, RDFS.range, SKOS.definition, RDFS.comment)


class SchemaTerm(ToldThing):
    """A class or a property."""

    kind: str
    """class or property."""

    definition: str | None = None
    """What it means."""

    count: int | None = None
    """How many things are of the class, or statements have the property."""

    domain: list[str] = []
    """The classes of what has the property."""

    range: list[str] = []
    """The classes or datatypes of its values."""

    example: str | None = None
    """A statement that has it, in Turtle."""


class SchemaTerms(Told):
    """The classes and properties near a topic, the nearest first; without one, the most used."""

    terms: list[SchemaTerm] = []
    """The terms."""

    advice: str | None = None
    """What to do next."""


def tell_schema(teller: Teller, about: str | None) -> SchemaTerms:
    """The classes and properties near a topic.

    Args:
        teller: whom to ask.
        about: the topic in words; without it, those that are used most.
    """
    library, names = teller.service.library, teller.service.site.names
    used = [term for term in library.terms if term.kind in ("class", "property")]
    said: dict[Term, dict[NamedNode, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for quad in library.asserted:
        if quad.predicate in _SAID:
            said[quad.subject][quad.predicate].append(quad.object)
    definitions = {term.node: _definition(teller, said[term.node]) for term in used}
    if about is not None and about.strip():
        texts = {
            term: [
                (_words(term.name), _IN_NAME),
                (teller.view.name(term.node), _IN_NAME),
                (definitions[term.node] or "", _IN_DEFINITION),
            ]
            for term in used
        }
        chosen = nearest_topics(about, texts, _MOST)
        advice = None if chosen else "no term has these words; try others, or call schema without about"
    else:
        ours = [term for term in used if term.node.value.startswith((names.ontology + "#", CASUS.iri))]
        chosen = [term for kind in ("class", "property") for term in [t for t in ours if t.kind == kind][:_MOST_OF_ALL]]
        advice = "these are the most used; name a topic to see others, with examples"
    examples = _examples(teller, chosen) if about else {}
    return SchemaTerms(
        terms=[
            SchemaTerm(
                term=term.name,
                label=teller.view.name(term.node),
                kind=term.kind,
                definition=definitions[term.node],
                count=term.count,
                domain=sorted(map(teller.term, said[term.node][RDFS.domain])),
                range=sorted(map(teller.term, said[term.node][RDFS.range])),
                example=examples.get(term.node),
            )
            for term in chosen
        ],
        advice=advice,
    )


def _definition(teller: Teller, said: dict[NamedNode, list[Term]]) -> str | None:
    return teller.view.text([*said[SKOS.definition], *said[RDFS.comment]])


def _words(name: str) -> str:
    """The words of a short name: casus:owesDefenseTo is "owes Defense To"."""
    return "".join(f" {sign}" if sign.isupper() else sign for sign in name.partition(":")[2])


def _examples(teller: Teller, terms: Sequence[UsedTerm]) -> dict[NamedNode, str]:
    """A statement for each term, in one query; those of the project's own things are chosen."""
    own = Literal(teller.service.site.names.id)
    parts = []
    for term in terms:
        pattern = f"?s a {term.node} BIND (rdf:type AS ?p) BIND ({term.node} AS ?o)"
        if term.kind == "property":
            pattern = f"?s {term.node} ?o BIND ({term.node} AS ?p)"
        own_only = f"FILTER (STRSTARTS(STR(?s), {own}))"
        parts.append(f"{{ SELECT ({term.node} AS ?term) ?s ?p ?o WHERE {{ {pattern} {own_only} }} LIMIT 1 }}")
    if not parts:
        return {}
    names, found = teller.service.site.names, dict[NamedNode, str]()
    for term_, s, p, o in teller.asker().select(f"SELECT ?term ?s ?p ?o WHERE {{ {' UNION '.join(parts)} }}"):
        if isinstance(term_, NamedNode) and s is not None and p is not None and o is not None:
            value = readable(o, names) if isinstance(o, NamedNode) else str(o)
            found[term_] = f"{readable(s, names)} {readable(p, names)} {value}"
    return found
