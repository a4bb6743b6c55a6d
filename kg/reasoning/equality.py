"""Equality by representatives: of things that are the same, one stands for all while the rules run.

The rules of table 4 would repeat each triple of each thing for each that is the same, and find each such triple as
often as there are ways to it. Here what is the same is merged (Galler and Fischer 1964), the rules run over the
representatives alone, and afterwards each triple is told of all that they represent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from kg.reasoning.representatives import representative
from kg.reasoning.symbols import EncodedTriple
from kg.regex import late_regex

_SAME = "owl_sameAs"
_NUMBER = late_regex(r"\b\d+\b")


class Merged:
    """Names of terms, merged where they are the same."""

    def __init__(self, asserted: Sequence[EncodedTriple], values: Mapping[str, str]) -> None:
        """Merge what is asserted to be the same.

        Args:
            asserted: triples.
            values: what stands for the value of each literal whose value is known.
        """
        self._asserted = asserted
        self._values = values
        self._parents: dict[str, str] = {}
        self.merge((s, o) for s, p, o in asserted if p == _SAME)

    @property
    def names(self) -> Iterable[str]:
        """All that are the same as another."""
        return self._parents.keys()

    def merge(self, pairs: Iterable[tuple[str, str]]) -> bool:
        """Merge the two of each pair, but not two literals, which their values tell apart; whether any were apart."""
        apart = [(one, other) for one, other in pairs if not (one in self._values and other in self._values)]
        return sum(self._unite(one, other) for one, other in apart if one != other) > 0

    def merge_values(self) -> bool:
        """Merge with each literal that something is the same as all that spell its value; not if it is two values."""
        for members in list(self.groups().values()):
            values = {self._values[name] for name in members if name in self._values}
            if len(values) > 1:
                return False
            for value in values:
                for literal in self._spellings[value]:
                    self._unite(members[0], literal)
        return all(self._is_one_value(members) for members in self.groups().values())

    def tied(self) -> list[str]:
        """The literals that represent something else, which are all that do if one is among what they represent."""
        return [name for name in self.groups() if name in self._values]

    def represented(self) -> list[EncodedTriple]:
        """The asserted triples in terms of representatives, each once, less those that say what is the same."""
        if not self._parents:
            return [triple for triple in self._asserted if triple[1] != _SAME]
        of = {name: self._find(name) for name in self._parents}.get
        return list(dict.fromkeys([(of(s, s), of(p, p), of(o, o)) for s, p, o in self._asserted if p != _SAME]))

    def represent(self, fact: str) -> str:
        """A fact about terms, in terms of representatives."""
        if self._parents.keys().isdisjoint(_NUMBER.findall(fact)):
            return fact
        return _NUMBER.sub(lambda match: self._find(match[0]) if match[0] in self._parents else match[0], fact)

    def count(self, triples: Sequence[EncodedTriple]) -> int:
        """How many triples `expand` gives."""
        sizes = {name: len(members) for name, members in self.groups().items()}
        of = sizes.get
        same = sum(size * (size - 1) for size in sizes.values())
        more = [of(s, 1) * of(p, 1) * of(o, 1) - 1 for s, p, o in triples if s in sizes or p in sizes or o in sizes]
        return same + len(triples) + sum(more)

    def expand(self, triples: Iterable[EncodedTriple]) -> Iterator[EncodedTriple]:
        """Triples in terms of representatives told of all that these represent, and who is the same as who."""
        groups = self.groups()
        for triple in triples:
            s, p, o = triple
            if s in groups or p in groups or o in groups:
                yield from product(groups.get(s, (s,)), groups.get(p, (p,)), groups.get(o, (o,)))
            else:
                yield triple
        for members in groups.values():
            yield from ((one, _SAME, other) for one in members for other in members if one != other)
        yield from ((s, p, o) for s, p, o in self._asserted if p == _SAME and s == o)

    def originals(self, premises: Sequence[EncodedTriple]) -> tuple[EncodedTriple, ...]:
        """Triples in terms of representatives as they are asserted, with what makes their terms the same."""
        asserted = self._by_representatives
        found = [asserted.get(premise, premise) for premise in premises]
        used: dict[str, dict[str, None]] = {}
        for premise in found:
            for name in premise:
                if name in self._parents:
                    used.setdefault(self._find(name), {})[name] = None
        known, same = self._known, []
        for first, *others in map(list, used.values()):
            for other in others:
                same.append((other, _SAME, first) if (other, _SAME, first) in known else (first, _SAME, other))
        return tuple(dict.fromkeys([*same, *found]))

    @cached_property
    def _spellings(self) -> dict[str, list[str]]:
        """The literals of each value."""
        found: dict[str, list[str]] = {}
        for name, value in self._values.items():
            found.setdefault(value, []).append(name)
        return found

    @cached_property
    def _known(self) -> frozenset[EncodedTriple]:
        return frozenset(self._asserted)

    @cached_property
    def _by_representatives(self) -> dict[EncodedTriple, EncodedTriple]:
        of = {name: self._find(name) for name in self._parents}.get
        found: dict[EncodedTriple, EncodedTriple] = {}
        for triple in self._asserted:
            s, p, o = triple
            found.setdefault((of(s, s), of(p, p), of(o, o)), triple)
        return found

    def groups(self) -> dict[str, list[str]]:
        """All that each representative represents, itself included."""
        groups: dict[str, list[str]] = {}
        for name in self._parents:
            groups.setdefault(self._find(name), []).append(name)
        return groups

    def _is_one_value(self, members: Iterable[str]) -> bool:
        return len({self._values[name] for name in members if name in self._values}) <= 1

    def _unite(self, one: str, other: str) -> bool:
        # A literal represents what is not, so that what is known of its value is known of all.
        kept, gone = sorted((self._find(one), self._find(other)), key=lambda name: (name not in self._values, name))
        if kept == gone:
            return False
        self._parents[gone] = kept
        return True

    def _find(self, name: str) -> str:
        return representative(self._parents, name)
