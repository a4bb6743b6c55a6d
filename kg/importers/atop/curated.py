"""What the shipped project says of the alliances that it has: parties with their dates, obligations, claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Store

from kg.importers.atop.codebook import Codebook
from kg.importers.atop.moments import Moment, of_precision
from kg.project import Project
from kg.terms import CASUS, CONCEPTS, RDFS, local_name

_HEAD = f"""
PREFIX casus: <{CASUS.iri}>
PREFIX rdfs: <{RDFS.iri}>
PREFIX rule: <{CONCEPTS.iri}entry-rule/>
"""
_TREATIES = """
SELECT ?id ?treaty ?english ?russian ?signed ?begin ?beginPrecision ?end ?endPrecision ?binding {
  ?treaty casus:atopId ?id ; rdfs:label ?english, ?russian .
  FILTER (LANG(?english) = "en" && LANG(?russian) = "ru")
  OPTIONAL { ?treaty casus:signedOn ?signed }
  OPTIONAL { ?treaty casus:inForceFrom ?begin OPTIONAL { ?treaty casus:beginPrecision ?beginPrecision } }
  OPTIONAL { ?treaty casus:terminatedOn ?end OPTIONAL { ?treaty casus:endPrecision ?endPrecision } }
  OPTIONAL { ?treaty casus:entryRule ?rule FILTER (?rule IN (rule:signature, rule:no-ratification)) }
  BIND (BOUND(?rule) || EXISTS { ?treaty a casus:UnilateralAct } AS ?binding)
} ORDER BY ?id ?signed ?treaty"""
_EPISODES = """
SELECT ?treaty ?episode ?state ?binds ?signed ?begin ?beginPrecision ?end ?endPrecision ?notBefore ?notAfter {
  ?treaty casus:atopId ?id .
  { ?episode casus:toTreaty ?treaty ; casus:party ?state BIND (true AS ?binds) }
  UNION { ?organization casus:foundedOn ?treaty . ?episode casus:inOrganization ?organization ; casus:member ?state
          BIND (true AS ?binds) }
  UNION { ?episode casus:appliesProvisionally ?treaty ; casus:provisionalApplier ?state BIND (true AS ?binds) }
  UNION { ?episode casus:affiliatedWith ?treaty ; casus:affiliate ?state BIND (false AS ?binds) }
  OPTIONAL { ?episode casus:signedOn ?signed }
  OPTIONAL { ?episode casus:begins ?begin OPTIONAL { ?episode casus:beginPrecision ?beginPrecision } }
  OPTIONAL { ?episode casus:ends ?end OPTIONAL { ?episode casus:endPrecision ?endPrecision } }
  OPTIONAL { ?episode casus:endsNotBefore ?notBefore }
  OPTIONAL { ?episode casus:endsNotAfter ?notAfter }
} ORDER BY ?begin ?episode"""
_OBLIGATIONS = """
SELECT ?treaty ?obligation ?kind ?by ?to ?begin ?end {
  ?treaty casus:atopId ?id .
  { ?treaty casus:createsObligation ?obligation }
  UNION { ?provision casus:provisionOf ?treaty ; casus:createsObligation ?obligation
          OPTIONAL { ?provision casus:begins ?begin } OPTIONAL { ?provision casus:ends ?end } }
  ?obligation a ?kind .
  OPTIONAL { ?obligation casus:owedOnlyBy ?by }
  OPTIONAL { ?obligation casus:owedOnlyTo ?to }
} ORDER BY ?obligation"""
_CLAIMS = """
SELECT ?subject ?predicate ?value {
  ?claim casus:claimSubject ?subject ; casus:claimPredicate ?predicate ; casus:claimValue ?value
}"""


@dataclass(frozen=True)
class RecordedEpisode:
    """What the graph has of a state and a treaty.

    Attributes:
        iri: the episode.
        state: the state.
        binds: whether it is bound by the treaty; else it only signed it, or benefits from it.
        signed: when it signed, if that is known.
        begins: since when it is bound by the treaty in force, None if that is not known.
        ends: until when, None if there is no end on record.
        bounds: the first and the last day that an end may have that is not known otherwise.
    """

    iri: NamedNode
    state: NamedNode
    binds: bool
    signed: date | None
    begins: Moment | None
    ends: Moment | None
    bounds: tuple[date, date] | None


@dataclass
class Obligations:
    """The obligations of one kind of a treaty.

    Attributes:
        sides: for each the states that owe it and those to which it is owed, none if each party does and is.
        spans: for each since when and until when its wording holds, as far as that is limited.
    """

    sides: dict[NamedNode, tuple[set[NamedNode], set[NamedNode]]] = field(default_factory=dict)
    spans: dict[NamedNode, tuple[date | None, date | None]] = field(default_factory=dict)

    @property
    def holders(self) -> set[NamedNode] | None:
        """The states that owe one of them, None if each party does."""
        return _named(by for by, _ in self.sides.values())

    @property
    def beneficiaries(self) -> set[NamedNode] | None:
        """The states to which one of them is owed, None if it is each party."""
        return _named(to for _, to in self.sides.values())


@dataclass
class Treaty:
    """A treaty of the shipped project that has a number of ATOP's.

    Attributes:
        iri: the treaty.
        english, russian: its names.
        signed: when it was signed.
        begins: since when it is in force, None if that is not known.
        ends: until when, None if there is no end on record.
        binding: whether signature alone binds by it.
        episodes: what there is of states and it.
        obligations: its obligations by their kind.
    """

    iri: NamedNode
    english: str
    russian: str
    signed: date | None
    begins: Moment | None
    ends: Moment | None
    binding: bool
    episodes: list[RecordedEpisode] = field(default_factory=list)
    obligations: dict[str, Obligations] = field(default_factory=dict)

    def add_episode(
        self,
        iri: NamedNode,
        state: NamedNode,
        *,
        binds: bool = True,
        signed: date | None = None,
        begins: Moment | None = None,
        ends: Moment | None = None,
        bounds: tuple[date, date] | None = None,
    ) -> None:
        """Have a state as a party, or as one that signed or benefits, as far as the treaty is in force."""
        ends = min(filter(None, (ends, self.ends)), key=lambda moment: moment.last, default=None)
        self.episodes.append(RecordedEpisode(iri, state, binds, signed, self._in_force(begins, signed), ends, bounds))

    def _in_force(self, begins: Moment | None, signed: date | None) -> Moment | None:
        """Since when it binds a state whose episode begins on a day, None if the record shows no such day.

        An episode from signature on shows none if the entry into force is not on record (Vienna Convention on the Law
        of Treaties, articles 18 and 24).
        """
        if self.begins is not None:
            return max(filter(None, (begins, self.begins)), key=lambda moment: moment.first)
        day = signed or self.signed
        return None if not self.binding and begins and day and begins.first <= day else begins

    def obligations_of(self, kind: str) -> tuple[NamedNode, ...]:
        """Its obligations of a kind."""
        return tuple(self.obligations[kind].sides) if kind in self.obligations else ()


class Curated:
    """The treaties of the shipped project by the numbers of ATOP's alliances, and the claims that there are."""

    def __init__(self, shipped: Project, codebook: Codebook) -> None:
        """Read them."""
        store = Store()
        for path in shipped.graph:
            store.bulk_load(path=str(path), format=RdfFormat.TURTLE)
        kinds = {CASUS[name]: kind for kind, name in codebook.obligations.items()}
        #: By the numbers of alliances, the one that was signed first at the head.
        self.treaties: dict[str, list[Treaty]] = {}
        by_iri: dict[NamedNode, Treaty] = {}
        for row in _rows(store, _TREATIES):
            treaty = Treaty(
                row["treaty"], row["english"].value, row["russian"].value, _day(row["signed"]),
                _moment(row, "begin"), _moment(row, "end"), row["binding"].value == "true",
            )  # fmt: skip
            by_iri[treaty.iri] = treaty
            self.treaties.setdefault(row["id"].value, []).append(treaty)
        for row in _rows(store, _EPISODES):
            bounds = (_day(row["notBefore"]) or date.min, _day(row["notAfter"]) or date.max)
            by_iri[row["treaty"]].add_episode(
                row["episode"], row["state"], binds=row["binds"].value == "true", signed=_day(row["signed"]),
                begins=_moment(row, "begin"), ends=_moment(row, "end"),
                bounds=None if bounds == (date.min, date.max) else bounds,
            )  # fmt: skip
        for row in _rows(store, _OBLIGATIONS):
            if row["kind"] in kinds:
                found = by_iri[row["treaty"]].obligations.setdefault(kinds[row["kind"]], Obligations())
                by, to = found.sides.setdefault(row["obligation"], (set(), set()))
                by |= {row["by"]} - {None}
                to |= {row["to"]} - {None}
                found.spans[row["obligation"]] = _day(row["begin"]), _day(row["end"])
        #: What claims give another value of: the subject, the property and the value.
        self.claimed = {(row["subject"], row["predicate"], row["value"].value[:10]) for row in _rows(store, _CLAIMS)}


def _named(sides: Iterable[set[NamedNode]]) -> set[NamedNode] | None:
    found: set[NamedNode] = set()
    for side in sides:
        if not side:
            return None
        found |= side
    return found


def _rows(store: Store, query: str) -> Iterator[Any]:
    solutions: Any = store.query(_HEAD + query)
    return iter(solutions)


def _day(value: object) -> date | None:
    return date.fromisoformat(value.value[:10]) if isinstance(value, Literal) else None


def _moment(row: Any, which: str) -> Moment | None:
    day, precision = _day(row[which]), row[f"{which}Precision"]
    return None if day is None else of_precision(day, local_name(precision) if precision else "day")
