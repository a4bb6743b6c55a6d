"""The tool `questions`: competency questions near a topic, each with its query and the answer of today's graph."""

from __future__ import annotations

from contextlib import suppress
from datetime import date

from pyoxigraph import NamedNode

from kg.build.questions import Question
from kg.errors import CasusError
from kg.mcp.rows import answer_query
from kg.mcp.teller import Teller
from kg.mcp.topics import nearest_topics
from kg.mcp.typed import Told, ToldThing, ToldValue
from kg.sparql.unknown import matched_terms

#: Questions that are told with their answers, and rows of each of these.
_MOST, _ROWS = 4, 10
#: What a word counts in the question, and in its query.
_IN_TEXT, _IN_QUERY = 3.0, 1.0


class WorkedQuestion(Told):
    """A question that the graph answers."""

    name: str
    """Its name."""

    question: str
    """The question in words."""

    query: str | None = None
    """The query that asks it; the tool query takes it, with other things, days and words in place of its own."""

    as_of: date | None = None
    """The day of which it asks, which the query states at its head."""

    mentions: list[ToldThing] = []
    """The things that the query names: put others in their places to ask the same of them."""

    columns: list[str] = []
    """The variables of the answer."""

    rows: list[dict[str, ToldValue]] = []
    """The first rows of its answer."""

    more: bool = False
    """Whether there are more rows."""


class WorkedQuestions(Told):
    """Questions near a topic, the nearest first; without one, all, in words alone."""

    questions: list[WorkedQuestion] = []
    """The questions."""

    advice: str | None = None
    """What to do next."""


def tell_questions(teller: Teller, about: str | None) -> WorkedQuestions:
    """Questions near a topic, with queries and answers.

    Args:
        teller: whom to ask.
        about: the topic in words; without it, the questions alone are told, all of them.
    """
    known = [question for group in teller.service.library.questions for question in group.questions]
    if about is None or not about.strip():
        return WorkedQuestions(
            questions=[WorkedQuestion(name=one.name, question=one.text) for one in known],
            advice="call questions with a topic to see the queries and answers of those near it",
        )
    texts = {one: [(one.text, _IN_TEXT), (_terms_in_words(one.query), _IN_QUERY)] for one in known}
    near = nearest_topics(about, texts, _MOST)
    return WorkedQuestions(
        questions=[_worked(teller, one) for one in near],
        advice=None if near else "no question has these words; try others, or the tool schema",
    )


def _worked(teller: Teller, question: Question) -> WorkedQuestion:
    names, things = teller.service.site.names, teller.service.library.things
    mentioned = [NamedNode(iri) for iri in matched_terms(question.query, names) if iri in things]
    told = WorkedQuestion(
        name=question.name,
        question=question.text,
        query=question.query,
        as_of=question.day,
        mentions=teller.named_all(mentioned),
    )
    with suppress(CasusError):  # the query is of use without its answer
        answer = answer_query(teller, question.query, None, _ROWS)
        told = told.model_copy(update={"columns": answer.columns, "rows": answer.rows, "more": answer.more})
    return told


def _terms_in_words(query: str) -> str:
    """A query with the words of its terms apart: casus:owesDefenseTo is "casus:owes Defense To"."""
    return "".join(f" {sign}" if sign.isupper() else sign for sign in query)
