"""The data described as data: VoID statistics and a DCAT entry, computed from a build.

VoID, https://www.w3.org/TR/void/, section 4.6 defines the numbers; DCAT 3, https://www.w3.org/TR/vocab-dcat-3/, the
description of the dataset and of the files it is distributed in. What cannot be computed (title, license, version,
dates) is in graph/dataset.ttl, so that the same build gives the same description on any day.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.duties.calendar import parse_day
from kg.errors import BadInput
from kg.formats import format_of_file
from kg.vocab import BASE, CASUS, DERIVED_GRAPH, ID, INFERRED_GRAPH, PREFIXES, RDF, RDFS, XSD

DATASET = NamedNode(BASE + "data")
#: The part of the dataset that was stated, not inferred.
ASSERTED = NamedNode(BASE + "data/asserted")

_TYPE = NamedNode(RDF + "type")
_LABEL = NamedNode(RDFS + "label")
_SOURCE = NamedNode(CASUS + "Source")
_ISSUED = NamedNode(PREFIXES["dcterms"] + "issued")
_ISSUED_ON = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_SUBSET = NamedNode(PREFIXES["void"] + "subset")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
#: What a distribution repeats of its dataset.
_REPEATED = {NamedNode(PREFIXES["dcterms"] + name) for name in ("issued", "license", "modified")}


def describe(asserted: Iterable[Quad], inferred: Iterable[Quad], derived: Iterable[Quad] = ()) -> list[Triple]:
    """The dataset with its statistics: what graph/dataset.ttl says of it, and the numbers of VoID.

    The dataset is the union of what was asserted, inferred and derived, which is also what a query sees; the parts are
    subsets with numbers of their own.
    """
    stated = {quad.triple for quad in asserted}
    followed = {quad.triple for quad in inferred} - stated
    dated = {quad.triple for quad in derived}
    return [
        *static_description(stated),
        *_statistics(DATASET, stated | followed | dated, partitions=True),
        *_subset(ASSERTED, "Casus data, as asserted", stated),
        *_subset(NamedNode(INFERRED_GRAPH), "Casus data, as inferred", followed),
        *(_subset(NamedNode(DERIVED_GRAPH), "Casus data, as derived for dates", dated) if dated else ()),
    ]


def newest_source(asserted: Iterable[Triple | Quad]) -> date:
    """The day on which the newest source was issued; the first day of its month or year where only that is known.

    What happened later is not covered. A build has this day whenever it is made, so what is computed for it can be
    reproduced.

    Raises:
        BadInput: no source has a date.
    """
    triples = list(asserted)
    sources = {triple.subject for triple in triples if triple.predicate == _TYPE and triple.object == _SOURCE}
    issued = (triple for triple in triples if triple.predicate == _ISSUED and triple.subject in sources)
    texts = [triple.object.value for triple in issued if isinstance(triple.object, Literal)]
    days = [text + "-01-01"[len(text) - 4 :] for text in texts if _ISSUED_ON.fullmatch(text)]
    if not days:
        raise BadInput("no source says when it was issued (dcterms:issued), so name a day")
    return date.fromordinal(parse_day(max(days)))


def static_description(asserted: Iterable[Triple]) -> list[Triple]:
    """What the data says of itself as a dataset."""
    return [triple for triple in asserted if triple.subject == DATASET]


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """What the description says of a file of a release: its size in bytes and its SHA-256 checksum, in hexadecimal."""

    size: int
    sha256: str


def released_file(path: Path) -> ReleasedFile:
    """The size and the checksum of a file, read in pieces."""
    with path.open("rb") as file:
        return ReleasedFile(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def distributions(description: Iterable[Triple], files: Mapping[str, ReleasedFile]) -> list[Triple]:
    """The files a dataset is released in, by DCAT: media type, size and checksum, with the dataset's license and dates.

    Args:
        description: the dataset, as `describe` or `static_description` gives it.
        files: the files by name; its suffix tells the format.

    Raises:
        UnknownFormat: no RDF format has a file's suffix.
    """
    about = [triple for triple in description if triple.subject == DATASET]
    repeated = [triple for triple in about if triple.predicate in _REPEATED]
    versions = [triple.object for triple in about if triple.predicate == _dcat("version")]
    folder = "/".join([DATASET.value, *(version.value for version in versions if isinstance(version, Literal))])
    return [
        triple
        for name, file in sorted(files.items())
        for triple in _distribution(name, file, f"{folder}/{name}", repeated)
    ]


def _distribution(name: str, file: ReleasedFile, url: str, repeated: Iterable[Triple]) -> Iterator[Triple]:
    node = NamedNode(f"{DATASET.value}#{name}")
    checksum = BlankNode(f"checksum-{name}")
    media_type = format_of_file(PurePath(name)).media_types[0]
    yield Triple(DATASET, _dcat("distribution"), node)
    yield Triple(node, _TYPE, _dcat("Distribution"))
    yield Triple(node, NamedNode(PREFIXES["dcterms"] + "title"), Literal(name))
    for triple in repeated:
        yield Triple(node, triple.predicate, triple.object)
    yield Triple(node, _dcat("downloadURL"), NamedNode(url))
    yield Triple(node, _dcat("mediaType"), NamedNode(_MEDIA_TYPES + media_type))
    yield Triple(node, _dcat("byteSize"), _number(file.size, "nonNegativeInteger"))
    yield Triple(node, _spdx("checksum"), checksum)
    yield Triple(checksum, _TYPE, _spdx("Checksum"))
    yield Triple(checksum, _spdx("algorithm"), _spdx("checksumAlgorithm_sha256"))
    yield Triple(checksum, _spdx("checksumValue"), Literal(file.sha256, datatype=NamedNode(XSD + "hexBinary")))


def _subset(node: NamedNode, label: str, triples: set[Triple]) -> Iterator[Triple]:
    yield Triple(DATASET, _SUBSET, node)
    yield Triple(node, _TYPE, _void("Dataset"))
    yield Triple(node, _LABEL, Literal(label, language="en"))
    yield from _statistics(node, triples, partitions=False)


def _statistics(node: NamedNode, triples: Iterable[Triple], partitions: bool) -> Iterator[Triple]:
    """The numbers of VoID, section 4.6, and the partitions by class and by property, section 4.5."""
    count = 0
    subjects, objects = set(), set()
    members: dict[NamedNode, set[object]] = defaultdict(set)
    statements: dict[NamedNode, list[Triple]] = defaultdict(list)
    for triple in triples:
        count += 1
        subjects.add(triple.subject)
        objects.add(triple.object)
        statements[triple.predicate].append(triple)
        if triple.predicate == _TYPE and isinstance(triple.object, NamedNode):
            members[triple.object].add(triple.subject)
    yield Triple(node, _void("triples"), _number(count))
    entities = {subject for subject in subjects if isinstance(subject, NamedNode) and subject.value.startswith(ID)}
    yield Triple(node, _void("entities"), _number(len(entities)))
    yield Triple(node, _void("distinctSubjects"), _number(len(subjects)))
    yield Triple(node, _void("distinctObjects"), _number(len(objects)))
    yield Triple(node, _void("classes"), _number(len(members)))
    yield Triple(node, _void("properties"), _number(len(statements)))
    if partitions:
        for number, (term, group) in enumerate(sorted(members.items(), key=lambda item: item[0].value)):
            part = BlankNode(f"class-{number}")
            yield Triple(node, _void("classPartition"), part)
            yield Triple(part, _void("class"), term)
            yield Triple(part, _void("entities"), _number(len(group)))
        for number, (term, used) in enumerate(sorted(statements.items(), key=lambda item: item[0].value)):
            part = BlankNode(f"property-{number}")
            yield Triple(node, _void("propertyPartition"), part)
            yield Triple(part, _void("property"), term)
            yield Triple(part, _void("triples"), _number(len(used)))
            yield Triple(part, _void("distinctSubjects"), _number(len({triple.subject for triple in used})))
            yield Triple(part, _void("distinctObjects"), _number(len({triple.object for triple in used})))


def _number(number: int, datatype: str = "integer") -> Literal:
    return Literal(str(number), datatype=NamedNode(XSD + datatype))


def _void(name: str) -> NamedNode:
    return NamedNode(PREFIXES["void"] + name)


def _dcat(name: str) -> NamedNode:
    return NamedNode(PREFIXES["dcat"] + name)


def _spdx(name: str) -> NamedNode:
    return NamedNode(PREFIXES["spdx"] + name)
