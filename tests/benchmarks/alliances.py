"""Alliance-like data of any size, in the terms of the shipped ontology and in the proportions of the shipped graph.

The same size and seed give the same bytes. Nothing in it is true of any state.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import count, islice
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse, serialize

from kg.project import open_project, shipped_names
from kg.terms import CASUS, DCTERMS, OWL, RDF, RDFS, XSD

HERE = Path(__file__).parent
_DAY = f"<{XSD.iri}dateTime>"
_STATES = 220
_KINDS = ("Defense", "Consultation", "Nonaggression", "Neutrality", "Offense")


def write_graph(path: Path, size: int, *, keys: bool, seed: int = 1) -> int:
    """Write a graph as N-Triples: the shipped ontology, the axioms beside this file, and generated data.

    Args:
        path: the file to write.
        size: how many triples of data there are, the ontology not counted.
        keys: whether the ontology has keys.
        seed: another seed gives other data.

    Returns:
        The number of all its triples.
    """
    axioms = [*open_project().ontology, HERE / "axioms.ttl", *([HERE / "keys.ttl"] if keys else [])]
    ontology = {
        quad.triple for file in axioms for quad in parse(path=file, format=RdfFormat.TURTLE, rename_blank_nodes=True)
    }
    with path.open("wb") as out:
        serialize(sorted(ontology, key=str), out, RdfFormat.N_TRIPLES)
        out.writelines(f"{triple} .\n".encode() for triple in islice(_once(_Data(seed).triples()), size))
    return len(ontology) + size


def _once(triples: Iterable[str]) -> Iterator[str]:
    """Each triple once."""
    seen: set[str] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            yield triple


class _Data:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._states: list[str] = []
        self._last: dict[tuple[str, str], str] = {}

    def triples(self) -> Iterator[str]:
        """Without end, round by round: a treaty and its organization, parties and members, what happened, claims."""
        for number in count():
            yield from self._state(number)
            treaty, organization = _id(f"treaty/{number}"), _id(f"organization/{number}")
            yield from self._treaty(treaty, number)
            yield from self._about(organization, "Organization", "Organization", number)
            yield _say(organization, "foundedOn", treaty)
            for place in range(6):
                yield from self._episode(f"{number}-{place}", place, treaty, organization)
            for place in range(2):
                yield from self._event(f"{number}-{place}", treaty, organization)
            for place in range(2):
                yield from self._claim(f"{number}-{place}")

    def _state(self, number: int) -> Iterator[str]:
        for index in range(len(self._states), min(_STATES, 12 + 3 * number)):
            state, code = _id(f"state/S{index}"), _text(f"S{index:03}")
            self._states.append(state)
            yield from self._about(state, "State", "State", index)
            yield _say(state, "isoAlpha3", code)
            if index % 10 == 3:  # another data set's name for it, known to be one
                yield f"{_id(f'other/{index}')} <{OWL.iri}sameAs> {state}"
            if index % 10 == 7:  # another data set's name for it, to be told by its code if that is a key
                yield f"{_id(f'other/{index}')} <{RDF.iri}type> <{CASUS.iri}State>"
                yield _say(_id(f"other/{index}"), "isoAlpha3", code)
            if index % 10 == 9:
                yield _say(state, "predecessor", self._states[index - 1])

    def _treaty(self, treaty: str, number: int) -> Iterator[str]:
        yield from self._about(treaty, "Treaty", "Treaty", number)
        yield _say(treaty, "signedOn", self._day())
        yield _say(treaty, "inForceFrom", self._day())
        for place in range(3):
            provision = _id(f"treaty/{number}/article/{place}")
            yield from self._about(provision, "Provision", "Article", place)
            yield _say(provision, "provisionOf", treaty)
            yield _say(provision, "provisionNumber", _text(str(place)))
            if place:
                kind = self._random.choice(_KINDS)
                obligation = _id(f"treaty/{number}/article/{place}/obligation")
                yield _say(provision, "createsObligation", obligation)
                yield from self._about(obligation, f"{kind}Obligation", f"{kind} obligation", number)
                yield _say(obligation, "hasCondition", _id("condition/armed-attack"))
                yield f"{_id('condition/armed-attack')} <{RDF.iri}type> <{CASUS.iri}Condition>"

    def _episode(self, name: str, place: int, treaty: str, organization: str) -> Iterator[str]:
        episode, state = _id(f"episode/{name}"), self._random.choice(self._states)
        kind, of, within, target = (
            ("Party", "party", "toTreaty", treaty),
            ("Membership", "member", "inOrganization", organization),
            ("Observer", "affiliate", "affiliatedWith", organization),
        )[(0, 0, 0, 1, 1, 2)[place]]
        yield from self._about(episode, f"{kind}Episode", f"{kind} of S", place)
        yield _say(episode, of, state)
        yield _say(episode, within, target)
        yield _say(episode, "begins", self._day())
        yield _say(episode, "beginPrecision", _id("precision/day"))
        yield _say(episode, "beganBy", _id("way-of-beginning/accession"))
        if place % 2:
            yield _say(episode, "ends", self._day())
            yield _say(episode, "endPrecision", _id("precision/year"))
        earlier = self._last.get((state, target))
        if earlier is not None:
            yield _say(earlier, "nextEpisode", episode)
        self._last[state, target] = episode

    def _event(self, name: str, treaty: str, organization: str) -> Iterator[str]:
        event = _id(f"event/{name}")
        yield from self._about(event, self._random.choice(("Deployment", "Exercise", "Invocation")), "Event", 0)
        yield _say(event, "sponsor", organization)
        yield _say(event, "begins", self._day())
        yield _say(event, "invokes", f"{treaty[:-1]}/article/1>")
        for place in range(3):
            participation = _id(f"participation/{name}-{place}")
            yield f"{participation} <{RDF.iri}type> <{CASUS.iri}Participation>"
            yield _say(participation, "participationIn", event)
            yield _say(participation, "participant", self._random.choice(self._states))
            yield _say(participation, "participationRole", _id("role/host"))
            yield _say(participation, "strength", f'"{self._random.randrange(9999)}"^^<{XSD.iri}integer>')

    def _claim(self, name: str) -> Iterator[str]:
        claim = _id(f"claim/{name}")
        yield from self._about(claim, "Claim", "Claim", 0)
        yield _say(claim, "claimSubject", self._random.choice(self._states))
        yield _say(claim, "claimValue", self._day())
        yield _say(claim, "statedIn", self._source())
        yield _say(claim, "status", _id("status/disputed"))
        if self._random.random() < 0.3:
            yield _say(claim, "disputedBy", self._source())

    def _about(self, thing: str, kind: str, label: str, number: int) -> Iterator[str]:
        """What everything has: a class, labels, a source, a confidence."""
        yield f"{thing} <{RDF.iri}type> <{CASUS.iri}{kind}>"
        yield f'{thing} <{RDFS.iri}label> "{label} {number}"@en'
        yield f'{thing} <{RDFS.iri}label> "{label} {number} (ru)"@ru'
        yield f"{thing} {DCTERMS.source} {self._source()}"
        yield _say(thing, "confidence", _id("confidence/verified"))

    def _source(self) -> str:
        return _id(f"source/{self._random.randrange(20 + len(self._last))}")

    def _day(self) -> str:
        pick = self._random.randint
        return f'"{pick(1949, 2024)}-{pick(1, 12):02}-{pick(1, 28):02}T00:00:00Z"^^{_DAY}'


def _say(subject: str, term: str, value: str) -> str:
    return f"{subject} <{CASUS.iri}{term}> {value}"


def _id(path: str) -> str:
    return str(NamedNode(f"{shipped_names().id}benchmark/{path}"))


def _text(text: str) -> str:
    return f'"{text}"'
