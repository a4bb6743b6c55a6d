"""Statements in DuckDB's tables: a number for each term, which is the hash of how N-Triples writes it.

Hashes spare a dictionary to look numbers up in while statements are read. Two terms of one hash, which somebody may
have made on purpose, are looked for. What is read directly is N-Triples as pyoxigraph writes it, which is checked term
by term; whatever is written otherwise goes through pyoxigraph first.

Tables:
    term(h, t, kind)   each term, its text and what it is: R a resource, or a literal: V of a known value, O of a value
                       that nobody knows, I ill-typed.
    given(s, p, o)     the statements.
    spelled(h, v)      the literals that are not the usual spelling of their value, with what stands for the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pyoxigraph import Literal, RdfFormat, parse

from kg.rdf.blank_nodes import blank_nodes
from kg.reasoning.datatypes import DATATYPES, IllTyped, Value, value_of
from kg.reasoning.residual import NotInTables
from kg.reasoning.symbols import as_object
from kg.terms import XSD

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: Bytes that a line of a file may have.
_LONGEST = 4 << 20
#: Rows that are handed between Python and DuckDB at a time.
ROWS = 50_000
_AnyRow = TypeVar("_AnyRow", bound=Sequence[Any])
_NEVER = "\\x01"  # no file that is read directly has it, so a line is one column

# Terms that pyoxigraph writes as they are; the patterns leave out some that it would, too.
_PATH = "[A-Za-z0-9._~!$&''()*+,;=:@/-]*"
_IRI = rf"<(https?://[A-Za-z0-9.-]+(:[0-9]+)?(/{_PATH})?(\?{_PATH})?(#{_PATH})?|urn:[a-z0-9]+:{_PATH})>"
_BLANK = "_:[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
_TEXT = r'"([^"\\\x00-\x1f\x7f\x{FFF0}-\x{FFFF}]|\\[tbnrf"\\])*"'
# The usual spellings of values, of which no two spell one.
_STRING = rf"{_TEXT}(@[a-z]{{2,3}}(-[a-z]{{2}})?)?"
_DAY = "(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_USUAL = {
    XSD.integer: "0|-?[1-9][0-9]{0,999}",
    XSD.decimal: r"-?(0|[1-9][0-9]{0,400})\.[0-9]{0,400}[1-9]",
    XSD.boolean: "true|false",
    XSD.dateTime: f"[0-9]{{4}}-({_DAY})T{_TIME}Z?",
}


def _matches(pattern: str) -> str:
    return f"regexp_full_match(t, '{pattern}', 's')"


_ANY_TYPED = rf"{_TEXT}\^\^{_IRI}"
_KNOWN = ", ".join(f"'{iri}'" for iri in sorted(DATATYPES))
_TYPED = [
    f"WHEN ends_with(t, '^^{datatype}') AND {_matches(pattern)} THEN 'V'"
    for datatype, usual in _USUAL.items()
    for pattern in [f'"({usual})".*']
]
_KIND = f"""
    CASE WHEN t[1] = '<' THEN CASE WHEN {_matches(_IRI)} THEN 'R' END
         WHEN t[1] = '_' THEN CASE WHEN {_matches(_BLANK)} THEN 'R' END
         WHEN t[1] <> '"' THEN NULL
         WHEN {_matches(_STRING)} THEN 'V'
         {" ".join(_TYPED)}
         WHEN {_matches(_ANY_TYPED)} AND regexp_extract(t, '<([^<>]*)>$', 1) NOT IN ({_KNOWN}) THEN 'O'
    END"""


@dataclass(frozen=True)
class NTriplesFile:
    """A file of N-Triples.

    Attributes:
        path: the file.
        beginning: how the labels of its blank nodes are to begin; None if they stay.
        in_columns: whether its terms stand in columns (`kg.rdf.columns`).
    """

    path: Path
    beginning: str | None = None
    in_columns: bool = False


class NotCanonical(Exception):
    """A file is not written as pyoxigraph writes N-Triples."""


def read_statements(db: DuckDBPyConnection, sources: Sequence[NTriplesFile], *, kept: bool) -> None:
    """Read files into the tables.

    Args:
        db: where the tables are to be.
        sources: the files.
        kept: whether their text is kept, which spares reading it again.

    Raises:
        NotCanonical: a file must go through pyoxigraph first.
        NotInTables: two terms have one hash, or there are triple terms.
    """
    several = len(sources) > 1
    lines = " UNION ALL ".join(_lines(source, str(n) if several else "") for n, source in enumerate(sources))
    db.execute(f"CREATE {'TABLE' if kept else 'VIEW'} line AS {lines}")
    db.execute(f"""
        CREATE TABLE term AS SELECT hash(t) h, t, {_KIND} kind
        FROM (SELECT DISTINCT unnest([s, p, o]) t FROM line)""")
    if db.execute("SELECT 1 FROM term WHERE kind IS NULL AND t = ''").fetchone():
        raise NotCanonical
    if db.execute("SELECT 1 FROM term WHERE kind IS NULL AND starts_with(t, '<<')").fetchone():
        raise NotInTables("there are triple terms")
    _settle_odd(db)
    require_own_hashes(db)
    db.execute("CREATE TABLE given AS SELECT hash(s) s, hash(p) p, hash(o) o FROM line")
    for number, source in enumerate(sources):
        if source.beginning is not None:
            _relabel(db, source, str(number) if several else "")


def require_own_hashes(db: DuckDBPyConnection) -> None:
    """Raise NotInTables if two terms have one hash."""
    if db.execute("SELECT count(*) <> count(DISTINCT h) FROM term").fetchall() == [(True,)]:
        raise NotInTables("two terms have one hash")


def insert(db: DuckDBPyConnection, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Add rows to a table."""
    for batch in _batched(rows):
        columns = [list(column) for column in zip(*batch, strict=True)]
        db.execute(f"INSERT INTO {table} SELECT {', '.join(['unnest(?)'] * len(columns))}", columns)


def fetch(db: DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    """The rows of an answer, of which few are in memory at a time."""
    cursor = db.cursor()
    cursor.execute("SET enable_progress_bar = false")  # which each has for itself
    answer = cursor.execute(sql)
    while rows := answer.fetchmany(ROWS):
        yield from rows


def _lines(source: NTriplesFile, number: str) -> str:
    """The statements of a file as columns; what is none has an empty object."""

    def own(term: str) -> str:
        return f"CASE WHEN {term}[1] = '_' THEN '_:f{number}.' || {term}[3:] ELSE {term} END" if number else term

    path = str(source.path).replace("'", "''")
    if source.in_columns:
        columns = "subject s, predicate p, object o"
        lines = f"SELECT {columns}, ' .' l FROM read_parquet('{path}')"
    else:
        columns = "split_part(l, ' ', 1) s, split_part(l, ' ', 2) p, l[len(s) + len(p) + 3 : len(l) - 2] o"
        lines = f"""
            SELECT {columns}, l
            FROM read_csv('{path}', columns={{'l': 'VARCHAR'}}, delim=E'{_NEVER}', quote='', escape='', header=false,
                          auto_detect=false, strict_mode=true, max_line_size={_LONGEST}, buffer_size={4 * _LONGEST})
            WHERE l <> ''"""
    statement = "ends_with(l, ' .') AND s[1] IN ('<', '_') AND p[1] = '<'"
    return f"SELECT {own('s')} s, p, CASE WHEN {statement} THEN {own('o')} ELSE '' END o FROM ({lines})"


def _settle_odd(db: DuckDBPyConnection) -> None:
    """Say what the terms are that no pattern fits."""
    db.execute("CREATE TABLE spelled (h UBIGINT, v UBIGINT)")
    if not db.execute("SELECT 1 FROM term WHERE kind IS NULL LIMIT 1").fetchone():
        return
    db.execute("CREATE TABLE odd (h UBIGINT, kind VARCHAR, usual VARCHAR)")
    for batch in _batched(fetch(db, "SELECT h, t FROM term WHERE kind IS NULL")):
        insert(db, "odd", [(h, *found) for (h, _), found in zip(batch, _settled(t for _, t in batch), strict=True)])
    db.execute("UPDATE term SET kind = odd.kind FROM odd WHERE term.h = odd.h")
    db.execute("INSERT INTO spelled SELECT h, hash(usual) FROM odd WHERE usual <> '' AND hash(usual) <> h")
    # What stands for a value is told apart from terms as these are from each other.
    db.execute("""INSERT INTO term SELECT DISTINCT hash(usual), usual, 'S' FROM odd
                  ANTI JOIN term ON t = usual WHERE usual <> ''""")
    db.execute("DROP TABLE odd")


def _settled(tokens: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What terms are, and the usual spelling of the value, or what else stands for it, if it is known."""
    tokens = list(tokens)
    try:
        terms = [quad.object for quad in parse("".join(map(as_object, tokens)).encode(), RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        raise NotCanonical from error
    if len(terms) != len(tokens):
        raise NotCanonical
    for term, token in zip(terms, tokens, strict=True):
        if str(term) != token:
            raise NotCanonical
        if not isinstance(term, Literal):
            yield "R", ""
            continue
        try:
            value = value_of(term)
        except IllTyped:
            yield "I", ""
            continue
        yield ("O", "") if value is None else ("V", usual_spelling(value))


def usual_spelling(value: Value) -> str:
    """What stands for a value: as N-Triples spells it most often, if that is one of the patterns above."""
    spelled = _SPELLED.get(value.space, lambda _: None)(value.content)
    return spelled or f"{value.space} {value.content!r}"


def _spelled_number(number: Any) -> str | None:
    if isinstance(number, int):
        return _spelled(str(number), XSD.integer.value)
    return _spelled_fraction(number) if isinstance(number, Fraction) else None


def _spelled_instant(fields: Any) -> str | None:
    *parts, offset = fields
    if not all(isinstance(part, int) for part in parts) or not 0 <= parts[0] <= 9999 or offset not in (None, 0):
        return None
    year, month, day, hour, minute, second = parts
    zone = "" if offset is None else "Z"
    written = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}"
    return _spelled(written, XSD.dateTime.value)


def _spelled_fraction(number: Fraction) -> str | None:
    """A number that is not whole as a decimal, if it is one of few digits."""
    digits = number.denominator.bit_length()  # a denominator of twos and fives divides that power of ten
    shifted = abs(number) * 10**digits
    if shifted.denominator != 1 or digits > 400:
        return None
    text = str(shifted.numerator).rjust(digits + 1, "0")
    fraction = text[-digits:].rstrip("0")
    return _spelled(f"{'-' if number < 0 else ''}{text[:-digits]}.{fraction}", XSD.decimal.value)


def _spelled(text: str, datatype: str) -> str:
    return f'"{text}"^^<{datatype}>'


_SPELLED: dict[str, Callable[[Any], str | None]] = {
    "number": _spelled_number,
    "boolean": lambda true: _spelled("true" if true else "false", XSD.boolean.value),
    "string": lambda text: str(Literal(text)),
    "language-tagged string": lambda text: str(Literal(text[0], language=text[1])),
    "time instant": _spelled_instant,
}


def _relabel(db: DuckDBPyConnection, source: NTriplesFile, number: str) -> None:
    """Call the blank nodes of a file by numbers in the order in which they come, as `kg.rdf.load` does."""
    own = f"_:f{number}." if number else "_:"
    if not db.execute(f"SELECT 1 FROM term WHERE starts_with(t, '{own}') LIMIT 1").fetchone():
        return
    labels = dict.fromkeys(_blank_nodes(db, source))
    db.execute("CREATE OR REPLACE TABLE label (old VARCHAR, new VARCHAR)")
    insert(db, "label", ((own + label[2:], f"_:{source.beginning}{n}") for n, label in enumerate(labels)))
    db.execute("UPDATE term SET t = new FROM label WHERE t = old")


def _blank_nodes(db: DuckDBPyConnection, source: NTriplesFile) -> Iterator[str]:
    """The blank nodes of a file in its order, which DuckDB would keep at the price of reading with one core."""
    if source.in_columns:
        db.execute("SET preserve_insertion_order = true")
        rows = fetch(db, f"SELECT s, o FROM ({_lines(source, '')}) WHERE s[1] = '_' OR o[1] = '_'")
        yield from (term for term in chain.from_iterable(rows) if term[0] == "_")
        db.execute("SET preserve_insertion_order = false")
        return
    with source.path.open(encoding="utf-8") as lines:
        yield from blank_nodes(lines)


def _batched(rows: Iterable[_AnyRow]) -> Iterator[list[_AnyRow]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, ROWS)):
        yield batch
