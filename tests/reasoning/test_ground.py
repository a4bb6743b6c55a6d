"""Rule programs are run here or, if they are large, in a process of their own."""

from __future__ import annotations

import pytest

from kg.errors import CasusError
from kg.reasoning.grounder import ground

RULE = "q(Y,X) :- p(X,Y), X != Y."
FACTS = [f"p({i},{(i * 7) % 1000})." for i in range(1000)]
#: Enough to make a program large: a comment.
PADDING = "\n" + "% the grounder reads this too\n" * 15_000


def test_both_derive_the_same_atoms() -> None:
    here, apart = ground(RULE, "\n".join(FACTS)), ground(RULE, "\n".join(FACTS) + PADDING)
    assert len(here) == len(set(here)) == 1998
    assert set(here) == set(apart) == {*FACTS, *(f"q({(i * 7) % 1000},{i})." for i in range(1000) if i * 7 % 1000 != i)}


@pytest.mark.parametrize(
    "facts",
    [
        "p(a_b,c). p((x,),(1,2)). p(f(1,()),0). r.",
        'p("two; words",x). p(f(1,"q"),",").',
        "p(-1,1). p(f(-2),(-3,)).",
    ],
)
def test_atoms_are_written_alike(facts: str) -> None:
    here = ground(RULE, facts)
    assert len(here) == len(set(here)) == facts.count(".") + facts.count("p(")
    assert set(here) == set(ground(RULE, facts + PADDING))


@pytest.mark.parametrize("padding", ["", PADDING], ids=["here", "apart"])
def test_triples_are_facts(padding: str) -> None:
    inverse = "t(Y,7,X) :- t(X,rdf_type,Y)."
    atoms = ground(inverse, padding, triples=[("1", "rdf_type", "2"), ("3", "rdf_type", "2")])
    assert set(atoms) == {"t(1,rdf_type,2).", "t(3,rdf_type,2).", "t(2,7,1).", "t(2,7,3)."}


def test_of_nothing_nothing_is_derived() -> None:
    assert ground(RULE, "") == []


def test_only_what_is_shown_must_be_given() -> None:
    assert ground(RULE, "p(1,2).", shown=["q/2"]) == ["q(2,1)."]


@pytest.mark.parametrize("padding", ["", PADDING], ids=["here", "apart"])
def test_a_fault_in_the_program_is_an_error_of_ours(padding: str) -> None:
    with pytest.raises(CasusError, match=r"^clingo failed: .*syntax error"):
        ground("a :- b", padding)


def test_an_unbuffered_python_grounds_as_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inherited, the setting would make the grounder call the system for every word, a hundred times slower."""
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    assert len(ground(RULE, "\n".join(FACTS) + PADDING)) == 1998
