"""States that sheets name and a project does not have yet, as the shipped project has them, in the project's names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import cache

from pyoxigraph import Literal, NamedNode, Triple

from kg.importers.sheets.vocabulary import concept
from kg.project import Project, open_project
from kg.rdf.load import load_files
from kg.terms import CASUS, DCTERMS, RDF, RDFS, SKOS, Namespaces, local_name

_FILES = ("graph/states.ttl", "graph/codes.ttl")
#: What tells of a state, other than its names and what it followed.
_ABOUT = (
    CASUS.cowCode, CASUS.gwCode, CASUS.isoAlpha2, CASUS.isoAlpha3, CASUS.unM49, CASUS.wikidataId, CASUS.begins,
    CASUS.beginPrecision, CASUS.ends, CASUS.endPrecision, CASUS.confidence, CASUS.codeValue, CASUS.inCodeList,
    SKOS.exactMatch, DCTERMS.identifier, RDF.type,
)  # fmt: skip
_TIES = (CASUS.predecessor, CASUS.continues, CASUS.codeOf)
#: The name of the source that all of it has.
_SOURCE = "CASUS-STATES"


@cache
def shipped_states() -> Sequence[Triple]:
    """What the shipped project says of its states and of their codes."""
    root = open_project().root
    return [quad.triple for quad in load_files([root / name for name in _FILES])]


def take_states(wanted: Collection[str], known: Sequence[Triple], project: Project) -> Iterator[Triple]:
    """What is known of states, in the names of a project, with where it is from.

    Args:
        wanted: the short names of the states.
        known: what the shipped project says, as `shipped_states` has it.
        project: the project; it does not have these states yet.
    """
    if not wanted:
        return
    names = project.names
    source = NamedNode(f"{names.id}source/{_SOURCE}")
    codes = {
        t.subject
        for t in known
        if t.predicate == CASUS.codeOf and isinstance(t.object, NamedNode) and local_name(t.object) in wanted
    }
    told: set[NamedNode] = set()
    for subject, predicate, value in known:
        kind = subject.value.removesuffix(local_name(subject)).rstrip("/").rpartition("/")[2]
        if not (kind == "state" and local_name(subject) in wanted) and subject not in codes:
            continue
        ours = NamedNode(f"{names.id}{kind}/{local_name(subject)}")
        told.add(ours)
        if predicate in _ABOUT:
            yield Triple(ours, predicate, value)
        elif predicate == RDFS.label and isinstance(value, Literal):
            if value.language in ("en", *project.identity.languages):
                yield Triple(ours, predicate, value)
        elif predicate in _TIES and isinstance(value, NamedNode) and local_name(value) in wanted:
            yield Triple(ours, predicate, NamedNode(f"{names.id}state/{local_name(value)}"))
    for ours in told:
        yield Triple(ours, DCTERMS.source, source)
    yield from _source(source, names)


def _source(source: NamedNode, names: Namespaces) -> Iterator[Triple]:
    citation = "Casus, the states: their names, codes, beginnings and ends"
    yield Triple(source, RDF.type, CASUS.Source)
    yield Triple(source, RDFS.label, Literal(citation, language="en"))
    yield Triple(source, DCTERMS.identifier, Literal(_SOURCE))
    yield Triple(source, DCTERMS.bibliographicCitation, Literal(citation, language="en"))
    yield Triple(source, CASUS.locator, Literal(open_project().names.base))
    yield Triple(source, CASUS.seen, concept("seen/yes"))
    yield Triple(source, CASUS.sourceKind, concept("source-kind/dataset"))
