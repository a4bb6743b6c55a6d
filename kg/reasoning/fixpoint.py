"""The fixpoint of a plan in DuckDB: rounds of SQL in which each clause looks at what the round before found anew.

That is semi-naive evaluation (Abiteboul, Hull and Vianu 1995, chapter 13). Clauses of one shape run as one statement,
their relations and constants being rows of a table. Relations are kept together by how many arguments they have:

    c(r, s), p(r, s, o)           what holds, by the number of its relation
    new_c, new_p                  what the last round found
    found_c, found_p              what clauses conclude, which may be known already
    cluster(x, rep)               each thing that is the same as others, and which stands for all of them
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from kg.reasoning.clause_plan import LITERAL, SAME, Plan, Recursion, TermSource
from kg.reasoning.datatypes import Value, contains, value_of
from kg.reasoning.encoded import fetch, insert
from kg.reasoning.representatives import representative
from kg.reasoning.residual import NOTHING, NotInTables, Residual
from kg.reasoning.skeletons import Group, group_clauses
from kg.reasoning.specialise import ParsedAtom, split_arguments
from kg.reasoning.symbols import term

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Told in each round how many statements of each relation are new.
OnRound = Callable[[Mapping[int, int]], None]


class OntologyMerged(Exception):
    """Terms of the ontology turn out to be the same, so that the plan is no longer right.

    Attributes:
        same: what is the same: of each hash, the hash of what stands for it.
    """

    def __init__(self, same: Mapping[int, int]) -> None:
        """These are."""
        super().__init__("terms of the ontology are the same")
        self.same = same


class Fixpoint:
    """What follows from statements in tables.

    Attributes:
        db: where they are.
        number: the number of each relation.
    """

    def __init__(
        self,
        db: DuckDBPyConnection,
        plan: Plan,
        hashes: Mapping[str, int],
        settled: Iterable[int],
        same: Mapping[int, int],
    ) -> None:
        """Make ready to run.

        Args:
            db: has the tables of `kg.reasoning.encoded`.
            plan: what to do.
            hashes: the hash of each constant.
            settled: the hashes of the ontology's terms, of which no two may turn out to be the same.
            same: what is known to be the same, as `OntologyMerged` has it.
        """
        self.db = db
        self.number = {relation: number for number, relation in enumerate(sorted(plan.arity))}
        self._hashes = {NOTHING: 0, **hashes}
        self._settled = frozenset(settled)
        self._same = same
        self._plan = plan
        self._parents: dict[int, int] = {}
        self._holding: set[int] = set()
        self._has_literals = False  # whether several literals share a key
        self._make_tables()
        self._joins = self.groups("join", plan.joins)
        stars = [Residual(ParsedAtom("", (star.member, *star.key)), star.premises) for star in plan.stars]
        self._stars = self.groups("star", stars)

    def run(self, on_round: OnRound) -> None:
        """Derive until nothing new is found.

        Raises:
            NotInTables: the rules must run otherwise.
            OntologyMerged: the ontology must be looked at anew.
        """
        pairs = list(self._same.items())
        while True:
            new = self._find_new()
            on_round(new)
            if not new and not pairs:
                self._require_own_tuples()
                return
            self._holding |= new.keys()
            self.db.execute("INSERT INTO c FROM new_c; INSERT INTO p FROM new_p")
            self.db.execute("TRUNCATE found_c; TRUNCATE found_p")
            if new.get(self.number.get(SAME, -1)):
                pairs += self._same_pairs()
            if pairs:
                self._merge(pairs)
            for recursion in self._plan.closures:
                self._recur(recursion, new)
            for group in self._joins:
                self._join(group, new)
            pairs = list(self._shared_pairs(new))

    def add_values(self, relation: str, datatype: str) -> None:
        """Say of all literals whose value is one of a datatype's that they are in a relation.

        Args:
            relation: the relation.
            datatype: the token of the datatype.
        """
        found = (h for h, value in self.values("kind = 'V'") if contains(datatype[1:-1], value))
        insert(self.db, "found_c", ([self.number[relation], h] for h in found))

    def values(self, condition: str) -> Iterator[tuple[int, Value]]:
        """The values of the literals that a condition holds of."""
        for h, token in fetch(self.db, f"SELECT h, t FROM term WHERE {condition}"):
            literal = term(token)
            value = value_of(literal) if isinstance(literal, Literal) else None
            if value is not None:
                yield h, value

    def groups(self, name: str, clauses: Iterable[Residual]) -> list[Group]:
        """Clauses by their skeletons; `name` tells their tables from others."""
        return group_clauses(self.db, name, clauses, self.number, self._hashes)

    def values_apart(self) -> Iterator[tuple[str, int, int]]:
        """Statements of literals of several values where there may be one: relation, subject, literal."""
        if not self._has_literals:
            return
        values = dict(self.db.execute("SELECT h, v FROM spelled").fetchall())
        for group, number, key, members in self._sharing(dict.fromkeys(self._holding, 1)):
            literals = {x for x, kind in members if kind == "V"}
            if len({values.get(x, x) for x in literals}) > 1:
                for literal in literals:
                    bound = dict(zip(group.skeleton.head.arguments, (literal, *key), strict=True))
                    for name, premise in zip(group.relations[number], group.skeleton.premises, strict=True):
                        terms = [bound.get(argument) for argument in premise.arguments]
                        if len(terms) == 2 and terms[0] is not None and terms[1] is not None:
                            yield name, terms[0], terms[1]

    # The tables -------------------------------------------------------------------------------------------------------

    def _make_tables(self) -> None:
        kind = "USMALLINT" if len(self.number) < 65_000 else "UINTEGER"
        for table in ("c", "new_c", "found_c"):
            self.db.execute(f"CREATE TABLE {table} (r {kind}, s UBIGINT)")
        for table in ("p", "new_p", "found_p", "closed"):
            self.db.execute(f"CREATE TABLE {table} (r {kind}, s UBIGINT, o UBIGINT)")
        self.db.execute(
            "CREATE TABLE cluster (x UBIGINT, rep UBIGINT); CREATE TABLE tuple (h UBIGINT, a UBIGINT, b UBIGINT)"
        )
        self.db.execute(
            "CREATE VIEW literal AS SELECT t.h s, coalesce(v, t.h) o FROM term t LEFT JOIN spelled USING (h) "
            "WHERE kind = 'V'"
        )
        for source in "cp":
            for target in "cp":
                self.db.execute(
                    f"CREATE TABLE implied_{source}{target} "
                    f"(source {kind}, r {kind}, s UTINYINT, k UBIGINT, o UTINYINT, l UBIGINT)"
                )
                insert(self.db, f"implied_{source}{target}", self._implied(source, target))

    def _implied(self, source: str, target: str) -> Iterator[list[int]]:
        """What statements of one kind imply of another: where its terms come from, 2 being a constant."""

        def places(term: TermSource) -> tuple[int, int]:
            return (term, 0) if isinstance(term, int) else (2, self._hashes[term])

        for relation, implied in self._plan.implied.items():
            for name, terms in implied:
                kinds = ("cp"[self._plan.arity[relation] - 1], "cp"[self._plan.arity[name] - 1])
                if kinds == (source, target):
                    subject, value = terms[0], terms[-1]
                    yield [self.number[relation], self.number[name], *places(subject), *places(value)]

    # A round ----------------------------------------------------------------------------------------------------------

    def _find_new(self) -> dict[int, int]:
        """What is concluded, with all that it implies, and not known yet; how much of each relation."""
        s = "CASE i.s WHEN 0 THEN f.s WHEN 1 THEN f.o ELSE i.k END"
        o = "CASE i.o WHEN 0 THEN f.s WHEN 1 THEN f.o ELSE i.l END"
        for target, columns in (("c", "r, s"), ("p", "r, s, o")):
            parts = []
            for source in "cp":
                terms = f"{s} s" if target == "c" else f"{s} s, {o} o"
                terms = terms if source == "p" else terms.replace("WHEN 1 THEN f.o ", "")
                parts.append(
                    f"SELECT i.r, {terms} FROM found_{source} f JOIN implied_{source}{target} i ON i.source = f.r"
                )
            self.db.execute(f"""
                CREATE OR REPLACE TABLE new_{target} AS SELECT DISTINCT {columns} FROM ({" UNION ALL ".join(parts)}) n
                ANTI JOIN {target} USING ({columns}) ORDER BY r""")
        counted = "SELECT r, count(*) FROM new_c GROUP BY r UNION ALL SELECT r, count(*) FROM new_p GROUP BY r"
        return dict(self.db.execute(counted).fetchall())

    def _join(self, group: Group, new: Mapping[int, int]) -> None:
        """What clauses of several premises conclude from what is new."""
        head = group.skeleton.head
        terms = ", ".join(map(group.skeleton.expression, head.arguments))
        for place in self._news(group, new):
            body = group.skeleton.body(group.table, place)
            self.db.execute(f"INSERT INTO found_{'cp'[len(head.arguments) - 1]} SELECT DISTINCT j.head, {terms} {body}")
            for argument in head.arguments:
                if argument[0] == "(":
                    one, other = map(group.skeleton.expression, split_arguments(argument[1:-1]))
                    made = f"{group.skeleton.expression(argument)}, {one}, {other}"
                    self.db.execute(f"INSERT INTO tuple SELECT DISTINCT {made} {body}")

    def _news(self, group: Group, new: Mapping[int, int]) -> Iterator[int]:
        """Which premises may be new, where all others hold of something."""
        for place, premise in enumerate(group.skeleton.premises):
            if premise.predicate:
                continue
            if any(
                new.get(self.number[names[place]])
                and all(name == LITERAL or self.number[name] in self._holding for name in names)
                for names in group.relations
            ):
                yield place

    def _recur(self, recursion: Recursion, new: Mapping[int, int]) -> None:
        """Recursion step by step over what did not come of it (linear recursion): n² for a chain of n, not n³."""
        relation, step = self.number[recursion.relation], self.number[recursion.step]
        if not (new.get(relation) or new.get(step)) or step not in self._holding:
            return
        # A step e and what it leads to, x: their joint, and the ends.
        ends, joint = ("e.s, x.o", "e.o = x.s") if recursion.step_first else ("x.s, e.o", "e.s = x.o")
        known = f"SELECT s, o FROM p WHERE r = {relation}"
        self.db.execute(f"""
            CREATE OR REPLACE TEMP TABLE reached AS
            WITH RECURSIVE
            step AS MATERIALIZED (SELECT s, o FROM p WHERE r = {step}),
            fresh AS MATERIALIZED (SELECT s, o FROM new_p WHERE r = {relation}
                                   EXCEPT SELECT s, o FROM closed WHERE r = {relation}),
            reach(s, o) AS (
                SELECT {ends} FROM fresh x JOIN step e ON {joint}
                UNION SELECT {ends} FROM ({known}) x JOIN (SELECT s, o FROM new_p WHERE r = {step}) e ON {joint}
                UNION SELECT {ends} FROM reach x JOIN step e ON {joint})
            SELECT {relation} r, s, o FROM reach ANTI JOIN ({known}) USING (s, o)""")
        self.db.execute(f"DELETE FROM closed WHERE r = {relation}")
        self.db.execute("INSERT INTO closed FROM reached; INSERT INTO found_p FROM reached")

    def _require_own_tuples(self) -> None:
        if self.db.execute("SELECT 1 FROM tuple GROUP BY h HAVING count(DISTINCT (a, b)) > 1 LIMIT 1").fetchone():
            raise NotInTables("two tuples have one hash")

    # Equality ---------------------------------------------------------------------------------------------------------

    def _shared_pairs(self, new: Mapping[int, int]) -> Iterator[tuple[int, int]]:
        """The pairs that are the same because they share a key, where something is new."""
        for _, _, _, members in self._sharing(new):
            things = [x for x, kind in members if kind != "V"]
            self._has_literals |= len(members) > len(things) + 1
            if any(kind == "I" for _, kind in members) or 0 < len(things) < len(members):
                raise NotInTables("a thing is the same as a literal")
            yield from ((things[0], other) for other in things[1:])

    def _sharing(self, new: Mapping[int, int]) -> Iterator[tuple[Group, int, tuple[int, ...], list[tuple[int, str]]]]:
        """Stars, by their number in a group, with each key that several things share, and these with their kinds."""
        for group in self._stars:
            if next(self._news(group, new), None) is None:
                continue
            member, *key = map(group.skeleton.expression, group.skeleton.head.arguments)
            keys = "".join(f", k{number}" for number in range(len(key)))
            named = "".join(f", {column} k{number}" for number, column in enumerate(key))
            rows = self.db.execute(f"""
                WITH shared AS MATERIALIZED (SELECT DISTINCT j.id{named}, {member} x {group.skeleton.body(group.table)})
                SELECT id{keys}, x, kind
                FROM shared JOIN (SELECT id{keys} FROM shared GROUP BY ALL HAVING min(x) <> max(x)) USING (id{keys})
                JOIN term ON term.h = x ORDER BY ALL""").fetchall()
            members: dict[tuple[int, ...], list[tuple[int, str]]] = {}
            for *names, x, kind in rows:
                members.setdefault(tuple(names), []).append((x, kind))
            for (star, *values), found in members.items():
                yield group, star, tuple(values), found

    def _same_pairs(self) -> list[tuple[int, int]]:
        same = self.number[SAME]
        literals = "SELECT h FROM term WHERE kind IN ('V', 'I')"
        if self.db.execute(f"""
            SELECT 1 FROM new_p WHERE r = {same} AND s <> o AND (s IN ({literals}) OR o IN ({literals})) LIMIT 1
        """).fetchone():
            raise NotInTables("a thing is the same as a literal")
        pairs = self.db.execute(f"SELECT s, o FROM new_p WHERE r = {same} AND s <> o").fetchall()
        self.db.execute(f"DELETE FROM p WHERE r = {same}; DELETE FROM new_p WHERE r = {same}")
        return pairs

    def _merge(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Let one thing stand for all that are the same (Galler and Fischer 1964)."""
        known = {x: self._find(x) for x in self._parents}
        for one, other in pairs:
            # A term of the ontology stands for what is none, so that the plan stays right.
            ends = {self._find(one), self._find(other)}
            kept, *gone = sorted(ends, key=lambda x: (x not in self._settled, x))
            self._parents |= dict.fromkeys(gone, kept)
        moved = [(x, rep) for x in self._parents if (rep := self._find(x)) != known.get(x, x)]
        if not self._settled.isdisjoint(known.get(x, x) for x, _ in moved):
            raise OntologyMerged({x: self._find(x) for x in self._parents})
        self.db.execute("CREATE OR REPLACE TABLE moved (x UBIGINT, rep UBIGINT)")
        insert(self.db, "moved", {(known.get(x, x), rep) for x, rep in moved})
        self.db.execute("TRUNCATE cluster")
        insert(self.db, "cluster", ((x, self._find(x)) for x in self._parents))
        self.db.execute("""
            INSERT INTO found_c SELECT r, rep FROM c JOIN moved ON x = s;
            INSERT INTO found_p SELECT r, coalesce(a.rep, s), coalesce(b.rep, o)
            FROM p LEFT JOIN moved a ON a.x = s LEFT JOIN moved b ON b.x = o
            WHERE a.x IS NOT NULL OR b.x IS NOT NULL""")
        for table in ("c", "new_c", "p", "new_p"):
            either = " OR o IN (SELECT x FROM moved)" if table.endswith("p") else ""
            self.db.execute(f"DELETE FROM {table} WHERE s IN (SELECT x FROM moved){either}")

    def _find(self, x: int) -> int:
        return representative(self._parents, x)
