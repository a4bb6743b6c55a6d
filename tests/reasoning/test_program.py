"""A rule file read as data: the names and sentences beside its rules, its findings, its clauses."""

from __future__ import annotations

import pytest

from kg.reasoning.program import read_findings, read_program, read_sentences, variables_in
from kg.reasoning.rules import RULES, closing_rules, read_clauses
from kg.reasoning.specialise import split_arguments

PROGRAM = """
% Words are no name.
%@ rule cax-sco: Each {C} is a {D}.
%@ rule cax-sco: Each {C} is one: of {X}.
% An explanation.
t(X,a,D) :- t(C,sub,D), t(X,a,C).

%@ narrowing t: helper
helper(X) :- t(X,a,(b; c)).
% -------------------------
t(X,q,Y) :- t(Y,q,X).
%@ rule owl:differentFrom is symmetric: Difference goes both ways.
t(X,p,Y) :- t(Y,p,X), helper(X), X != Y.
inconsistency("prp-irp", (t(X,p,X),)) :- t(X,p,X).
%@ finding bound(S,T): {S} is bound: by {T}
bound(X,Y) :- t(X,p,Y).
%@ rule eq-ref
"""


def test_rules_are_named_above_their_clauses() -> None:
    assert [(clause.rule, clause.readable) for clause in read_program(PROGRAM).clauses] == [
        ("cax-sco", True),
        ("cax-sco", False),
        ("cax-sco", False),
        ("t", True),
        ("owl:differentFrom is symmetric", True),
        ("prp-irp", True),
        ("owl:differentFrom is symmetric", True),
    ]


def test_rules_have_their_sentences_beside_them() -> None:
    assert read_sentences(PROGRAM) == {
        "cax-sco": ["Each {C} is a {D}.", "Each {C} is one: of {X}."],
        "owl:differentFrom is symmetric": ["Difference goes both ways."],
    }


def test_findings_are_predicates_with_the_names_of_their_arguments() -> None:
    [(predicate, finding)] = read_findings(PROGRAM).items()
    assert (predicate, finding.arguments, finding.sentence) == ("bound", ("S", "T"), "{S} is bound: by {T}")


def test_what_narrows_is_a_condition() -> None:
    symmetric = read_program(PROGRAM).clauses[4]
    assert ([premise.text for premise in symmetric.premises], symmetric.conditions) == (
        ["t(Y,p,X)"],
        ("helper(X)", "X != Y"),
    )


def test_variables_are_not_sought_in_strings() -> None:
    assert variables_in('inconsistency("Not",(X,_Y,x))') == ("X", "_Y")


def test_what_is_no_program_is_an_error() -> None:
    with pytest.raises(RuntimeError):
        read_program("a :- b")


@pytest.mark.parametrize("rules", [RULES.read_text("utf-8"), closing_rules()], ids=["rules", "closing rules"])
def test_clauses_are_read_as_clingo_reads_them(rules: str) -> None:
    heads_and_bodies = [clause.partition(" :- ")[::2] for clause in read_clauses(rules)]
    assert [(head, sorted(split_arguments(body)) if body else []) for head, body in heads_and_bodies] == [
        (clause.head.text, sorted(clause.body)) for clause in read_program(rules).clauses
    ]
