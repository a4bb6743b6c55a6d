"""Checks proofs step by step, knowing nothing of how they were found.

There is no reasoner here: each step is matched alone against the table of OWL 2 Profiles, section 4.3
(https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules), written down below as the table
has it: premises, an arrow, the conclusion. What patterns cannot say, such as LIST[...], is a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from decimal import Decimal

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from shipped import PREFIXES

from kg.proofs.step import Leaf, Step, walk
from kg.reasoning.inconsistency import Statement
from kg.terms import XSD

Term = NamedNode | BlankNode | Literal | Triple
Bindings = dict[str, Term]

TABLE = """
eq-sym     ?x owl:sameAs ?y -> ?y owl:sameAs ?x
eq-trans   ?x owl:sameAs ?y, ?y owl:sameAs ?z -> ?x owl:sameAs ?z
eq-rep-s   ?s owl:sameAs ?s2, ?s ?p ?o -> ?s2 ?p ?o
eq-rep-p   ?p owl:sameAs ?p2, ?s ?p ?o -> ?s ?p2 ?o
eq-rep-o   ?o owl:sameAs ?o2, ?s ?p ?o -> ?s ?p ?o2
eq-diff1   ?x owl:sameAs ?y, ?x owl:differentFrom ?y -> false
eq-diff1   ?y owl:sameAs ?x, ?x owl:differentFrom ?y -> false
eq-diff1   ?x owl:differentFrom ?x -> false

prp-dom    ?p rdfs:domain ?c, ?x ?p ?y -> ?x rdf:type ?c
prp-rng    ?p rdfs:range ?c, ?x ?p ?y -> ?y rdf:type ?c
prp-fp     ?p rdf:type owl:FunctionalProperty, ?x ?p ?y1, ?x ?p ?y2 -> ?y1 owl:sameAs ?y2
prp-ifp    ?p rdf:type owl:InverseFunctionalProperty, ?x1 ?p ?y, ?x2 ?p ?y -> ?x1 owl:sameAs ?x2
prp-irp    ?p rdf:type owl:IrreflexiveProperty, ?x ?p ?x -> false
prp-symp   ?p rdf:type owl:SymmetricProperty, ?x ?p ?y -> ?y ?p ?x
prp-asyp   ?p rdf:type owl:AsymmetricProperty, ?x ?p ?y, ?y ?p ?x -> false
prp-trp    ?p rdf:type owl:TransitiveProperty, ?x ?p ?y, ?y ?p ?z -> ?x ?p ?z
prp-spo1   ?p1 rdfs:subPropertyOf ?p2, ?x ?p1 ?y -> ?x ?p2 ?y
prp-eqp1   ?p1 owl:equivalentProperty ?p2, ?x ?p1 ?y -> ?x ?p2 ?y
prp-eqp2   ?p1 owl:equivalentProperty ?p2, ?x ?p2 ?y -> ?x ?p1 ?y
prp-pdw    ?p1 owl:propertyDisjointWith ?p2, ?x ?p1 ?y, ?x ?p2 ?y -> false
prp-inv1   ?p1 owl:inverseOf ?p2, ?x ?p1 ?y -> ?y ?p2 ?x
prp-inv2   ?p1 owl:inverseOf ?p2, ?x ?p2 ?y -> ?y ?p1 ?x
prp-npa1   ?n owl:sourceIndividual ?i1, ?n owl:assertionProperty ?p, ?n owl:targetIndividual ?i2, ?i1 ?p ?i2 -> false
prp-npa2   ?n owl:sourceIndividual ?i, ?n owl:assertionProperty ?p, ?n owl:targetValue ?lt, ?i ?p ?lt -> false

cls-thing    -> owl:Thing rdf:type owl:Class
cls-nothing1 -> owl:Nothing rdf:type owl:Class
cls-nothing2 ?x rdf:type owl:Nothing -> false
cls-com    ?c1 owl:complementOf ?c2, ?x rdf:type ?c1, ?x rdf:type ?c2 -> false
cls-svf1   ?x owl:someValuesFrom ?y, ?x owl:onProperty ?p, ?u ?p ?v, ?v rdf:type ?y -> ?u rdf:type ?x
cls-svf2   ?x owl:someValuesFrom owl:Thing, ?x owl:onProperty ?p, ?u ?p ?v -> ?u rdf:type ?x
cls-avf    ?x owl:allValuesFrom ?y, ?x owl:onProperty ?p, ?u rdf:type ?x, ?u ?p ?v -> ?v rdf:type ?y
cls-hv1    ?x owl:hasValue ?y, ?x owl:onProperty ?p, ?u rdf:type ?x -> ?u ?p ?y
cls-hv2    ?x owl:hasValue ?y, ?x owl:onProperty ?p, ?u ?p ?y -> ?u rdf:type ?x
cls-maxc1  ?x owl:maxCardinality 0, ?x owl:onProperty ?p, ?u rdf:type ?x, ?u ?p ?y -> false
cls-maxc2  ?x owl:maxCardinality 1, ?x owl:onProperty ?p, ?u rdf:type ?x, ?u ?p ?y1, ?u ?p ?y2 -> ?y1 owl:sameAs ?y2
cls-maxqc1 ?x owl:maxQualifiedCardinality 0, ?x owl:onProperty ?p, ?x owl:onClass ?c, ?u rdf:type ?x, ?u ?p ?y, \
           ?y rdf:type ?c -> false
cls-maxqc1 ?x owl:maxQualifiedCardinality 0, ?x owl:onProperty ?p, ?x owl:onDataRange ?c, ?u rdf:type ?x, ?u ?p ?y, \
           ?y rdf:type ?c -> false
cls-maxqc2 ?x owl:maxQualifiedCardinality 0, ?x owl:onProperty ?p, ?x owl:onClass owl:Thing, ?u rdf:type ?x, ?u ?p ?y \
           -> false
cls-maxqc3 ?x owl:maxQualifiedCardinality 1, ?x owl:onProperty ?p, ?x owl:onClass ?c, ?u rdf:type ?x, \
           ?u ?p ?y1, ?y1 rdf:type ?c, ?u ?p ?y2, ?y2 rdf:type ?c -> ?y1 owl:sameAs ?y2
cls-maxqc3 ?x owl:maxQualifiedCardinality 1, ?x owl:onProperty ?p, ?x owl:onDataRange ?c, ?u rdf:type ?x, \
           ?u ?p ?y1, ?y1 rdf:type ?c, ?u ?p ?y2, ?y2 rdf:type ?c -> ?y1 owl:sameAs ?y2
cls-maxqc4 ?x owl:maxQualifiedCardinality 1, ?x owl:onProperty ?p, ?x owl:onClass owl:Thing, ?u rdf:type ?x, \
           ?u ?p ?y1, ?u ?p ?y2 -> ?y1 owl:sameAs ?y2

cax-sco    ?c1 rdfs:subClassOf ?c2, ?x rdf:type ?c1 -> ?x rdf:type ?c2
cax-eqc1   ?c1 owl:equivalentClass ?c2, ?x rdf:type ?c1 -> ?x rdf:type ?c2
cax-eqc2   ?c1 owl:equivalentClass ?c2, ?x rdf:type ?c2 -> ?x rdf:type ?c1
cax-dw     ?c1 owl:disjointWith ?c2, ?x rdf:type ?c1, ?x rdf:type ?c2 -> false

dt-eq      ?lt rdf:type ?c -> ?lt rdf:type ?c

scm-cls    ?c rdf:type owl:Class -> ?c rdfs:subClassOf ?c
scm-cls    ?c rdf:type owl:Class -> ?c owl:equivalentClass ?c
scm-cls    ?c rdf:type owl:Class -> ?c rdfs:subClassOf owl:Thing
scm-cls    ?c rdf:type owl:Class -> owl:Nothing rdfs:subClassOf ?c
scm-sco    ?c1 rdfs:subClassOf ?c2, ?c2 rdfs:subClassOf ?c3 -> ?c1 rdfs:subClassOf ?c3
scm-eqc1   ?c1 owl:equivalentClass ?c2 -> ?c1 rdfs:subClassOf ?c2
scm-eqc1   ?c1 owl:equivalentClass ?c2 -> ?c2 rdfs:subClassOf ?c1
scm-eqc2   ?c1 rdfs:subClassOf ?c2, ?c2 rdfs:subClassOf ?c1 -> ?c1 owl:equivalentClass ?c2
scm-op     ?p rdf:type owl:ObjectProperty -> ?p rdfs:subPropertyOf ?p
scm-op     ?p rdf:type owl:ObjectProperty -> ?p owl:equivalentProperty ?p
scm-dp     ?p rdf:type owl:DatatypeProperty -> ?p rdfs:subPropertyOf ?p
scm-dp     ?p rdf:type owl:DatatypeProperty -> ?p owl:equivalentProperty ?p
scm-spo    ?p1 rdfs:subPropertyOf ?p2, ?p2 rdfs:subPropertyOf ?p3 -> ?p1 rdfs:subPropertyOf ?p3
scm-eqp1   ?p1 owl:equivalentProperty ?p2 -> ?p1 rdfs:subPropertyOf ?p2
scm-eqp1   ?p1 owl:equivalentProperty ?p2 -> ?p2 rdfs:subPropertyOf ?p1
scm-eqp2   ?p1 rdfs:subPropertyOf ?p2, ?p2 rdfs:subPropertyOf ?p1 -> ?p1 owl:equivalentProperty ?p2
scm-dom1   ?p rdfs:domain ?c1, ?c1 rdfs:subClassOf ?c2 -> ?p rdfs:domain ?c2
scm-dom2   ?p2 rdfs:domain ?c, ?p1 rdfs:subPropertyOf ?p2 -> ?p1 rdfs:domain ?c
scm-rng1   ?p rdfs:range ?c1, ?c1 rdfs:subClassOf ?c2 -> ?p rdfs:range ?c2
scm-rng2   ?p2 rdfs:range ?c, ?p1 rdfs:subPropertyOf ?p2 -> ?p1 rdfs:range ?c
scm-hv     ?c1 owl:hasValue ?i, ?c1 owl:onProperty ?p1, ?c2 owl:hasValue ?i, ?c2 owl:onProperty ?p2, \
           ?p1 rdfs:subPropertyOf ?p2 -> ?c1 rdfs:subClassOf ?c2
scm-svf1   ?c1 owl:someValuesFrom ?y1, ?c1 owl:onProperty ?p, ?c2 owl:someValuesFrom ?y2, ?c2 owl:onProperty ?p, \
           ?y1 rdfs:subClassOf ?y2 -> ?c1 rdfs:subClassOf ?c2
scm-svf2   ?c1 owl:someValuesFrom ?y, ?c1 owl:onProperty ?p1, ?c2 owl:someValuesFrom ?y, ?c2 owl:onProperty ?p2, \
           ?p1 rdfs:subPropertyOf ?p2 -> ?c1 rdfs:subClassOf ?c2
scm-avf1   ?c1 owl:allValuesFrom ?y1, ?c1 owl:onProperty ?p, ?c2 owl:allValuesFrom ?y2, ?c2 owl:onProperty ?p, \
           ?y1 rdfs:subClassOf ?y2 -> ?c1 rdfs:subClassOf ?c2
scm-avf2   ?c1 owl:allValuesFrom ?y, ?c1 owl:onProperty ?p1, ?c2 owl:allValuesFrom ?y, ?c2 owl:onProperty ?p2, \
           ?p1 rdfs:subPropertyOf ?p2 -> ?c2 rdfs:subClassOf ?c1
"""


class Rejected(AssertionError):
    """A proof that does not prove what it says."""


def check(root: Step, asserted: Collection[Statement]) -> int:
    """Check every step of a proof, and that its leaves are asserted; the number of steps.

    Raises:
        Rejected: a step does not follow by its rule, or a leaf is not asserted.
    """
    steps = 0
    for node in walk(root):
        if isinstance(node, Leaf):
            if node.conclusion not in asserted:
                raise Rejected(f"not asserted: {node.conclusion}")
        else:
            steps += 1
            premises = [premise.conclusion for premise in node.premises]
            if not follows(node.rule, node.conclusion, premises):  # type: ignore[arg-type]
                raise Rejected(f"{node.conclusion} does not follow by {node.rule} from {premises}")
    return steps


def follows(rule: str, conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    """Whether a conclusion, or None for a contradiction, follows from some of the premises by one rule."""
    if rule in FUNCTIONS:
        return FUNCTIONS[rule](conclusion, premises) or any(
            _matches(row, conclusion, premises) for row in ROWS.get(rule, ())
        )
    return any(_matches(row, conclusion, premises) for row in ROWS.get(rule, ()))


def same(a: Term | None, b: Term | None) -> bool:
    """Whether two terms are one, or two spellings of one value."""
    if isinstance(a, Literal) and isinstance(b, Literal):
        return a == b or (value(a) is not None and value(a) == value(b))
    return a == b


# Patterns


def _read(text: str) -> Term | str:
    if text.startswith("?"):
        return text
    if text.isdecimal():
        return Literal(text, datatype=XSD.nonNegativeInteger)
    return iri(text)


def iri(name: str) -> NamedNode:
    """The IRI of a prefixed name."""
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)


Row = tuple[list[tuple[Term | str, ...]], tuple[Term | str, ...] | None]


def _rows() -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for line in TABLE.strip().splitlines():
        if line:
            name, _, rest = line.partition(" ")
            rows.setdefault(name, []).append(_row(rest))
    return rows


def _row(text: str) -> Row:
    body, _, head = text.partition("->")
    patterns = [tuple(map(_read, atom.split())) for atom in body.split(",") if atom.strip()]
    return patterns, None if head.strip() == "false" else tuple(map(_read, head.split()))


ROWS = _rows()


def _matches(row: Row, conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    patterns, head = row
    if (head is None) != (conclusion is None):
        return False
    start = _unify(head, conclusion, {}) if head is not None else {}
    return start is not None and any(True for _ in _solutions(patterns, premises, start))


def _solutions(
    patterns: list[tuple[Term | str, ...]], premises: Collection[Statement], bound: Bindings
) -> Iterator[Bindings]:
    if not patterns:
        yield bound
        return
    for premise in premises:
        extended = _unify(patterns[0], premise, bound)
        if extended is not None:
            yield from _solutions(patterns[1:], premises, extended)


def _unify(pattern: tuple[Term | str, ...], statement: Iterable[Term], bound: Bindings) -> Bindings | None:
    extended = dict(bound)
    for part, term in zip(pattern, statement, strict=True):
        known = extended.setdefault(part, term) if isinstance(part, str) else part
        if not same(known, term):
            return None
    return extended


# Lists


def cells(head: Term, premises: Collection[Statement]) -> list[Term] | None:
    """The cells of a list that the premises spell out to its end, else None."""
    rest = {s: o for s, p, o in premises if p == iri("rdf:rest")}
    found: list[Term] = []
    while head != iri("rdf:nil"):
        if head not in rest or head in found:
            return None
        found.append(head)
        head = rest[head]
    return found


def members(head: Term, premises: Collection[Statement]) -> list[Term | None] | None:
    """The members of a list, None for each that no premise names; None for all if the list is not whole."""
    chain = cells(head, premises)
    first = {s: o for s, p, o in premises if p == iri("rdf:first")}
    return None if chain is None else [first.get(cell) for cell in chain]


def _lists(axiom: str, premises: Collection[Statement]) -> Iterator[tuple[Term, list[Term | None]]]:
    """The subjects of an axiom with the members of the list that is its object."""
    for subject, predicate, head in premises:
        if predicate == iri(axiom):
            found = members(head, premises)
            if found is not None:
                yield subject, found


def _holds(premises: Collection[Statement], subject: Term, predicate: Term, value: Term) -> bool:
    return any(s == subject and p == predicate and same(o, value) for s, p, o in premises)


def _chain(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    for prop, links in _lists("owl:propertyChainAxiom", premises):
        if conclusion is not None and prop == conclusion.predicate and links:
            reached = {conclusion.subject}
            for link in links:
                reached = {o for s, p, o in premises if s in reached and p == link and link is not None}
            if conclusion.object in reached:
                return True
    return False


def _key(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    if conclusion is None or conclusion.predicate != iri("owl:sameAs"):
        return False
    x, _, y = conclusion
    for cls, properties in _lists("owl:hasKey", premises):
        typed = all(_holds(premises, individual, iri("rdf:type"), cls) for individual in (x, y))
        if typed and properties and all(_agree(premises, prop, x, y) for prop in properties):
            return True
    return False


def _agree(premises: Collection[Statement], prop: Term | None, x: Term, y: Term) -> bool:
    values = [[o for s, p, o in premises if s == individual and p == prop] for individual in (x, y)]
    return any(same(a, b) for a in values[0] for b in values[1])


def _intersection(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    return conclusion is not None and any(
        cls == conclusion.object
        and bool(parts)
        and all(part is not None and _holds(premises, conclusion.subject, iri("rdf:type"), part) for part in parts)
        for cls, parts in _lists("owl:intersectionOf", premises)
    )


def _member_of(axiom: str, test: Callable[[Statement, Term, Term, Collection[Statement]], bool]):  # type: ignore[no-untyped-def]
    """A rule about one member of a list: `test` is given the conclusion, the axiom's subject and the member."""

    def function(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
        return conclusion is not None and any(
            member is not None and test(conclusion, subject, member, premises)
            for subject, found in _lists(axiom, premises)
            for member in found
        )

    return function


def _is(premises: Collection[Statement], x: Term, cls: Term) -> bool:
    return _holds(premises, x, iri("rdf:type"), cls)


def _pairs(kind: str, axiom: str, test: Callable[[Term, Term, Collection[Statement]], bool]):  # type: ignore[no-untyped-def]
    """A contradiction between two members of a list, which stand in different cells."""

    def function(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
        return conclusion is None and any(
            a is not None and b is not None and i != j and test(a, b, premises)
            for subject, found in _lists(axiom, premises)
            if _is(premises, subject, iri(kind))
            for i, a in enumerate(found)
            for j, b in enumerate(found)
        )

    return function


def _same_or_repeated(a: Term, b: Term, premises: Collection[Statement]) -> bool:
    return a == b or _holds(premises, a, iri("owl:sameAs"), b)


def _shared_instance(a: Term, b: Term, premises: Collection[Statement]) -> bool:
    return any(_is(premises, s, b) for s, p, o in premises if p == iri("rdf:type") and o == a)


def _shared_pair(a: Term, b: Term, premises: Collection[Statement]) -> bool:
    return any(_holds(premises, s, b, o) for s, p, o in premises if p == a)


# Literals

_NUMBER = {
    f"xsd:{name}": (None if low is None else Decimal(low), None if high is None else Decimal(high))
    for name, low, high in (
        ("decimal", None, None),
        ("integer", None, None),
        ("nonNegativeInteger", 0, None),
        ("positiveInteger", 1, None),
        ("nonPositiveInteger", None, 0),
        ("negativeInteger", None, -1),
        ("long", -(2**63), 2**63 - 1),
        ("int", -(2**31), 2**31 - 1),
        ("short", -(2**15), 2**15 - 1),
        ("byte", -128, 127),
        ("unsignedLong", 0, 2**64 - 1),
        ("unsignedInt", 0, 2**32 - 1),
        ("unsignedShort", 0, 2**16 - 1),
        ("unsignedByte", 0, 255),
    )
}
_RL_DATATYPES = frozenset(
    iri(name)
    for name in [
        "rdf:PlainLiteral",
        "rdf:XMLLiteral",
        "rdfs:Literal",
        "xsd:decimal",
        "xsd:integer",
        "xsd:nonNegativeInteger",
        "xsd:nonPositiveInteger",
        "xsd:positiveInteger",
        "xsd:negativeInteger",
        "xsd:long",
        "xsd:int",
        "xsd:short",
        "xsd:byte",
        "xsd:unsignedLong",
        "xsd:unsignedInt",
        "xsd:unsignedShort",
        "xsd:unsignedByte",
        "xsd:float",
        "xsd:double",
        "xsd:string",
        "xsd:normalizedString",
        "xsd:token",
        "xsd:language",
        "xsd:Name",
        "xsd:NCName",
        "xsd:NMTOKEN",
        "xsd:boolean",
        "xsd:hexBinary",
        "xsd:base64Binary",
        "xsd:anyURI",
        "xsd:dateTime",
        "xsd:dateTimeStamp",
    ]
)
_ANNOTATIONS = frozenset(
    iri(name)
    for name in [
        "rdfs:label",
        "rdfs:comment",
        "rdfs:seeAlso",
        "rdfs:isDefinedBy",
        "owl:deprecated",
        "owl:versionInfo",
        "owl:priorVersion",
        "owl:backwardCompatibleWith",
        "owl:incompatibleWith",
    ]
)
_DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def _name(datatype: NamedNode) -> str:
    prefix = next((prefix for prefix in ("xsd", "rdf", "rdfs") if datatype.value.startswith(PREFIXES[prefix])), "")
    return f"{prefix}:{datatype.value.removeprefix(PREFIXES[prefix])}" if prefix else datatype.value


def value(literal: Literal) -> tuple[str, object] | None:
    """The value space and the value of a literal, None if it is ill-typed or its datatype is not a common one."""
    name, text = _name(literal.datatype), literal.value
    found: tuple[str, object] | None = None
    if name in _NUMBER:
        low, high = _NUMBER[name]
        if re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)" if name == "xsd:decimal" else r"[+-]?\d+", text):
            number = Decimal(text)
            if (low is None or low <= number) and (high is None or number <= high):
                found = ("number", number)
    elif name == "xsd:boolean":
        found = ("boolean", text in ("true", "1")) if text in ("true", "false", "1", "0") else None
    elif name == "xsd:string":
        found = ("string", text)
    elif name == "rdf:langString":
        found = ("language-tagged string", (text, literal.language))
    elif name == "xsd:dateTime":
        found = ("time", text.replace("+00:00", "Z")) if _DATE_TIME.fullmatch(text) else None
    elif name in ("xsd:double", "xsd:float"):
        found = (name, float(text)) if re.fullmatch(r"[+-]?[\d.]+([eE][+-]?\d+)?", text) else None
    return found


def belongs(literal: Literal, datatype: NamedNode) -> bool:
    """Whether a literal's value is one of a datatype's."""
    name, known = _name(datatype), value(literal)
    if known is None:
        return False
    space, content = known
    if name in _NUMBER:
        low, high = _NUMBER[name]
        number = content if isinstance(content, Decimal) else Decimal(0)
        whole = name == "xsd:decimal" or number == number.to_integral_value()
        return space == "number" and whole and (low is None or low <= number) and (high is None or number <= high)
    spaces = {
        "rdfs:Literal": {space},
        "rdf:PlainLiteral": {"string", "language-tagged string"},
        "rdf:langString": {"language-tagged string"},
        "xsd:boolean": {"boolean"},
        "xsd:string": {"string"},
        "xsd:dateTime": {"time"},
        "xsd:double": {"xsd:double"},
        "xsd:float": {"xsd:float"},
    }
    return space in spaces.get(name, ())


def _two_values(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    """Two literals that are said to be the same and have different values."""
    return conclusion is None and any(
        isinstance(s, Literal) and isinstance(o, Literal) and not same(s, o)
        for s, p, o in premises
        if p == iri("owl:sameAs")
    )


def _literal_type(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    return (
        conclusion is not None
        and isinstance(conclusion.subject, Literal)
        and isinstance(conclusion.object, NamedNode)
        and conclusion.predicate == iri("rdf:type")
        and belongs(conclusion.subject, conclusion.object)
    )


def _not_type(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    if conclusion is not None:  # an ill-typed literal has its datatype
        literal = conclusion.subject
        return isinstance(literal, Literal) and literal.datatype == conclusion.object and value(literal) is None
    return any(isinstance(o, Literal) and value(o) is None for _, _, o in premises) or any(
        isinstance(s, Literal) and isinstance(o, NamedNode) and not belongs(s, o)
        for s, p, o in premises
        if p == iri("rdf:type")
    )


def _different(conclusion: Statement | None, premises: Collection[Statement]) -> bool:
    return (
        conclusion is not None
        and Statement(conclusion.object, iri("owl:differentFrom"), conclusion.subject) in premises
    )


def _like(text: str) -> Callable[[Statement | None, Collection[Statement]], bool]:
    """A rule whose name is a sentence, written as in the table."""
    row = _row(text)
    return lambda conclusion, premises: _matches(row, conclusion, premises)


FUNCTIONS: dict[str, Callable[[Statement | None, Collection[Statement]], bool]] = {
    "eq-diff1": _two_values,
    "eq-diff2": _pairs("owl:AllDifferent", "owl:members", _same_or_repeated),
    "eq-diff3": _pairs("owl:AllDifferent", "owl:distinctMembers", _same_or_repeated),
    "owl:differentFrom is symmetric": _different,
    "Things with different values of a functional property are different": _like(
        "?p rdf:type owl:FunctionalProperty, ?y1 owl:differentFrom ?y2, ?x1 ?p ?y1, ?x2 ?p ?y2 "
        "-> ?x1 owl:differentFrom ?x2"
    ),
    "Different things have different values of an inverse-functional property": _like(
        "?p rdf:type owl:InverseFunctionalProperty, ?x1 owl:differentFrom ?x2, ?x1 ?p ?y1, ?x2 ?p ?y2 "
        "-> ?y1 owl:differentFrom ?y2"
    ),
    "A property that a chain of itself and itself leads to is transitive": lambda c, given: (
        c is not None
        and c.object == iri("owl:TransitiveProperty")
        and (c.subject, [c.subject] * 2) in _lists("owl:propertyChainAxiom", given)
    ),
    "prp-ap": lambda c, _: c is not None and c.subject in _ANNOTATIONS and c.object == iri("owl:AnnotationProperty"),
    "prp-spo2": _chain,
    "prp-key": _key,
    "prp-adp": _pairs("owl:AllDisjointProperties", "owl:members", _shared_pair),
    "cls-int1": _intersection,
    "cls-int2": _member_of("owl:intersectionOf", lambda c, cls, m, given: c.object == m and _is(given, c.subject, cls)),
    "cls-uni": _member_of("owl:unionOf", lambda c, cls, m, given: c.object == cls and _is(given, c.subject, m)),
    "cls-oo": _member_of("owl:oneOf", lambda c, cls, m, given: c.object == cls and same(c.subject, m)),
    "cax-adc": _pairs("owl:AllDisjointClasses", "owl:members", _shared_instance),
    "dt-type1": lambda c, _: c is not None and c.subject in _RL_DATATYPES and c.object == iri("rdfs:Datatype"),
    "dt-type2": _literal_type,
    "dt-eq": lambda c, _: (
        c is not None
        and c.predicate == iri("owl:sameAs")
        and isinstance(c.subject, Literal)
        and isinstance(c.object, Literal)
        and same(c.subject, c.object)
    ),
    "dt-diff": lambda c, _: c is not None and c.predicate == iri("owl:differentFrom") and not same(c.subject, c.object),
    "dt-not-type": _not_type,
    "scm-int": _member_of("owl:intersectionOf", lambda c, cls, m, given: (c.subject, c.object) == (cls, m)),
    "scm-uni": _member_of("owl:unionOf", lambda c, cls, m, given: (c.subject, c.object) == (m, cls)),
}
