"""Terms and rule applications in words: short names, labels, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Triple

from kg.day import Period, show_bound
from kg.duties.findings import BOUNDS, read_bound
from kg.duties.rules import case_rules, obligations
from kg.messages import shortened
from kg.project import shipped_names
from kg.proofs.proof import Contradictions, Proof
from kg.proofs.step import Finding, Names, Step, walk
from kg.reasoning.inconsistency import Statement
from kg.reasoning.program import Program, Signature, read_program
from kg.reasoning.rules import RULES
from kg.terms import OWL, RDF, RDFS, Labels, Namespaces, Term

if TYPE_CHECKING:
    from kg.proofs.unnamed import Unnamed

_LONGEST_LABEL = 60
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"\b([Aa]) (?=\{(\w+)\})")


def _programs() -> tuple[Program, ...]:
    return read_program(RULES.read_text("utf-8")), obligations(), case_rules()


def templates(rule: str) -> Sequence[str]:
    """The sentences of a rule, with its variables in braces; none if the rule has none."""
    return next((found for program in _programs() if (found := program.sentences.get(rule))), ())


def _signature(finding: str) -> Signature:
    return next(found for program in _programs() if (found := program.findings.get(finding)))


class Phrasing:
    """How the terms of a graph are read."""

    def __init__(self, triples: Iterable[Triple], namespaces: Namespaces | None = None) -> None:
        """Collect labels, and what is said of blank nodes; names are short in these namespaces or the shipped ones."""
        triples = list(triples)
        self.namespaces = namespaces or shipped_names()
        self._labels = Labels(triples)
        self._schema = {t.subject for t in triples if t.predicate == RDF.type and (t.object in OWL or t.object in RDFS)}
        self._said = [triple for triple in triples if isinstance(triple.subject, BlankNode)]

    def term(self, term: Term) -> str:
        """A term as it stands in a statement: a prefixed name, a literal, an unnamed class in Manchester syntax.

        One of great length is shortened.
        """
        return shortened(self._unnamed.term(term) if isinstance(term, BlankNode) else self.namespaces.show(term))

    def name(self, term: Term) -> str:
        """A term as it stands in a sentence: an individual by its label, if that is short."""
        label = self._labels.find(term)
        if label is None or len(label.value) > _LONGEST_LABEL or term in self._schema:
            return self.term(term)
        return f"“{label.value}”"

    def names(self, statements: Iterable[Iterable[Term | None]]) -> Names:
        """The terms of some statements as they stand in them; None stands for anything."""
        terms = dict.fromkeys(term for statement in statements for term in statement)
        read = ((term, "anything" if term is None else self.term(term)) for term in terms)
        return Names(read, self.namespaces)

    def proof(self, root: Step) -> Proof:
        """A proof with the names of its terms."""
        return Proof(root, names=self._names_in([root]))

    def contradictions(self, roots: Iterable[Step]) -> Contradictions:
        """The proofs of contradictions with the names of their terms."""
        roots = tuple(roots)
        return Contradictions(roots, names=self._names_in(roots))

    def sentence(self, rule: str, values: Mapping[str, Term]) -> str:
        """What a rule says when its variables have these values, empty if it has no sentence."""
        fitting = (text for text in templates(rule) if all(name in values for name in _PLACEHOLDER.findall(text)))
        template = next(fitting, "")
        return _fill(template, {name: self.name(value) for name, value in values.items()})

    def finding(self, predicate: str, arguments: Sequence[str], terms: Mapping[str, Term]) -> Finding:
        """What an atom of a readable predicate says; the bounds of its period are days, all else are names of terms."""
        names = _signature(predicate).arguments
        values: dict[str, Term | int | str] = {}
        for name, argument in zip(names, arguments, strict=True):
            values[name] = read_bound(argument) if name in BOUNDS else terms.get(argument, argument)
        bounds = [value for name in BOUNDS if isinstance(value := values.get(name), int)]
        named = {name: value for name, value in values.items() if not isinstance(value, int)}
        return Finding(predicate, values, self.tell(predicate, named, Period(*bounds) if bounds else None))

    def tell(self, finding: str, values: Mapping[str, Term | str], period: Period | None = None) -> str:
        """What a finding says when its arguments have these values; `finding` is the predicate of the rule program."""
        texts = {name: value if isinstance(value, str) else self.name(value) for name, value in values.items()}
        if period is not None:
            texts["period"] = show_period(period)
        return _fill(_signature(finding).sentence, texts)

    def _names_in(self, roots: Iterable[Step]) -> Names:
        conclusions = (node.conclusion for node in walk(*roots))
        return self.names(c for c in conclusions if isinstance(c, Statement))

    @cached_property
    def _unnamed(self) -> Unnamed:
        # Imported here, because few answers speak of unnamed classes and importing rdflib takes a tenth of a second.
        from kg.proofs.unnamed import Unnamed  # noqa: PLC0415

        return Unnamed(self._said, self.namespaces)


def _fill(template: str, names: Mapping[str, str]) -> str:
    """A sentence with its placeholders filled in, and "an" in place of "a" where the name that follows asks for it."""
    template = _ARTICLE.sub(lambda match: f"{match[1]}{'n' * (names[match[2]][0] in 'aeiou')} ", template)
    return _PLACEHOLDER.sub(lambda match: names[match[1]], template)


def show_period(period: Period) -> str:
    """The bounds of a period in words."""
    days = (period.possible_from, period.certain_from, period.certain_until, period.possible_until)
    first, begin, end, last = (show_bound(day) or "" for day in days)
    if (first, end) == (begin, last):
        return " ".join(filter(None, (begin and f"from {begin}", end and f"to {end}"))) or "without dates of its own"
    words = [
        begin and f"certainly from {begin}" if first == begin else first and f"possibly from {first}",
        "" if first == begin else f"certainly from {begin}" if begin else "on no day for certain",
        end and f"to {end}" if end == last else end and f"certainly to {end}",
        "" if end == last else f"possibly to {last}" if last else "possibly beyond",
    ]
    return ", ".join(filter(None, words))
