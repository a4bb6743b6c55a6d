"""The questions of the query page: by the part of the ontology that they are about, and general ones for any graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from kg.build.questions import Question
from kg.terms import RDFS, Namespaces

#: Questions that any graph can answer.
GENERAL = (
    Question(
        "classes",
        "Which kinds of things are there, and how many of each?",
        """\
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {
  ?thing a ?class
}
GROUP BY ?class
ORDER BY DESC(?things)
""",
    ),
    Question(
        "properties",
        "Which properties do they have, and how often?",
        """\
SELECT ?property (COUNT(*) AS ?times) WHERE {
  ?thing ?property ?value
}
GROUP BY ?property
ORDER BY DESC(?times)
""",
    ),
    Question(
        "graphs",
        "Which named graphs are there, and how large are they?",
        """\
SELECT ?graph (COUNT(*) AS ?triples) WHERE {
  GRAPH ?graph { ?thing ?property ?value }
}
GROUP BY ?graph
ORDER BY ?graph
""",
    ),
)


@dataclass(frozen=True)
class QuestionGroup:
    """Questions about one part of the ontology.

    Attributes:
        module: the part, whose label is the group's; None for questions that name no term of the ontology.
        questions: the questions, in their order.
    """

    module: NamedNode | None
    questions: tuple[Question, ...]

    def matching(self, words: str) -> QuestionGroup:
        """Those of its questions whose text or query has all of some words, in whatever case."""
        wanted = words.casefold().split()
        found = (question for question in self.questions if _has_all(question, wanted))
        return QuestionGroup(self.module, tuple(found))


def group_questions(
    questions: Sequence[Question], names: Namespaces, statements: Iterable[Triple]
) -> list[QuestionGroup]:
    """Questions by the part of the ontology whose terms they trace, the largest group first.

    A term counts for the less the more questions name it: most ask for a beginning, few for a reservation. Of parts
    that count alike, the one that is named first counts.

    Args:
        questions: the questions.
        names: how the project names its terms.
        statements: what says of each term which part defines it.
    """
    defined: Mapping[str, NamedNode] = {
        triple.subject.value: triple.object
        for triple in statements
        if triple.predicate == RDFS.isDefinedBy
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
    }
    traced = {question.name: [term for term in question.traced(names) if term in defined] for question in questions}
    uses = Counter(term for terms in traced.values() for term in terms)
    groups: defaultdict[NamedNode | None, list[Question]] = defaultdict(list)
    for question in questions:
        weights: defaultdict[NamedNode, float] = defaultdict(float)
        for term in traced[question.name]:
            weights[defined[term]] += 1 / uses[term]
        groups[max(weights, key=lambda module: weights[module], default=None)].append(question)
    ordered = sorted(groups.items(), key=lambda group: (group[0] is None, -len(group[1])))
    return [QuestionGroup(module, tuple(members)) for module, members in ordered]


def _has_all(question: Question, words: list[str]) -> bool:
    text = f"{question.text}\n{question.query}".casefold()
    return all(word in text for word in words)
