"""What query editors ask an endpoint about itself: prefixes, example queries, which classes have which properties.

It is a graph of the store, because there they look for it: SIB's and Zazuko's editors and sparql-llm ask for
``sh:declare`` (SHACL, section 5.2.1), for ``sh:SPARQLExecutable`` (SHACL Advanced Features, section 5.1) and for VoID's
partitions (https://www.w3.org/TR/void/#class-property-partitions), those by class with partitions by property within.
What a property leads to is told as the void-generator does: by a class partition, or by a datatype partition of
http://ldf.fi/void-ext#.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.build.questions import Question
from kg.terms import DCTERMS, OWL, RDF, RDFS, SH, VOID, XSD, Namespaces, Term, Vocabulary

VOID_EXT = Vocabulary("http://ldf.fi/void-ext#")
#: Classes of these say what a term is, not what a thing is.
_OF_TERMS = (OWL, RDF, RDFS, SH)
#: How the names of the partitions by class begin, and those of their parts.
_CLASS = "class-"
_RELATIVE = re.compile(r"<(?![\w+.-]+:)[^<>\s=]+>")


def metadata(names: Namespaces, questions: Iterable[Question], partitions: Iterable[Triple]) -> list[Triple]:
    """The graph that describes a project's store to those who query it.

    Args:
        names: the project's namespaces.
        questions: its example queries.
        partitions: what `class_partitions` says of its statements.
    """
    prefixes = NamedNode(names.base + "prefixes#prefixes")
    return [
        *declarations(prefixes, names.prefixes),
        *executables(names.base + "examples", questions, prefixes, names),
        *partitions,
    ]


def class_partitions(names: Namespaces, statements: Iterable[Triple]) -> Iterator[Triple]:
    """Which classes the things of a project have, and the things of each which properties.

    Args:
        names: the project's namespaces.
        statements: what was stated and derived; what follows by OWL 2 RL would repeat all for each superclass.
    """
    dataset = _dataset(names)
    for number, (kind, profile) in enumerate(sorted(profiles(statements).items(), key=lambda item: item[0].value)):
        node = BlankNode(f"{_CLASS}{number}")
        yield Triple(dataset, VOID.classPartition, node)
        yield Triple(node, VOID["class"], kind)
        yield Triple(node, VOID.entities, _number(profile.entities))
        yield from property_partitions(node, profile)


def is_of_partitions(triple: Triple, names: Namespaces) -> bool:
    """Whether it is one of those that `class_partitions` gives, rather than another of `metadata`."""
    subject = triple.subject
    return subject.value.startswith(_CLASS) if isinstance(subject, BlankNode) else subject == _dataset(names)


def declarations(node: NamedNode, prefixes: Mapping[str, str]) -> Iterator[Triple]:
    """Prefixes, declared at a node."""
    for prefix, namespace in prefixes.items():
        declaration = BlankNode(f"prefix-{prefix}")
        yield Triple(node, SH.declare, declaration)
        yield Triple(declaration, RDF.type, SH.PrefixDeclaration)
        yield Triple(declaration, SH.prefix, Literal(prefix))
        yield Triple(declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI))


def executables(page: str, questions: Iterable[Question], prefixes: NamedNode, names: Namespaces) -> Iterator[Triple]:
    """Questions as SHACL executables, in the layout that query editors read, with the terms that each traces.

    SHACL has no DESCRIBE. A question of a day states the day at the head of its query, where the endpoint finds it.

    Args:
        page: the address that their names are fragments of.
        questions: the questions.
        prefixes: where the prefixes are declared that they use.
        names: the namespaces that relative IRIs are relative to.
    """
    for question in questions:
        if question.form == "describe":
            continue
        example = NamedNode(f"{page}#{question.name}")
        # Another endpoint understands it too: relative IRIs need their base.
        query = f"BASE <{names.id}>\n{question.query}" if _RELATIVE.search(question.query) else question.query
        yield Triple(example, RDF.type, SH.SPARQLExecutable)
        yield Triple(example, RDF.type, SH[f"SPARQL{question.form.capitalize()}Executable"])
        yield Triple(example, RDFS.comment, Literal(question.text, language="en"))
        yield Triple(example, SH[question.form], Literal(query))
        yield Triple(example, SH.prefixes, prefixes)
        for term in question.traced(names):
            yield Triple(example, DCTERMS.references, NamedNode(term))


@dataclass
class Profile:
    """What the things of a class have: their number, and how often which property, to things or values of what kind."""

    entities: int = 0
    properties: Counter[NamedNode] = field(default_factory=Counter)
    targets: defaultdict[NamedNode, Counter[tuple[bool, NamedNode]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )


def profiles(statements: Iterable[Triple]) -> dict[NamedNode, Profile]:
    """The profile of each class that things have, other than terms; statements are counted once."""
    distinct = dict.fromkeys(statements)
    kinds: defaultdict[Term, list[NamedNode]] = defaultdict(list)
    found: defaultdict[NamedNode, Profile] = defaultdict(Profile)
    for triple in distinct:
        kind = triple.object
        if triple.predicate == RDF.type and isinstance(kind, NamedNode) and not any(kind in of for of in _OF_TERMS):
            kinds[triple.subject].append(kind)
            found[kind].entities += 1
    # Few of the statements differ in their property and in what kinds of things are at their ends.
    groups: dict[tuple[NamedNode, ...], int] = {}
    numbers = {thing: groups.setdefault(tuple(own), len(groups)) for thing, own in kinds.items()}
    alike = Counter(_told(distinct, numbers))
    members = list(groups)
    for (number, predicate, target), times in alike.items():
        if predicate == RDF.type:
            continue
        is_literal = isinstance(target, NamedNode)
        targets = [target] if isinstance(target, NamedNode) else () if target is None else members[target]
        for kind in members[number]:
            profile = found[kind]
            profile.properties[predicate] += times
            for of in targets:
                profile.targets[predicate][is_literal, of] += times
    return found


def _told(
    statements: Iterable[Triple], numbers: Mapping[Term, int]
) -> Iterator[tuple[int, NamedNode, NamedNode | int | None]]:
    """What statements are, of things with numbers: whose, of which property, to a value or a thing of which kind."""
    for triple in statements:
        number = numbers.get(triple.subject)
        if number is not None:
            value = triple.object
            yield number, triple.predicate, value.datatype if isinstance(value, Literal) else numbers.get(value)


def property_partitions(node: BlankNode, profile: Profile) -> Iterator[Triple]:
    """The partitions by property of a partition by class."""
    for place, (term, count) in enumerate(sorted(profile.properties.items(), key=lambda item: item[0].value)):
        partition = BlankNode(f"{node.value}-{place}")
        yield Triple(node, VOID.propertyPartition, partition)
        yield Triple(partition, VOID.property, term)
        yield Triple(partition, VOID.triples, _number(count))
        ordered = sorted(profile.targets[term].items(), key=lambda item: (item[0][0], item[0][1].value))
        for number, ((is_literal, target), times) in enumerate(ordered):
            leads_to = BlankNode(f"{partition.value}-{number}")
            yield Triple(partition, VOID_EXT.datatypePartition if is_literal else VOID.classPartition, leads_to)
            yield Triple(leads_to, VOID_EXT.datatype if is_literal else VOID["class"], target)
            yield Triple(leads_to, VOID.triples, _number(times))


def _dataset(names: Namespaces) -> NamedNode:
    return NamedNode(names.base + "data")


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
