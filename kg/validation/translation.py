"""A shape as an expression of SPARQL that is true of each focus node that may violate it.

Most constraint components of SHACL Core are defined by SPARQL, which `constraints.toml` has as a table; those about
other shapes are put together here. pySHACL reads the shapes, so that a constraint has the parameters that it would be
checked with, and one that pySHACL would refuse is not translated.

Where SPARQL cannot tell for sure, a node may both violate and conform: the first is what counts for a shape, the second
for one that is negated or counted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from itertools import combinations, count
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode
from pyshacl import Shape
from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP
from pyshacl.errors import ConstraintLoadWarning
from rdflib.namespace import RDFS, SH
from rdflib.term import Node, URIRef

from kg.validation.expressions import Untranslatable, both, constant, either, exists, opposite, path
from kg.validation.literals import DOUBTFUL, RESPELLED

_TABLE: Mapping[str, Mapping[str, str]] = tomllib.loads(
    Path(__file__).with_name("constraints.toml").read_text(encoding="utf-8")
)
#: Constraints about another property of the focus node.
_PAIRS = {"disjoint", "equals", "lessThan", "lessThanOrEquals"}
#: Constraints on how a literal is written.
_SPELLING = {"hasValue", "in", "maxLength", "minLength", "pattern"}
#: Those that pySHACL gives up on for some values, whatever else a node conforms to.
_FAILING = {"lessThan", "lessThanOrEquals"}
#: Constraints whose test is true wherever the outcome is not sure.
_VAGUE = {*_FAILING, "maxExclusive", "maxInclusive", "minExclusive", "minInclusive"}
#: Datatypes that pySHACL takes for more than their literals.
_WIDE_DATATYPES = {RDFS.Literal, RDFS.Datatype}

#: How many values are told apart, since each takes a join.
_COUNTED = 5


class _Test(NamedTuple):
    """Expressions that are true where a node may violate something, and where it may conform to it."""

    may_violate: str
    may_conform: str

    @property
    def negated(self) -> _Test:
        return _Test(self.may_conform, self.may_violate)


_CONFORMS = _Test("false", "true")


def _all(tests: Iterable[_Test]) -> _Test:
    stated = list(tests)
    return _Test(either(*(test.may_violate for test in stated)), both(*(test.may_conform for test in stated)))


def _any(tests: Iterable[_Test]) -> _Test:
    return _all(test.negated for test in tests).negated


def _none(tests: Iterable[_Test]) -> _Test:
    return _all(test.negated for test in tests)


def _exactly_one(tests: Iterable[_Test]) -> _Test:
    stated = list(tests)
    return _any(
        _all(test if number == chosen else test.negated for number, test in enumerate(stated))
        for chosen in range(len(stated))
    )


class Translation:
    """A target shape as a query.

    Attributes:
        may_violate: true of each node ``?this`` that may violate the shape, by SHACL Core.
        queries: those that have a row for each node ``$this`` that violates the shape, by SHACL-SPARQL.
    """

    def __init__(self, shape: Shape, marks: Set[NamedNode]) -> None:
        """Translate a shape, for data in which some literals have such marks (`kg.validation.literals`).

        Raises:
            Untranslatable: see there.
        """
        self.queries: list[str] = []
        self._marks = marks
        self._names = (f"?v{number}" for number in count())
        self._within: list[Shape] = []
        self._overruled = 0
        self.may_violate = self._shape(shape, "?this").may_violate

    def _shape(self, shape: Shape, this: str) -> _Test:
        if shape.deactivated:
            return _CONFORMS
        if shape in self._within or shape.find_custom_constraints():
            raise Untranslatable
        self._within.append(shape)
        steps = path(shape.sg.graph, shape.path()) if shape.is_property_shape else None

        def values(value: str) -> str:
            itself = f"BIND({this} AS {value})"
            if steps is None:
                return itself
            # To Oxigraph, a path of no length is one of terms that the data has.
            step = f"{this} {steps.text} {value} ."
            return f"{{ {step} }} UNION {{ {itself} }}" if steps.may_stay else step

        value = this if steps is None else next(self._names)
        together, each = [], []
        for name, component in _constraints(shape):
            test = self._of_values(name, component, this, values)
            if test is None:
                each.append(self._of_value(name, component, value))
            else:
                together.append(test)
        of_each, doubt = _all(each), self._has(DOUBTFUL, value)
        if steps is not None:
            conform = opposite(exists(values(value), opposite(of_each.may_conform)))
            of_each = _Test(exists(values(value), of_each.may_violate), conform)
            doubt = exists(values(value), doubt)
        self._within.pop()
        tested = _all([*together, of_each])
        return _Test(either(tested.may_violate, doubt), either(tested.may_conform, doubt))

    def _other(self, shape: Shape, node: Node, this: str, is_property_shape: bool | None = None) -> _Test:
        """Another shape, of the same node or a value."""
        other = shape.get_other_shape(node)
        if other is None or is_property_shape not in (None, other.is_property_shape):
            raise Untranslatable
        return self._shape(other, this)

    def _of_values(self, name: str, component: Any, this: str, values: Callable[[str], str]) -> _Test | None:
        """A constraint on all value nodes together, or None if it is on each."""
        match name:
            case "minCount":
                return self._at_least(int(component.min_count.value), values, lambda _: _CONFORMS).negated
            case "maxCount":
                return self._at_least(int(component.max_count.value) + 1, values, lambda _: _CONFORMS)
            case "qualifiedValueShape":
                return self._qualified(component, values)
            case "sparql" if len(self._within) > 1:
                raise Untranslatable
            case "sparql":
                self.queries += [_query(helper) for helper in component.sparql_constraints if not helper.deactivated]
                return _CONFORMS
        template = _TABLE["values"].get(name)
        if template is None:
            return None
        if name in _FAILING and self._overruled:
            raise Untranslatable
        value, other = next(self._names), next(self._names)
        tests = []
        for parameter in component.shape.objects(SH[name]):
            stated = constant(parameter)
            test = Template(template).substitute(
                this=this, value=value, other=other, values=values(value), others=values(other), parameter=stated
            )
            doubt = exists(f"{this} {stated} {other} .", self._has(DOUBTFUL, other)) if name in _PAIRS else "false"
            if name in _SPELLING:
                doubt = exists(values(value), self._has(RESPELLED, value))
            tests.append(_Test(either(test, doubt), "true" if name in _VAGUE else either(opposite(test), doubt)))
        return _all(tests)

    def _of_value(self, name: str, component: Any, value: str) -> _Test:
        """A constraint on one value node."""
        shape = component.shape
        stated = list(shape.objects(SH[name]))
        match name:
            case "node" | "property":
                return _all(
                    self._other(shape, other, value, {"property": True, "node": False}[name]) for other in stated
                )
            case "and":
                return _all(self._other(shape, other, value) for head in stated for other in _items(shape, head))
            case "not" | "or" | "xone":
                self._overruled += 1
                groups = [[other] for other in stated] if name == "not" else [_items(shape, head) for head in stated]
                judge = {"not": _none, "or": _any, "xone": _exactly_one}[name]
                test = _all([judge([self._other(shape, other, value) for other in group]) for group in groups])
                self._overruled -= 1
                return test
            case "closed":
                return self._closed(component, value)
        if name in _TABLE["value"] and not (name == "datatype" and _WIDE_DATATYPES & {*stated}):
            template, groups = _TABLE["value"][name], [[parameter] for parameter in stated]
        elif name in _TABLE["list"]:
            template, groups = _TABLE["list"][name], [_items(shape, head) for head in stated]
        else:
            raise Untranslatable
        flags = Literal(str(getattr(component, "flags", None) or "").lower())
        tests = [
            both(*(Template(template).substitute(value=value, parameter=constant(each), flags=flags) for each in group))
            for group in groups
        ]
        doubt = self._has(RESPELLED, value) if name in _SPELLING else "false"
        return _all(
            _Test(either(test, doubt), "true" if name in _VAGUE else either(opposite(test), doubt)) for test in tests
        )

    def _at_least(self, number: int, values: Callable[[str], str], test: Callable[[str], _Test]) -> _Test:
        """Violated if so many values conform to a test."""

        def found(some: int, conform: Callable[[_Test], str]) -> str:
            names = [next(self._names) for _ in range(some)]
            apart = (f"!sameTerm({one}, {other})" for one, other in combinations(names, 2))
            tests = (conform(test(name)) for name in names)
            return exists(" ".join(map(values, names)), both(*apart, *tests)) if names else "true"

        may = found(min(max(number, 0), _COUNTED), lambda each: each.may_conform)
        sure = found(number, lambda each: opposite(each.may_violate)) if number <= _COUNTED else "false"
        return _Test(may, opposite(sure))

    def _qualified(self, component: Any, values: Callable[[str], str]) -> _Test:
        shape = component.shape
        self._overruled += 1
        tests = []
        for node in component.value_shapes:
            parents = shape.sg.subjects(SH.property, shape.node) if component.is_disjoint else ()
            properties = {other for parent in parents for other in shape.sg.objects(parent, SH.property)}
            siblings = {other for each in properties for other in shape.sg.objects(each, SH.qualifiedValueShape)}

            def test(value: str, node: Node = node, siblings: set[Node] = siblings) -> _Test:
                apart = (self._other(shape, sibling, value).negated for sibling in siblings - {node})
                return _all([self._other(shape, node, value), *apart])

            if component.max_count is not None:
                tests.append(self._at_least(component.max_count + 1, values, test))
            if component.min_count is not None:
                tests.append(self._at_least(component.min_count, values, test).negated)
        self._overruled -= 1
        return _all(tests)

    def _closed(self, component: Any, value: str) -> _Test:
        if not component.is_closed:
            return _CONFORMS
        shape = component.shape
        paths = {shape.get_other_shape(node).path() for node in component.property_shapes}
        allowed = ", ".join(str(constant(each)) for each in component.ignored_props | paths if isinstance(each, URIRef))
        name, told = next(self._names), next(self._names)
        test = exists(
            f"{value} {name} {told}", f"{name} NOT IN ({allowed}) && !({name} = rdf:type && {told} = rdfs:Resource)"
        )
        return _Test(test, opposite(test))

    def _has(self, mark: NamedNode, value: str) -> str:
        subject, name = next(self._names), next(self._names)
        return f"EXISTS {{ GRAPH {mark} {{ {subject} {name} {value} }} }}" if mark in self._marks else "false"


def _constraints(shape: Shape) -> Iterator[tuple[str, Any]]:
    """What pySHACL checks of a shape: its constraints, each by the name of its first parameter."""
    stated = {*shape.sg.graph.predicates(shape.node)}
    if SH.expression in stated:
        raise Untranslatable
    for kind in {CONSTRAINT_PARAMETERS_MAP[name] for name in stated if name in CONSTRAINT_PARAMETERS_MAP}:
        try:
            component = kind(shape)
        except ConstraintLoadWarning:
            continue
        yield kind.constraint_parameters()[0].removeprefix(str(SH)), component


def _query(helper: Any) -> str:
    """A constraint of SHACL-SPARQL as pySHACL runs it for each focus node, of which only ``$this`` may be left open."""
    bound, query = helper.pre_bind_variables(SH.this)
    if bound.keys() != {"this"}:
        raise Untranslatable
    stated: str = helper.apply_prefixes(query)
    return stated


def _items(shape: Shape, head: Node) -> list[Node]:
    return list(shape.sg.graph.items(head))
