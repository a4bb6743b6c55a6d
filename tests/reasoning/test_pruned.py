"""A rule program made quick for one graph derives what it derived before."""

from __future__ import annotations

import re

import pytest

from kg.reasoning.grounder import ground
from kg.reasoning.program import read_program
from kg.reasoning.rules import RULES, pruned

PROGRAM = """
% cax-sco
t(X,rdf_type,C2) :- t(C1,rdfs_subClassOf,C2), t(X,rdf_type,C1), C1 != C2.

% Keys, here in three steps.
key(C,P) :-
    t(C,owl_hasKey,P).
step(C,P) :- key(C,P), next(C,P).
next(C,P) :- step(C,P).
"""


def kept(program: str, *names: str) -> list[str]:
    """The heads of the program's own clauses that are kept."""
    heads = [clause.head.text for clause in read_program(pruned(program, names)).clauses]
    return [head for head in heads if not head.startswith("_")]


def test_a_clause_is_left_out_if_nothing_mentions_what_it_asks_for() -> None:
    assert kept(PROGRAM, "t", "rdf_type", "rdfs_subClassOf") == ["t(X,rdf_type,C2)"]
    assert kept(PROGRAM, "t", "rdfs_subClassOf") == []
    assert kept(PROGRAM, "rdf_type", "rdfs_subClassOf") == []


def test_clauses_that_only_follow_from_each_other_are_left_out() -> None:
    assert kept(PROGRAM, "t", "owl_hasKey") == ["key(C,P)"]
    assert kept(PROGRAM, "t", "owl_hasKey", "next") == ["key(C,P)", "step(C,P)", "next(C,P)"]


def test_what_a_clause_concludes_may_be_asked_for() -> None:
    program = "read(X) :- t(X,rdf_type,owl_Class).\nt(owl_Thing,rdf_type,owl_Class)."
    assert kept(program, "t") == ["t(owl_Thing,rdf_type,owl_Class)", "read(X)"]


@pytest.mark.parametrize("condition", ["not literal(X)", "P != owl_sameAs", "t(X,(rdf_first; rdf_rest),Y)"])
def test_what_need_not_be_there_is_not_asked_for(condition: str) -> None:
    assert kept(f"same(X,P) :- t(X,P,Y), {condition}.", "t")


def test_no_clause_of_the_rules_is_overlooked() -> None:
    program = RULES.read_text()
    every = [clause.head.text for clause in read_program(program).clauses]
    assert sorted(kept(program, *re.findall(r"\w+", program))) == sorted(every)


def test_an_axiom_may_be_concluded() -> None:
    rules = pruned(PROGRAM + "t(X,rdfs_subClassOf,Y) :- t(X,below,Y).", ["t", "below", "rdf_type"])
    atoms = ground(rules, "t(1,below,2). t(2,below,3). t(7,rdf_type,1).", ["t/3"])
    assert {"t(7,rdf_type,2).", "t(7,rdf_type,3)."} <= set(atoms)


def test_that_something_is_of_a_class_that_a_clause_names_may_be_concluded() -> None:
    rules = pruned(
        "t(X,rdf_type,C) :- t(X,a,C).\nread(X) :- t(X,rdf_type,owl_Class).", ["t", "rdf_type", "a", "owl_Class"]
    )
    atoms = ground(rules, "t(1,a,owl_Class).\nt(2,a,3).\nt(4,rdf_type,owl_Class).", ["read/1", "_kind/2"])
    assert set(atoms) == {"read(1).", "read(4).", "_kind(1,owl_Class).", "_kind(4,owl_Class)."}


def test_only_triples_are_looked_at_of_whose_predicate_an_axiom_says_what_is_asked_for() -> None:
    rules = pruned("t(X,rdf_type,C) :- t(P,rdfs_domain,C), t(X,P,Y), X != Y.", ["t", "rdfs_domain", "rdf_type"])
    atoms = ground(rules, "t(1,rdfs_domain,2).\nt(3,1,4).\nt(5,6,7).\nt(8,1,8).", ["t/3", "_told/3"])
    assert set(atoms) == {
        "t(1,rdfs_domain,2).", "t(3,1,4).", "t(5,6,7).", "t(8,1,8).", "_told(3,1,4).", "_told(8,1,8).",
        "t(3,rdf_type,2).",
    }  # fmt: skip


def test_triples_of_a_predicate_that_nothing_is_asked_about_are_all_looked_at() -> None:
    rules = pruned("copied(X,P,Y) :- t(X,P,Y), named(P).", ["t", "named"])
    assert "_told" not in rules
    assert "copied(3,1,4)." in ground(rules, "named(1).\nt(3,1,4).")
