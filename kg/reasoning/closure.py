"""The deductive closure: what a graph entails by the OWL 2 RL/RDF rules, and where it contradicts itself.

OWL 2 Profiles, section 4.3. The rules are data, `owl2rl.lp`, and clingo runs them; for large graphs DuckDB runs what is
left of them once the ontology is known. The engine owlrl is there to compare with: it is slower by two orders of
magnitude and errs where tests/rules/test_rules.py lists it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from pyoxigraph import Literal, Quad, RdfFormat, Triple

from kg.errors import BadInput
from kg.project import shipped_names
from kg.rdf.load import to_ntriples
from kg.rdf.reread import reread
from kg.reasoning.closed_lines import NTriplesClosure, OnGrowth, taken_for_one
from kg.reasoning.datatypes import DATATYPES
from kg.reasoning.grounder import DEFAULT_LIMITS, Growth, ReasoningLimits, require_size
from kg.reasoning.inconsistency import Inconsistency, find_inconsistencies
from kg.reasoning.materialise import Grounding, Strategy, by_tables, generally, materialise, read_triples
from kg.reasoning.rules import RULES
from kg.reasoning.symbols import Tokens, term

__all__ = ["IN_TABLES", "Closure", "NTriplesClosure", "OnGrowth", "close", "close_ntriples", "engine_for"]

#: The engines that run the rules as SQL, where they can.
IN_TABLES = ("duckdb", "spark")
#: Triples from which on DuckDB is quicker than clingo.
_LARGE = 20_000


class Closure(NamedTuple):
    """What was stated, what follows from it, and the contradictions found on the way.

    Attributes:
        asserted: the triples given.
        inferred: the triples that follow and were not given.
        inconsistencies: the contradictions, first those that rest on asserted triples alone.
        notices: what else people should know, a line each: which values nobody can tell apart were taken for one.
    """

    asserted: frozenset[Triple]
    inferred: frozenset[Triple]
    inconsistencies: list[Inconsistency]
    notices: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """How many of each, for there may be millions."""
        found = len(self.asserted), len(self.inferred), len(self.inconsistencies)
        return "<{:,} asserted, {:,} inferred, {:,} inconsistencies>".format(*found)


def close(
    statements: Iterable[Quad | Triple],
    engine: str | None = None,
    limits: ReasoningLimits = DEFAULT_LIMITS,
    on_growth: OnGrowth | None = None,
) -> Closure:
    """The closure of a graph, or of the union of the graphs of a dataset, under the OWL 2 RL/RDF rules.

    Blank nodes keep their labels and literals their lexical forms, datatypes and languages. Triples that RDF does not
    allow, such as those with a literal as subject, are used on the way and left out at the end. A contradiction raises
    nothing here: it is listed in the closure's `inconsistencies`.

    Args:
        statements: triples, or quads, whose graph names are not looked at.
        engine: ``clingo``, ``duckdb``, which is quicker for large graphs, ``spark``, for those that are too large for
            one machine, or ``owlrl``; by default one of the first two by the number of triples. ``clingo-tables`` runs
            the rules one by one as the W3C states them, which is slow where they recur.
        limits: what it may take; of owlrl only the statements are looked at, when it is done.
        on_growth: told now and then in words what grows.

    Raises:
        BadInput: there is no such engine, or Spark is not set up.
        MissingLibrary: Spark is not installed.
        ReasonerError: the engine failed.
        ReasonerLimit: a limit ended it.
    """
    # A dictionary, being a set that keeps the order of the input, makes two runs name and report things alike.
    asserted = dict.fromkeys(item.triple if isinstance(item, Quad) else item for item in statements)
    if engine == "owlrl":
        from kg.reasoning.owlrl_engine import close_with_owlrl  # noqa: PLC0415 - importing rdflib takes longer than small closures

        inferred, found = close_with_owlrl(asserted.keys())
        require_size(limits, len(asserted) + len(inferred))
        return Closure(frozenset(asserted), inferred, sorted(found, key=str))
    text = to_ntriples(asserted)
    whole = close_ntriples(text, engine or engine_for(len(asserted)), limits, on_growth)
    stated = {f"{line}\n" for line in text.split("\n")}
    new = "".join(line for line in whole.lines if line not in stated)
    inferred = frozenset(quad.triple for quad in reread(new, RdfFormat.N_TRIPLES)) - asserted.keys()
    return Closure(frozenset(asserted), inferred, whole.inconsistencies, whole.notices)


def engine_for(statements: int) -> str:
    """The engine that is the quickest for so many statements."""
    return "clingo" if statements < _LARGE else "duckdb"


def close_ntriples(
    text: str,
    engine: str = "clingo",
    limits: ReasoningLimits = DEFAULT_LIMITS,
    on_growth: OnGrowth | None = None,
) -> NTriplesClosure:
    """The closure of a graph that is given and wanted as N-Triples, which is quicker than by way of `Triple`.

    Args:
        text: N-Triples as pyoxigraph writes them: one space between terms, one before the full stop, no comments.
        engine: as for `close`, but not owlrl.
        limits: what it may take.
        on_growth: told now and then in words what grows.

    Raises:
        BadInput: there is no such engine, or Spark is not set up.
        MissingLibrary: Spark is not installed.
        ReasonerError: the engine failed.
        ReasonerLimit: a limit ended it.
    """
    strategy = _STRATEGIES.get(engine)
    if strategy is not None:
        return _close(text, strategy, limits, on_growth)
    if engine not in IN_TABLES:
        known = ", ".join([*_STRATEGIES, *IN_TABLES])
        raise BadInput(f"no reasoner is called {engine!r}; there are {known} and owlrl")
    from kg.reasoning.in_tables import NotInTables, close_in_tables  # noqa: PLC0415 - small graphs do without DuckDB

    try:
        return close_in_tables(text, limits, on_growth, engine)
    except NotInTables as reason:
        whole = _close(text, generally, limits, on_growth)
        return whole._replace(notices=(*whole.notices, str(reason)))


def _close(text: str, strategy: Strategy, limits: ReasoningLimits, on_growth: OnGrowth | None) -> NTriplesClosure:
    tokens = Tokens(RULES.read_text("utf-8"))
    triples = tokens.read(text)

    def tell(growth: Growth) -> str:
        words = _in_words(growth, tokens)
        if on_growth is not None:
            on_growth(words)
        return words

    derived = materialise(triples, tokens.literal_facts(), Grounding(limits, time.monotonic(), tell), strategy)
    term_of = cache(lambda name: term(tokens.terms[name]))
    found = find_inconsistencies(derived.atoms, triples, term_of, derived.merged.originals if derived.merged else tuple)
    return NTriplesClosure(sorted(tokens.write(derived.triples())), list(found), tuple(_merged(derived.same(), tokens)))


def _merged(groups: Iterable[Iterable[str]], tokens: Tokens) -> Iterator[str]:
    """Of things that are the same, the values whose datatypes are outside the OWL 2 datatype map."""
    for group in groups:
        terms = (term(tokens.terms[name]) for name in group if tokens.terms[name][0] == '"')
        unknown = [t for t in terms if isinstance(t, Literal) and t.datatype.value not in DATATYPES]
        if len(unknown) > 1:
            yield taken_for_one(unknown)


def _in_words(growth: Growth, tokens: Tokens) -> str:
    """How many triples there are, and which property most of the latest have."""
    [(property_, _)] = Counter(predicate for _, predicate, _ in read_triples(growth.atoms)).most_common(1) or [("", 0)]
    iri = tokens.terms.get(property_, "")[1:-1]
    return f"{growth.statements:,} statements so far{f', of late mostly {shipped_names().shorten(iri)}' if iri else ''}"


_STRATEGIES: dict[str, Strategy] = {
    "clingo": generally,
    "clingo-tables": by_tables,
}
