"""Explanations as JSON; the classes below are its schema."""

from __future__ import annotations

import json
from typing import NotRequired, TypedDict

from pyoxigraph import BlankNode, NamedNode, Triple

from kg.proofs.proof import AlreadyAsserted, Contradictions, Explanation, NotEntailed
from kg.proofs.step import Finding, Leaf, Step, to_mend
from kg.reasoning.inconsistency import Statement
from kg.terms import Pattern, Term


class TermJson(TypedDict):
    """A term as in the SPARQL 1.1 Query Results JSON Format, section 3.2.2, with its short form; null is anything.

    The value of a "triple", which that format does not have, is its N-Triples.
    """

    type: str
    value: str
    datatype: NotRequired[str]
    language: NotRequired[str]
    text: str


class StatementJson(TypedDict):
    """A statement; `text` is how people read it."""

    subject: TermJson | None
    predicate: TermJson | None
    object: TermJson | None
    text: str


class SourceJson(TypedDict):
    """A source that an asserted statement rests on."""

    iri: str
    citation: str


class NodeJson(TypedDict):
    """A step of a proof, or an asserted statement, which has no `rule`.

    The conclusion is a statement, a text if it is no triple, or null if it is a contradiction.
    `premises` are the numbers of other nodes. `file` and `line` are null where they are not known;
    `rows` are those of tables that the statement is from, with the columns where they are known.
    """

    id: int
    conclusion: StatementJson | str | None
    rule: NotRequired[str]
    sentence: NotRequired[str]
    premises: NotRequired[list[int]]
    file: NotRequired[str | None]
    line: NotRequired[int | None]
    sources: NotRequired[list[SourceJson]]
    rows: NotRequired[list[str]]


class AttemptJson(TypedDict):
    """A rule that would conclude the statement if what is missing held; `alike` counts other ways like this one."""

    rule: str
    present: list[StatementJson]
    missing: list[StatementJson]
    alike: int


class ContradictionJson(TypedDict):
    """A contradiction: the node that concludes it, and the asserted ones of which one must be changed."""

    node: int
    to_mend: list[int]


class ExplanationJson(TypedDict):
    """What `--format json` prints.

    `outcome` is "inferred", "asserted" or "not entailed"; about the whole graph it is "consistent" or "inconsistent",
    and there is no `statement`. "inferred" has `nodes`, premises before what follows from them, so that the last one is
    the conclusion. "asserted" has the one node of the statement. "not entailed" has `attempts`, nearest first,
    `unknown`, the terms that no statement of the graph mentions, and `other_days`, what is known of other days than the
    one asked about. "inconsistent" has `nodes` and, among them, `contradictions`.
    """

    outcome: str
    statement: NotRequired[StatementJson | str | None]
    nodes: NotRequired[list[NodeJson]]
    contradictions: NotRequired[list[ContradictionJson]]
    unknown: NotRequired[list[TermJson]]
    attempts: NotRequired[list[AttemptJson]]
    other_days: NotRequired[list[str]]


def to_json(explanation: Explanation) -> str:
    """An explanation as JSON, of the form `ExplanationJson`."""
    return json.dumps(_explanation_json(explanation), ensure_ascii=False, indent=2) + "\n"


def _explanation_json(explanation: Explanation) -> ExplanationJson:
    if isinstance(explanation, AlreadyAsserted):
        leaf = _leaf_json(1, explanation.leaf, explanation)
        return {
            "outcome": "asserted",
            "statement": _statement_json(explanation.leaf.conclusion, explanation),
            "nodes": [leaf],
        }
    if isinstance(explanation, NotEntailed):
        return {
            "outcome": "not entailed",
            "statement": _statement_json(explanation.statement, explanation),
            "unknown": [_term_json(term, explanation.names[term]) for term in explanation.unknown],
            "attempts": [
                {
                    "rule": attempt.rule,
                    "present": [_statement_json(statement, explanation) for statement in attempt.present],
                    "missing": [_statement_json(pattern, explanation) for pattern in attempt.missing],
                    "alike": attempt.alike,
                }
                for attempt in explanation.attempts
            ],
            "other_days": [finding.text for finding in explanation.other_days],
        }
    nodes: list[NodeJson] = []
    numbers: dict[Step | Leaf, int] = {}
    for number, node in enumerate(explanation.nodes(), start=1):
        numbers[node] = number
        if isinstance(node, Leaf):
            nodes.append(_leaf_json(number, node, explanation))
        else:
            premises = [numbers[premise] for premise in node.premises]
            nodes.append(
                {
                    "id": number,
                    "conclusion": _conclusion_json(node.conclusion, explanation),
                    "rule": node.rule,
                    "sentence": node.sentence,
                    "premises": premises,
                }
            )
    if isinstance(explanation, Contradictions):
        contradictions: list[ContradictionJson] = [
            {"node": numbers[root], "to_mend": [numbers[leaf] for leaf in to_mend(root)]} for root in explanation.roots
        ]
        outcome = "inconsistent" if contradictions else "consistent"
        return {"outcome": outcome, "nodes": nodes, "contradictions": contradictions}
    return {"outcome": "inferred", "statement": nodes[-1]["conclusion"], "nodes": nodes}


def _leaf_json(number: int, leaf: Leaf, explanation: Explanation) -> NodeJson:
    return {
        "id": number,
        "conclusion": _statement_json(leaf.conclusion, explanation),
        "file": leaf.file,
        "line": leaf.line,
        "sources": [{"iri": source.iri, "citation": source.citation} for source in leaf.sources],
        "rows": list(leaf.rows),
    }


def _conclusion_json(conclusion: Statement | Finding | None, explanation: Explanation) -> StatementJson | str | None:
    if isinstance(conclusion, Statement):
        return _statement_json(conclusion, explanation)
    return conclusion.text if conclusion else None


def _statement_json(statement: Statement | Pattern, explanation: Explanation) -> StatementJson:
    subject, predicate, value = (
        None if term is None else _term_json(term, explanation.names[term]) for term in statement
    )
    return {"subject": subject, "predicate": predicate, "object": value, "text": explanation.show(statement)}


def _term_json(term: Term, text: str) -> TermJson:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value, "text": text}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value, "text": text}
    if isinstance(term, Triple):
        return {"type": "triple", "value": str(term), "text": text}
    if term.language is not None:
        return {"type": "literal", "value": term.value, "language": term.language, "text": text}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value, "text": text}
