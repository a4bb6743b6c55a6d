"""Why a statement holds, as data: a proof, or the place where it is asserted, or what is missing nearest to it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape

from kg.proofs.step import Finding, Leaf, Names, Step, is_cell, to_mend, walk
from kg.proofs.tree import cited, html_tree, place_of, text_tree
from kg.reasoning.inconsistency import Statement
from kg.terms import Pattern, Term


@dataclass(frozen=True)
class Attempt:
    """A rule that would conclude a statement if something else held.

    Attributes:
        rule: the rule's name.
        present: the premises that hold.
        missing: the premises that do not.
        alike: how many other ways there are that differ only in the individuals they name.
    """

    rule: str
    present: tuple[Pattern, ...]
    missing: tuple[Pattern, ...]
    alike: int = 0


@dataclass(frozen=True, kw_only=True)
class _Readable(ABC):
    """What is told with the names by which people read its terms; as a text and in a notebook it is a tree."""

    names: Names = field(repr=False)

    def __str__(self) -> str:
        """For people: an indented tree with files, lines and sources."""
        return "\n".join(self._lines())

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"

    @abstractmethod
    def _lines(self) -> list[str]:
        """What it says, an indented line each."""

    @property
    def leaves(self) -> list[Leaf]:
        """The asserted statements it rests on, none for a statement that does not follow."""
        return []

    def show(self, conclusion: Iterable[Term | None] | Finding | None) -> str:
        """A statement or finding as people read it; None is a contradiction."""
        if conclusion is None:
            return "contradiction"
        return conclusion.text if isinstance(conclusion, Finding) else " ".join(self.names[term] for term in conclusion)


@dataclass(frozen=True, repr=False)
class Proof(_Readable):
    """A proof that a statement follows.

    Attributes:
        root: the last step; its conclusion is what is proved.
    """

    root: Step

    def __repr__(self) -> str:
        steps = sum(isinstance(node, Step) for node in self.nodes())
        stated = sum(not is_cell(leaf) for leaf in self.leaves)
        return f"<{self.show(self.root.conclusion)}: proved in {steps} steps from {stated} statements>"

    def nodes(self) -> Iterator[Step | Leaf]:
        """The steps and leaves, each once, premises before what follows from them."""
        return walk(self.root)

    @property
    def leaves(self) -> list[Leaf]:
        """The asserted statements it rests on."""
        return [node for node in self.nodes() if isinstance(node, Leaf)]

    def _repr_html_(self) -> str:
        return html_tree([self.root], self.show)

    def _lines(self) -> list[str]:
        leaves = [leaf for leaf in self.leaves if not is_cell(leaf)]
        return text_tree(self.root, self.show) + cited(leaves)


@dataclass(frozen=True, repr=False)
class Contradictions(_Readable):
    """The proofs that a graph contradicts itself, none if it does not.

    Attributes:
        roots: the last step of each, which has no conclusion; first the contradictions that are found most directly.
    """

    roots: tuple[Step, ...]

    def __repr__(self) -> str:
        return f"<{len(self.roots)} contradictions>" if self.roots else "<consistent>"

    def nodes(self) -> Iterator[Step | Leaf]:
        """The steps and leaves of all, each once, premises before what follows from them."""
        return walk(*self.roots)

    @property
    def leaves(self) -> list[Leaf]:
        """The asserted statements that they rest on."""
        return [node for node in self.nodes() if isinstance(node, Leaf)]

    def _repr_html_(self) -> str:
        return html_tree(self.roots, self.show) if self.roots else super()._repr_html_()

    def _lines(self) -> list[str]:
        """The proof of each, which ends in the lines to mend, and what all rest on, the likeliest error."""
        if not self.roots:
            return ["consistent: there is no contradiction"]

        def places(heading: str, leaves: Iterable[Leaf]) -> list[str]:
            lines = (f"  {leaf.place or 'unknown place'}  {self.show(leaf.conclusion)}" for leaf in leaves)
            return ["", heading, *lines]

        number = len(self.roots)
        common = to_mend(self.roots[0])
        lines: list[str] = []
        for count, root in enumerate(self.roots, start=1):
            heading, *proof = text_tree(root, self.show)
            leaves = to_mend(root)
            common = [leaf for leaf in common if leaf in leaves]
            lines += [f"{heading} {count} of {number}", *proof, *cited(leaves)]
            lines += [*places("One of these must be changed:", leaves), ""]
        return lines[:-1] + (places("All rest on:", common) if number > 1 and common else [])


@dataclass(frozen=True, repr=False)
class AlreadyAsserted(_Readable):
    """A statement that a file asserts, so that nothing needs to be proved.

    Attributes:
        leaf: the statement with its file, line and sources.
    """

    leaf: Leaf

    def __repr__(self) -> str:
        return f"<{self.show(self.leaf.conclusion)}: asserted, {self.leaf.place or 'in no known file'}>"

    @property
    def leaves(self) -> list[Leaf]:
        """The statement itself."""
        return [self.leaf]

    def _lines(self) -> list[str]:
        return [self.show(self.leaf.conclusion), f"  is asserted{place_of(self.leaf)}", *cited([self.leaf])]


@dataclass(frozen=True, repr=False)
class NotEntailed(_Readable):
    """A statement that does not follow.

    Attributes:
        statement: the statement.
        unknown: those of its terms that no statement of the graph mentions.
        attempts: the rules that come nearest to concluding it, nearest first.
        other_days: if it was asked about on one day, findings that tell of others.
    """

    statement: Statement
    unknown: tuple[Term, ...]
    attempts: tuple[Attempt, ...]
    other_days: tuple[Finding, ...] = ()

    def __repr__(self) -> str:
        return f"<{self.show(self.statement)}: does not follow, {len(self.attempts)} rules come near>"

    def _lines(self) -> list[str]:
        show = self.show
        lines = [show(self.statement), "  does not follow."]
        if self.unknown:
            lines += [f"  No statement mentions {self.names[term]}." for term in self.unknown]
        elif not (self.attempts or self.other_days):
            lines.append("  No rule comes near to concluding it.")
        if self.other_days:
            lines += ["", "  What is known of other days:", *(f"    {finding.text}" for finding in self.other_days)]
        for attempt in self.attempts:
            lines += ["", f"  {attempt.rule} would conclude it from"]
            lines += [f"    holds    {show(statement)}" for statement in attempt.present]
            lines += [f"    missing  {show(pattern)}" for pattern in attempt.missing]
            if attempt.alike:
                lines.append(f"    and in {attempt.alike} other {'way' if attempt.alike == 1 else 'ways'} like this")
        return lines


#: What a question about a statement is answered with, and the one whether there are contradictions.
Explanation = Proof | AlreadyAsserted | NotEntailed | Contradictions
