"""Contradictions of statements in tables: found by SQL, explained by clingo from the statements that they need.

SQL tells which derived statements match the body of a rule that derives false. The asserted ones about the same things
are given to clingo, and then those about the things that these name, until all those derived statements follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from kg.reasoning.clause_plan import Plan
from kg.reasoning.datatypes import contains
from kg.reasoning.encoded import insert
from kg.reasoning.fixpoint import Fixpoint
from kg.reasoning.inconsistency import Inconsistency, find_inconsistencies
from kg.reasoning.materialise import Grounding, generally, materialise
from kg.reasoning.program import INCONSISTENCY
from kg.reasoning.residual import NotInTables
from kg.reasoning.rules import RULES
from kg.reasoning.skeletons import Group
from kg.reasoning.symbols import Tokens, term
from kg.terms import RDF

#: Statements that clingo is given to explain contradictions; with more it had better have all.
_MOST = 100_000
_TYPE = str(RDF.type)
#: Derived statements, by the hashes of their terms and the names of their relations.
_Matched = tuple[str, int, int | None]


def find_culprits(fixpoint: Fixpoint, plan: Plan, terms: Mapping[str, str]) -> set[_Matched] | None:
    """The derived statements that match rules that derive false; None if no rule does.

    Args:
        fixpoint: what follows.
        plan: by what.
        terms: the tokens of constants.

    Raises:
        NotInTables: individuals say something about the ontology, or too much is wrong.
    """
    unfit = [rule for rule in plan.checks if rule.head.predicate != INCONSISTENCY]
    for group in fixpoint.groups("unfit", [rule for rule in unfit if rule.premises]):
        if fixpoint.db.execute(f"SELECT 1 {group.skeleton.body(group.table)} LIMIT 1").fetchone():
            raise NotInTables("individuals say something about the ontology")
    found: set[_Matched] = set()
    false = [rule for rule in plan.checks if rule.head.predicate == INCONSISTENCY]
    by_ontology = any(not rule.premises for rule in false)
    for group in fixpoint.groups("false", [rule for rule in false if rule.premises]):
        found.update(_matching(fixpoint, group))
    found.update(_ill_typed(fixpoint))
    for relation, datatype in plan.datatypes.items():
        if relation in fixpoint.number:
            found.update(_outside(fixpoint, relation, terms[datatype]))
    found.update(fixpoint.values_apart())
    return found if found or by_ontology else None


def explain_culprits(
    fixpoint: Fixpoint, culprits: set[_Matched], terms: Mapping[str, str], settled: Iterable[int], run: Grounding
) -> list[Inconsistency]:
    """The contradictions that derived statements are part of.

    Args:
        fixpoint: what follows.
        culprits: the derived statements.
        terms: the tokens of constants.
        settled: the hashes of the ontology's terms.
        run: runs clingo.

    Raises:
        NotInTables: it would need too many statements.
        ReasonerError, ReasonerLimit: clingo failed, or a limit ended it.
    """
    db = fixpoint.db
    db.execute("CREATE OR REPLACE TABLE wanted (x UBIGINT); CREATE OR REPLACE TABLE settled (x UBIGINT)")
    insert(db, "settled", ([x] for x in settled))
    insert(db, "wanted", {(x,) for _, *ends in culprits for x in ends if x is not None})
    expected = _as_tokens(fixpoint, culprits, terms)
    stated = {token for (token,) in db.execute("SELECT DISTINCT t FROM stated JOIN term ON h = p").fetchall()}
    while True:
        # What is the same as something wanted is wanted, too.
        db.execute("""
            CREATE OR REPLACE TABLE wanted AS SELECT x FROM wanted
            UNION SELECT b.x FROM wanted w JOIN cluster a USING (x) JOIN cluster b USING (rep)""")
        db.execute("""
            CREATE OR REPLACE TABLE needed AS
            SELECT DISTINCT s, p, o FROM given
            WHERE s IN (FROM wanted) OR o IN (FROM wanted) OR (p, o) IN (FROM axiom) OR (p, 0) IN (FROM axiom)""")
        [(size,)] = db.execute("SELECT count(*) FROM needed").fetchall()
        if size > _MOST:
            raise NotInTables("to say how it contradicts itself takes most of it")
        found = _contradictions(fixpoint, expected, stated, run)
        if found is not None:
            return found
        [(before,)] = db.execute("SELECT count(*) FROM wanted").fetchall()
        db.execute(f"""
            CREATE OR REPLACE TABLE wanted AS SELECT x FROM wanted UNION
            SELECT x FROM (SELECT s x FROM needed
                           UNION SELECT o FROM needed WHERE p <> hash('{_TYPE}') ) JOIN term ON h = x
            WHERE kind = 'R' AND x NOT IN (FROM settled)""")
        if db.execute("SELECT count(*) FROM wanted").fetchall() == [(before,)]:
            raise NotInTables("how it contradicts itself cannot be told from the statements about it")


def _contradictions(
    fixpoint: Fixpoint, expected: set[tuple[str, str, str]], stated: set[str], run: Grounding
) -> list[Inconsistency] | None:
    """The contradictions of the statements that are needed, None if they do not say all that is expected."""
    # In the order of the files, on which it turns which of two that contradict each other is told first.
    db = fixpoint.db
    db.execute("SET preserve_insertion_order = true")
    lines = db.execute("""
        WITH numbered AS (SELECT row_number() OVER () n, hash(s) s, hash(p) p, hash(o) o FROM line)
        SELECT s.t || ' ' || p.t || ' ' || o.t || ' .' FROM numbered n SEMI JOIN needed USING (s, p, o)
        JOIN term s ON s.h = n.s JOIN term p ON p.h = n.p JOIN term o ON o.h = n.o ORDER BY n""").fetchall()
    db.execute("SET preserve_insertion_order = false")
    tokens = Tokens(RULES.read_text("utf-8"))
    triples = tokens.read("".join(f"{line}\n" for (line,) in lines))
    derived = materialise(
        triples, tokens.literal_facts(), run, generally, few={tokens[token] for token in stated if token in tokens}
    )
    stands_for = dict(
        db.execute("SELECT m.t, r.t FROM cluster JOIN term m ON m.h = x JOIN term r ON r.h = rep").fetchall()
    )
    of = tokens.terms
    closed = {tuple(stands_for.get(of[name], of[name]) for name in triple) for triple in derived.triples()}
    if not expected <= closed or not _is_merged_alike(derived.same(), tokens, stands_for):
        return None
    term_of = cache(lambda name: term(tokens.terms[name]))
    originals = derived.merged.originals if derived.merged else tuple
    return list(find_inconsistencies(derived.atoms, triples, term_of, originals)) or None


def _is_merged_alike(groups: Iterable[Sequence[str]], tokens: Tokens, stands_for: Mapping[str, str]) -> bool:
    """Whether all that is the same is known to be by the statements given."""
    merged = {tokens.terms[name]: number for number, names in enumerate(groups) for name in names}
    numbers: dict[str, set[object]] = {}
    for token in tokens:
        if token in stands_for:
            numbers.setdefault(stands_for[token], set()).add(merged.get(token, token))
    return all(len(found) == 1 for found in numbers.values())


def _as_tokens(fixpoint: Fixpoint, derived: set[_Matched], terms: Mapping[str, str]) -> set[tuple[str, str, str]]:
    hashes = {x for _, *ends in derived for x in ends if x is not None}
    fixpoint.db.execute("CREATE OR REPLACE TABLE asked (h UBIGINT)")
    insert(fixpoint.db, "asked", ([x] for x in hashes))
    text = dict(fixpoint.db.execute("SELECT h, t FROM term SEMI JOIN asked USING (h)").fetchall())
    found = set()
    for relation, subject, value in derived:
        kind, _, name = relation.partition("_")
        if kind == "c":
            found.add((text[subject], _TYPE, terms[name]))
        elif kind in ("p", "base") and value is not None:
            found.add((text[subject], terms[name], text[value]))
    return found


def _matching(fixpoint: Fixpoint, group: Group) -> Iterator[_Matched]:
    """The statements that match the bodies of the clauses of a group."""
    premises = group.skeleton.premises
    ends = [f"a{n}.s, {f'a{n}.o' if len(atom.arguments) == 2 else 'NULL'}" for n, atom in enumerate(premises)]
    body = f"{group.skeleton.body(group.table)} LIMIT {_MOST}"
    rows = fixpoint.db.execute(f"SELECT j.id, {', '.join(ends)} {body}").fetchall()
    if len(rows) == _MOST:
        raise NotInTables("there are too many contradictions")
    for number, *terms in rows:
        for place, relation in enumerate(group.relations[number]):
            yield relation, terms[2 * place], terms[2 * place + 1]


def _ill_typed(fixpoint: Fixpoint) -> Iterator[_Matched]:
    relations = {number: relation for relation, number in fixpoint.number.items()}
    rows = fixpoint.db.execute("SELECT r, s, o FROM p SEMI JOIN (FROM term WHERE kind = 'I') t ON o = t.h").fetchall()
    return ((relations[r], s, o) for r, s, o in rows)


def _outside(fixpoint: Fixpoint, relation: str, datatype: str) -> Iterator[_Matched]:
    """The literals that are said to be of a datatype and are none of its values, with all that is said with them."""
    relations = {number: name for name, number in fixpoint.number.items()}
    typed = '"' if datatype.endswith("#string>") else f"^^{datatype}"
    said = f"h IN (SELECT s FROM c WHERE r = {fixpoint.number[relation]})"
    for literal, value in fixpoint.values(f"kind = 'V' AND NOT ends_with(t, '{typed}') AND {said}"):
        if not contains(datatype[1:-1], value):
            yield relation, literal, None
            for r, subject in fixpoint.db.execute("SELECT r, s FROM p WHERE o = ?", [literal]).fetchall():
                yield relations[r], subject, literal
