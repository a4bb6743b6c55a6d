"""Terms and rule applications in words: short names, labels, sentences.

The sentences stand in English beside the rules; `sentences.toml` has them in other languages.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Triple

from kg.day import Period, show_bound
from kg.duties.findings import BOUNDS, read_bound
from kg.duties.rules import CASES, OBLIGATIONS
from kg.messages import shortened
from kg.project import shipped_names
from kg.proofs.proof import Contradictions, Proof
from kg.proofs.step import Finding, Names, Step, walk
from kg.reasoning.inconsistency import Statement
from kg.reasoning.program import Signature, read_findings, read_sentences
from kg.reasoning.rules import RULES
from kg.terms import OWL, RDF, RDFS, Labels, Namespaces, Term

if TYPE_CHECKING:
    from kg.proofs.unnamed import Unnamed

_LONGEST_LABEL = 60
_SENTENCES = Path(__file__).with_name("sentences.toml")
#: Between which marks a label stands in a sentence, by language.
_QUOTES = {"ru": "«%s»"}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_ARTICLE = re.compile(r"\b([Aa]) (?=\{(\w+)\})")


def _programs() -> list[str]:
    return [file.read_text("utf-8") for file in (RULES, OBLIGATIONS, CASES)]


@cache
def _sentences() -> Mapping[str, Sequence[str]]:
    """What rules say, by their names; of a name in two programs that of the first."""
    return {rule: said for text in reversed(_programs()) for rule, said in read_sentences(text).items()}


@cache
def _findings() -> Mapping[str, Signature]:
    return {name: found for text in reversed(_programs()) for name, found in read_findings(text).items()}


def templates(rule: str) -> Sequence[str]:
    """The sentences of a rule, with its variables in braces; none if the rule has none."""
    return _sentences().get(rule, ())


def spoken() -> set[str]:
    """All that rules and findings say, in English."""
    return {
        text
        for program in _programs()
        for found in (*read_sentences(program).values(), [one.sentence for one in read_findings(program).values()])
        for text in found
    }


@cache
def translations() -> Mapping[str, Mapping[str, str]]:
    """What rules and findings say in other languages, by language and by what they say in English."""
    return tomllib.loads(_SENTENCES.read_text(encoding="utf-8"))


class Phrasing:
    """How the terms of a graph are read.

    Attributes:
        namespaces: those in which names are short.
        language: that of sentences and labels, English at first.
    """

    def __init__(self, triples: Iterable[Triple], namespaces: Namespaces | None = None) -> None:
        """Collect labels, and what is said of blank nodes; names are short in these namespaces or the shipped ones."""
        triples = list(triples)
        self.namespaces = namespaces or shipped_names()
        self.language = "en"
        self._labels = Labels(triples)
        self._schema = {t.subject for t in triples if t.predicate == RDF.type and (t.object in OWL or t.object in RDFS)}
        self._said = [triple for triple in triples if isinstance(triple.subject, BlankNode)]

    def in_language(self, language: str) -> Phrasing:
        """The same for readers of a language; what there is not in it is told in English."""
        other = copy(self)
        other.language = language
        return other

    def term(self, term: Term) -> str:
        """A term as it stands in a statement: a prefixed name, a literal, an unnamed class in Manchester syntax.

        One of great length is shortened.
        """
        return shortened(self._unnamed.term(term) if isinstance(term, BlankNode) else self.namespaces.show(term))

    def name(self, term: Term) -> str:
        """A term as it stands in a sentence: an individual by its label, if that is short."""
        label = self._labels.find(term, self.language)
        if label is None or len(label.value) > _LONGEST_LABEL or term in self._schema:
            return self.term(term)
        return _QUOTES.get(self.language, "“%s”") % label.value

    def names(self, statements: Iterable[Iterable[Term | None]]) -> Names:
        """The terms of some statements as they stand in them; None stands for anything."""
        terms = dict.fromkeys(term for statement in statements for term in statement)
        read = ((term, "anything" if term is None else self.term(term)) for term in terms)
        return Names(read, self.namespaces)

    def proof(self, root: Step) -> Proof:
        """A proof with the names of its terms, told anew if it is not for readers of English."""
        return Proof(root if self.language == "en" else self._step_retold(root), names=self._names_in([root]))

    def contradictions(self, roots: Iterable[Step]) -> Contradictions:
        """The proofs of contradictions with the names of their terms."""
        roots = tuple(roots)
        return Contradictions(roots, names=self._names_in(roots))

    def sentence(self, rule: str, values: Mapping[str, Term]) -> str:
        """What a rule says when its variables have these values, empty if it has no sentence."""
        fitting = (text for text in templates(rule) if all(name in values for name in _PLACEHOLDER.findall(text)))
        template = next(fitting, "")
        return _fill(_translated(template, self.language), {name: self.name(value) for name, value in values.items()})

    def finding(self, predicate: str, arguments: Sequence[str], terms: Mapping[str, Term]) -> Finding:
        """What an atom of a readable predicate says; the bounds of its period are days, all else are names of terms."""
        names = _findings()[predicate].arguments
        values: dict[str, Term | int | str] = {}
        for name, argument in zip(names, arguments, strict=True):
            values[name] = read_bound(argument) if name in BOUNDS else terms.get(argument, argument)
        return self._finding(predicate, values)

    def retold(self, finding: Finding) -> Finding:
        """A finding told anew, in the language of this phrasing."""
        return self._finding(finding.name, finding.values)

    def _finding(self, predicate: str, values: Mapping[str, Term | int | str]) -> Finding:
        bounds = [value for name in BOUNDS if isinstance(value := values.get(name), int)]
        named = {name: value for name, value in values.items() if not isinstance(value, int)}
        return Finding(predicate, values, self.tell(predicate, named, Period(*bounds) if bounds else None))

    def tell(self, finding: str, values: Mapping[str, Term | str], period: Period | None = None) -> str:
        """What a finding says when its arguments have these values; `finding` is the predicate of the rule program."""
        texts = {
            name: _translated(value, self.language) if isinstance(value, str) else self.name(value)
            for name, value in values.items()
        }
        if period is not None:
            texts["period"] = show_period(period, self.language)
        return _fill(_translated(_findings()[finding].sentence, self.language), texts)

    def _step_retold(self, root: Step) -> Step:
        made: dict[Step, Step] = {}
        for node in walk(root):
            if isinstance(node, Step):
                conclusion, sentence = node.conclusion, self.sentence(node.rule, node.values)
                if isinstance(conclusion, Finding):
                    conclusion = self.retold(conclusion)
                premises = tuple(made[one] if isinstance(one, Step) else one for one in node.premises)
                made[node] = replace(node, conclusion=conclusion, sentence=sentence, premises=premises)
        return made[root]

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


def show_period(period: Period, language: str = "en") -> str:
    """The bounds of a period in words."""
    days = (period.possible_from, period.certain_from, period.certain_until, period.possible_until)
    first, begin, end, last = (show_bound(day) or "" for day in days)

    def say(words: str, day: str) -> str:
        return _fill(_translated(words, language), {"day": day}) if day else ""

    def say_so(words: str) -> str:
        return _translated(words, language)

    if (first, end) == (begin, last):
        dates = filter(None, (say("from {day}", begin), say("to {day}", end)))
        return " ".join(dates) or say_so("without dates of its own")
    words = [
        say("certainly from {day}", begin) if first == begin else say("possibly from {day}", first),
        "" if first == begin else say("certainly from {day}", begin) or say_so("on no day for certain"),
        say("to {day}" if end == last else "certainly to {day}", end),
        "" if end == last else say("possibly to {day}", last) or say_so("possibly beyond"),
    ]
    return ", ".join(filter(None, words))


def _translated(text: str, language: str) -> str:
    return translations().get(language, {}).get(text, text)
