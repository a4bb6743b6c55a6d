"""Answers as drawings: lanes of time, maps, bars and networks, of those columns whose kinds suit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.drawing.barchart import Bar, bars_for_page, draw_bars
from kg.drawing.lanes import Happening, Lane, Stretch, draw_lanes, lanes_for_page
from kg.drawing.network import Connection, Node, draw_network
from kg.drawing.worldmap import draw_map, undrawn
from kg.sparql.answer import readable
from kg.terms import Term
from kg.web.client import Rows
from kg.web.columns import AnswerColumn, Sheet, day_of_term, number_of
from kg.web.reader import Reader
from kg.web.service import Service
from kg.web.urls import in_full, page_of

#: How much is drawn: of more, nothing could be told apart.
_LANES, _BARS, _NODES = 60, 60, 120
#: How many shades tell numbers apart on a map.
_SHADES = 5
#: Values that are fills of their own, by the last word of their names.
_FILLS = frozenset(["certain", "presumed", "possible", "frozen", "suspended"])


@dataclass(frozen=True)
class Picture:
    """A drawing of an answer.

    Attributes:
        svg: the drawing.
        columns: the names of the columns that it shows.
        key: what its fills mean: classes and texts.
        left_out: the names of what has no place in it.
        cut: whether not all of the answer is in it.
    """

    svg: str
    columns: tuple[str, ...]
    key: tuple[tuple[str, str], ...] = ()
    left_out: tuple[str, ...] = ()
    cut: bool = False


@dataclass(frozen=True)
class Painter:
    """Draws the answer to a query for a reader.

    Attributes:
        service: what is served.
        reader: whom it is drawn for.
        day: the day that was asked about.
        rows: the answer.
        label: what it shows, in words.
        standalone: whether the drawing is a file of its own.
    """

    service: Service
    reader: Reader
    day: date | None
    rows: Rows
    label: str
    standalone: bool = False

    def draw(self, view: str) -> Picture | None:
        """The drawing of a view; None if the answer has not the columns for it."""
        drawers: dict[str, Callable[[], Picture | None]] = {
            "timeline": self._timeline,
            "map": self._map,
            "bar": self._bars,
            "graph": self._network,
        }
        return drawers[view]()

    @cached_property
    def _sheet(self) -> Sheet:
        return Sheet(self.rows.variables, self.rows.rows, self.service.library.register)

    def _timeline(self) -> Picture | None:
        """Bars from the first day of a row to its second, in a lane for each name; dots, if there is one day."""
        days = self._sheet.of("day")[:2]
        if not days:
            return None
        first, last = _in_order(self._sheet, days)
        named = self._sheet.but(*days)[:2]
        stretches: dict[str, list[Stretch]] = {}
        happenings: dict[str, list[Happening]] = {}
        links: dict[str, str | None] = {}
        for row in self._sheet.rows:
            begins, ends = _day(row, first), _day(row, last)
            if begins is None and ends is None:
                continue
            lane = self._text(row[named[0].place]) if named else ""
            links.setdefault(lane, self._link(row[named[0].place]) if named else None)
            beside = row[named[1].place] if len(named) > 1 else None
            link, text = self._link(beside), self._text(beside)
            if last is None and begins is not None:
                happenings.setdefault(lane, []).append(Happening(begins, self._tell(row), link, "certain"))
            else:
                stretch = Stretch(_fill(text), begins, ends, self._tell(row), text, link)
                stretches.setdefault(lane, []).append(stretch)
        lanes = [Lane(name, stretches.get(name, ()), happenings.get(name, ()), link) for name, link in links.items()]
        if not lanes:
            return None
        said = [_day(row, column) for row in self._sheet.rows for column in days]
        until = max(day for day in (*said, self.day or self.service.library.currency.known_to) if day is not None)
        drawn, label = lanes[:_LANES], self.label
        if self.standalone:
            svg = draw_lanes(drawn, label, until=until, on=self.day, standalone=True)
        else:
            svg = lanes_for_page(drawn, label, until=until, on=self.day)
        return Picture(svg, _names(*named, *days), cut=len(lanes) > _LANES)

    def _map(self) -> Picture | None:
        """States, filled by the number beside each, or by how certain it is."""
        states = self._sheet.of("state")[:1]
        if not states:
            return None
        numbers, texts = self._sheet.of("number")[:1], self._sheet.of("text", "thing")
        told: dict[NamedNode, list[Sequence[Term | None]]] = {}
        for row in self._sheet.rows:
            state = self._sheet.register.state(row[states[0].place])
            if state is not None:
                told.setdefault(state, []).append(row)
        kinds: dict[NamedNode, str] = {}
        key: list[tuple[str, str]] = []
        used: list[AnswerColumn] = []
        if numbers:
            used = numbers
            kinds, key = _shaded({state: _largest(rows, numbers[0]) for state, rows in told.items()})
        else:
            for column in texts:
                fills = {state: _fill(self._text(rows[0][column.place]), "") for state, rows in told.items()}
                if all(fills.values()):
                    used, kinds = [column], fills
                    key = [(fill, fill) for fill in dict.fromkeys(fills.values())]
                    break
        areas = [
            self.service.library.atlas.area(
                state,
                self._text(state),
                kinds.get(state, "certain"),
                title="; ".join(self._tell(row) for row in rows),
                link=self._link(state),
            )
            for state, rows in told.items()
        ]
        svg = draw_map(areas, self.label, standalone=self.standalone)
        left_out = tuple(area.name for area in undrawn(areas))
        return Picture(svg, _names(*states, *used), tuple(key), left_out)

    def _bars(self) -> Picture | None:
        """The number of each row, beside what it is of: the first column, and the second where that is not enough."""
        numbers = self._sheet.of("number")[:1]
        named = self._sheet.but(*self._sheet.of("number"))[:2]
        if not numbers or not named:
            return None
        rows = [row for row in self._sheet.rows if number_of(row[numbers[0].place]) is not None]
        first = [self._text(row[named[0].place]) for row in rows]
        if len(set(first)) == len(first):
            named = named[:1]
        bars = [
            Bar(
                ", ".join(filter(None, (self._text(row[column.place]) for column in named))),
                number_of(row[numbers[0].place]) or 0,
                self._tell(row),
                self._link(row[named[0].place]),
            )
            for row in rows
        ]
        drawn = bars[:_BARS]
        svg = draw_bars(drawn, self.label, standalone=True) if self.standalone else bars_for_page(drawn, self.label)
        return Picture(svg, _names(*named, *numbers), cut=len(bars) > _BARS)

    def _network(self) -> Picture | None:
        """The things of two columns, with a line for each row; of statements, those between things."""
        sheet = self._sheet
        if self.rows.kind == "graph":
            source, said, target = sheet.columns
            rows = [row for row in sheet.rows if not isinstance(row[target.place], Literal)]
        else:
            ends, rows = sheet.of("state", "thing"), list(sheet.rows)
            if len(ends) < 2:
                return None
            source, target = ends[:2]
            said = next((column for column in sheet.but(source, target) if column.kind != "day"), source)
        nodes: dict[str, Node] = {}
        ties: list[Connection] = []
        for row in rows:
            one, other = self._thing(row[source.place]), self._thing(row[target.place])
            if one is None or other is None:
                continue
            for thing in (one, other):
                if thing.value not in nodes and len(nodes) < _NODES:
                    nodes[thing.value] = Node(thing.value, self._text(thing), link=self._link(thing))
            title = self._text(row[said.place]) if said is not source else ""
            ties.append(Connection(one.value, other.value, title or self._tell(row), directed=True))
        drawn = [tie for tie in ties if tie.source in nodes and tie.target in nodes]
        if not drawn:
            return None
        svg = draw_network(list(nodes.values()), drawn, self.label, standalone=self.standalone)
        return Picture(svg, _names(*dict.fromkeys((source, said, target))), cut=len(drawn) < len(ties))

    def _thing(self, term: Term | None) -> NamedNode | BlankNode | None:
        return self._sheet.register.named(term)

    def _text(self, term: Term | None) -> str:
        """A term as the reader calls it: what is a thing's label in another language, too."""
        thing = self._thing(term)
        if isinstance(thing, NamedNode):
            label = self.service.library.labels.find(thing, *self.reader.languages)
            return label.value if label is not None else self.service.site.names.shorten(thing.value).strip("<>")
        return readable(term, self.service.site.names)

    def _link(self, term: Term | None) -> str | None:
        """The address of the page about a thing; a file of its own needs it in full."""
        thing = self._thing(term)
        found = page_of(self.service.site, thing.value, self.day) if isinstance(thing, NamedNode) else None
        return in_full(self.service.site, found) if found is not None and self.standalone else found

    def _tell(self, row: Sequence[Term | None]) -> str:
        """All of a row in words."""
        return " · ".join(filter(None, map(self._text, row)))


def _names(*columns: AnswerColumn) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _day(row: Sequence[Term | None], column: AnswerColumn | None) -> date | None:
    return day_of_term(row[column.place], years=True) if column is not None else None


def _in_order(sheet: Sheet, days: Sequence[AnswerColumn]) -> tuple[AnswerColumn, AnswerColumn | None]:
    """The columns of first and last days: as they stand, unless rows have it the other way round."""
    if len(days) == 1:
        return days[0], None
    one, other = days
    pairs = [(_day(row, one), _day(row, other)) for row in sheet.rows]
    forward = any(begins < ends for begins, ends in pairs if begins and ends)
    backward = any(begins > ends for begins, ends in pairs if begins and ends)
    return (other, one) if backward and not forward else (one, other)


def _fill(text: str, otherwise: str = "certain") -> str:
    """The fill that a text names."""
    word = text.casefold().replace("-", " ").split(" ")[-1]
    return word if word in _FILLS else otherwise


def _largest(rows: Sequence[Sequence[Term | None]], column: AnswerColumn) -> float:
    return max((number for row in rows if (number := number_of(row[column.place])) is not None), default=0)


def _shaded(values: dict[NamedNode, float]) -> tuple[dict[NamedNode, str], list[tuple[str, str]]]:
    """Shades of numbers: equally many states in each, those with equal numbers alike; and what each shade means."""
    ordered = sorted(values.values())
    shades = {value: 1 + ordered.index(value) * _SHADES // len(ordered) for value in ordered}
    key = []
    for shade in sorted(set(shades.values())):
        of = [value for value in ordered if shades[value] == shade]
        low, high = f"{of[0]:g}", f"{of[-1]:g}"
        key.append((f"shade-{shade}", low if low == high else f"{low}–{high}"))
    return {state: f"shade-{shades[value]}" for state, value in values.items()}, key
