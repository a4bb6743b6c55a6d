"""The data described as data: VoID statistics and a DCAT entry, computed from a build.

VoID, https://www.w3.org/TR/void/, section 4.6 defines the numbers; DCAT 3, https://www.w3.org/TR/vocab-dcat-3/, the
description of the dataset and of the files it is distributed in. What cannot be computed (title, license, version,
dates) is in graph/dataset.ttl, so that the same build gives the same description on any day.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.build.as_of import DayGraph
from kg.build.metadata import Profile, profiles, property_partitions
from kg.day import read_day
from kg.errors import BadInput
from kg.project import Identity
from kg.rdf.formats import format_of_file
from kg.terms import CASUS, DCAT, DCTERMS, RDF, RDFS, SPDX, VOID, XSD, Namespaces

_ISSUED_ON = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
#: What a distribution repeats of its dataset.
_REPEATED = {DCTERMS[name] for name in ("issued", "license", "modified")}


def describe(
    identity: Identity,
    asserted: Iterable[Quad],
    inferred: Iterable[Quad],
    derived: Iterable[Quad] = (),
    on_day: DayGraph | None = None,
) -> list[Triple]:
    """The dataset with its statistics: what graph/dataset.ttl says of it, and the numbers of VoID.

    The dataset is the union of what was asserted, inferred and derived, which is what a query sees beside the metadata,
    and of what holds on a day if one is given; the parts are subsets with numbers of their own, each without what those
    before it hold.
    """
    # Dictionaries, not sets: to go through triples in the order in which they lie in memory is twice as fast.
    stated, followed, dated = (dict.fromkeys(quad.triple for quad in quads) for quads in (asserted, inferred, derived))
    for triple in stated:
        followed.pop(triple, None)
        dated.pop(triple, None)
    for triple in followed:
        dated.pop(triple, None)
    held = () if on_day is None else (quad.triple for quad in on_day.quads)
    parts = [_Counts(part) for part in (stated, followed, dated, held)]
    names, label = identity.names, f"{identity.title} data, as"
    dataset = NamedNode(names.dataset)
    about = static_description(stated, names)
    subsets = [(f"{names.dataset}/asserted", "asserted", parts[0]), (names.inferred, "inferred", parts[1])]
    if dated:
        subsets.append((names.derived, "derived for dates", parts[2]))
    if on_day is not None:
        subsets.append((on_day.name, f"of {on_day.day}", parts[3]))
    return [
        *(about or [Triple(dataset, DCTERMS.title, Literal(identity.title))]),
        *_statistics(dataset, parts, names),
        *_partitions(dataset, parts, profiles([*stated, *dated])),
        *(triple for iri, how, part in subsets for triple in _subset(dataset, iri, f"{label} {how}", part, names)),
        *(_period(on_day) if on_day is not None else ()),
    ]


def newest_source(asserted: Iterable[Triple | Quad]) -> date:
    """The day on which the newest source was issued; the first day of its month or year where only that is known.

    What happened later is not covered. A build has this day whenever it is made, so what is computed for it can be
    reproduced.

    Raises:
        BadInput: no source has a date.
    """
    triples = list(asserted)
    sources = {triple.subject for triple in triples if triple.predicate == RDF.type and triple.object == CASUS.Source}
    issued = (triple for triple in triples if triple.predicate == DCTERMS.issued and triple.subject in sources)
    texts = [triple.object.value for triple in issued if isinstance(triple.object, Literal)]
    days = [text + "-01-01"[len(text) - 4 :] for text in texts if _ISSUED_ON.fullmatch(text)]
    if not days:
        raise BadInput("no source says when it was issued (dcterms:issued), so how far the data reach is not known")
    return read_day(max(days))


def static_description(asserted: Iterable[Triple], names: Namespaces) -> list[Triple]:
    """What the data says of itself as a dataset."""
    dataset = NamedNode(names.dataset)
    return [triple for triple in asserted if triple.subject == dataset]


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """What the description says of a file of a release: its size in bytes and its SHA-256 checksum, in hexadecimal."""

    size: int
    sha256: str


def released_file(path: Path) -> ReleasedFile:
    """The size and the checksum of a file, read in pieces."""
    with path.open("rb") as file:
        return ReleasedFile(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def distributions(description: Iterable[Triple], files: Mapping[str, ReleasedFile], names: Namespaces) -> list[Triple]:
    """The files a dataset is released in, by DCAT: media type, size and checksum, with the dataset's license and dates.

    Args:
        description: the dataset, as `describe` or `static_description` gives it.
        files: the files by name; its suffix tells the format.
        names: the namespaces of the project.

    Raises:
        UnknownFormat: no RDF format has a file's suffix.
    """
    dataset = NamedNode(names.dataset)
    about = static_description(description, names)
    repeated = [triple for triple in about if triple.predicate in _REPEATED]
    versions = [triple.object for triple in about if triple.predicate == _dcat("version")]
    folder = "/".join([names.dataset, *(version.value for version in versions if isinstance(version, Literal))])
    return [
        triple
        for name, file in sorted(files.items())
        for triple in _distribution(dataset, name, file, f"{folder}/{name}", repeated)
    ]


def _distribution(
    dataset: NamedNode, name: str, file: ReleasedFile, url: str, repeated: Iterable[Triple]
) -> Iterator[Triple]:
    node = NamedNode(f"{dataset.value}#{name}")
    checksum = BlankNode(f"checksum-{name}")
    media_type = format_of_file(PurePath(name)).media_types[0]
    yield Triple(dataset, _dcat("distribution"), node)
    yield Triple(node, RDF.type, _dcat("Distribution"))
    yield Triple(node, DCTERMS.title, Literal(name))
    for triple in repeated:
        yield Triple(node, triple.predicate, triple.object)
    yield Triple(node, _dcat("downloadURL"), NamedNode(url))
    yield Triple(node, _dcat("mediaType"), NamedNode(_MEDIA_TYPES + media_type))
    yield Triple(node, _dcat("byteSize"), _number(file.size, "nonNegativeInteger"))
    yield Triple(node, _spdx("checksum"), checksum)
    yield Triple(checksum, RDF.type, _spdx("Checksum"))
    yield Triple(checksum, _spdx("algorithm"), _spdx("checksumAlgorithm_sha256"))
    yield Triple(checksum, _spdx("checksumValue"), Literal(file.sha256, datatype=XSD.hexBinary))


class _Counts:
    """What some triples hold, by property and by class. Each triple is looked at once: there are many."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.statements: Counter[NamedNode] = Counter()
        self.subjects: defaultdict[NamedNode, set[object]] = defaultdict(set)
        self.objects: defaultdict[NamedNode, set[object]] = defaultdict(set)
        self.members: defaultdict[NamedNode, set[object]] = defaultdict(set)
        for triple in triples:
            subject, predicate, value = triple
            self.statements[predicate] += 1
            self.subjects[predicate].add(subject)
            self.objects[predicate].add(value)
            if predicate == RDF.type and isinstance(value, NamedNode):
                self.members[value].add(subject)


def _subset(dataset: NamedNode, iri: str, label: str, counts: _Counts, names: Namespaces) -> Iterator[Triple]:
    node = NamedNode(iri)
    yield Triple(dataset, VOID.subset, node)
    yield Triple(node, RDF.type, VOID.Dataset)
    yield Triple(node, RDFS.label, Literal(label, language="en"))
    yield from _statistics(node, [counts], names)


def _period(on_day: DayGraph) -> Iterator[Triple]:
    """The day of the graph of a day as its period, in the terms of DCAT."""
    node, period = NamedNode(on_day.name), BlankNode("period")
    day = Literal(on_day.day.isoformat(), datatype=XSD.date)
    yield Triple(node, DCTERMS.temporal, period)
    yield Triple(period, RDF.type, DCTERMS.PeriodOfTime)
    yield Triple(period, _dcat("startDate"), day)
    yield Triple(period, _dcat("endDate"), day)


def _statistics(node: NamedNode, parts: Sequence[_Counts], names: Namespaces) -> Iterator[Triple]:
    """The numbers of VoID, section 4.6, of parts that have no triple in common."""
    subjects: set[object] = set().union(*(found for part in parts for found in part.subjects.values()))
    entities = [
        subject for subject in subjects if isinstance(subject, NamedNode) and subject.value.startswith(names.id)
    ]
    objects: set[object] = set().union(*(found for part in parts for found in part.objects.values()))
    yield Triple(node, _void("triples"), _number(sum(part.statements.total() for part in parts)))
    yield Triple(node, _void("entities"), _number(len(entities)))
    yield Triple(node, _void("distinctSubjects"), _number(len(subjects)))
    yield Triple(node, _void("distinctObjects"), _number(len(objects)))
    yield Triple(node, _void("classes"), _number(len(_terms(part.members for part in parts))))
    yield Triple(node, _void("properties"), _number(len(_terms(part.statements for part in parts))))


def _partitions(node: NamedNode, parts: Sequence[_Counts], within: Mapping[NamedNode, Profile]) -> Iterator[Triple]:
    """The partitions by class, with those by property within, and by property, VoID, section 4.5."""
    for number, term in enumerate(_terms(part.members for part in parts)):
        blank = BlankNode(f"class-{number}")
        yield Triple(node, _void("classPartition"), blank)
        yield Triple(blank, _void("class"), term)
        yield Triple(blank, _void("entities"), _distinct(term, (part.members for part in parts)))
        if term in within:
            yield from property_partitions(blank, within[term])
    for number, term in enumerate(_terms(part.statements for part in parts)):
        blank = BlankNode(f"property-{number}")
        yield Triple(node, _void("propertyPartition"), blank)
        yield Triple(blank, _void("property"), term)
        yield Triple(blank, _void("triples"), _number(sum(part.statements[term] for part in parts)))
        yield Triple(blank, _void("distinctSubjects"), _distinct(term, (part.subjects for part in parts)))
        yield Triple(blank, _void("distinctObjects"), _distinct(term, (part.objects for part in parts)))


def _terms(tables: Iterable[Iterable[NamedNode]]) -> list[NamedNode]:
    return sorted({term for table in tables for term in table}, key=lambda term: term.value)


def _distinct(term: NamedNode, tables: Iterable[Mapping[NamedNode, set[object]]]) -> Literal:
    return _number(len(set().union(*(table.get(term, ()) for table in tables))))


def _number(number: int, datatype: str = "integer") -> Literal:
    return Literal(str(number), datatype=XSD[datatype])


def _void(name: str) -> NamedNode:
    return VOID[name]


def _dcat(name: str) -> NamedNode:
    return DCAT[name]


def _spdx(name: str) -> NamedNode:
    return SPDX[name]
