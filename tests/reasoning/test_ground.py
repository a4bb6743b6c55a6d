"""Rule programs are run here or, if they are large, in a process of their own."""

from __future__ import annotations

import pytest

from kg.errors import CasusError
from kg.reasoning.ground import ground

RULE = "q(Y,X) :- p(X,Y), X != Y."
FACTS = [f"p({i},{(i * 7) % 1000})." for i in range(1000)]
#: Enough to make a program large: a comment.
PADDING = "\n" + "% the grounder reads this too\n" * 10_000


def test_both_derive_the_same_atoms() -> None:
    here, apart = ground(RULE, "\n".join(FACTS)), ground(RULE, "\n".join(FACTS) + PADDING)
    assert len(here) == len(set(here)) == 1998
    assert set(here) == set(apart) == {*FACTS, *(f"q({(i * 7) % 1000},{i})." for i in range(1000) if i * 7 % 1000 != i)}


def test_atoms_are_written_alike() -> None:
    facts = 'p(a_b,-1). p("two words",(x,)). p(f(1,"q"),(1,2)).'
    assert set(ground(RULE, facts)) == set(ground(RULE, facts + PADDING))


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
