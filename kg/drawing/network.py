"""Things and the ties between them, laid out the same way each time.

from kg.drawing.network import Node, Connection, draw_network

svg = draw_network(
    [Node("RUS", "Russia", link="/id/state/RUS"), Node("ARM", "Armenia", "to")],
    [Connection("RUS", "ARM", title="Russia owes Armenia defense", directed=True)],
    "Who owes whom",
)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, sin, sqrt

from kg.drawing.labels import Labeled, place_names
from kg.drawing.projection import Point
from kg.drawing.svg import frame, mark, name_of, number, path_data

#: Up to so many nodes forces between them decide where they are; more stand on a circle.
_FREE = 60
#: Rounds until forces have settled; how strongly all are drawn to the middle.
_ROUNDS, _GRAVITY = 120, 0.7
#: Height by width; the edge in which names at the border stand; the radius of a node; the size of an arrow's head.
_SHAPE, _EDGE, _DOT, _HEAD = 0.62, 46.0, 6.0, 6.0


@dataclass(frozen=True)
class Node:
    """A thing.

    Attributes:
        key: what ties name it by.
        name: what stands beside it, if there is room.
        kind: the class of its fill.
        title: what is told on pointing at it; its name if nothing is said.
        link: where it leads.
    """

    key: str
    name: str
    kind: str = "certain"
    title: str = ""
    link: str | None = None


@dataclass(frozen=True)
class Connection:
    """What holds between two things; several between the same two are drawn as one."""

    source: str
    target: str
    title: str = ""
    kind: str = "tie"
    directed: bool = False
    link: str | None = None


def draw_network(
    nodes: Sequence[Node], ties: Iterable[Connection], label: str, *, width: float = 640, standalone: bool = False
) -> str:
    """The network as SVG.

    Args:
        nodes: the things, the most important first, for names that compete for room.
        ties: what holds between them; a tie of something to itself, or to what is no node, is left out.
        label: what it shows, in words.
        width: in units, of which the names are 14 high.
        standalone: whether it is a file of its own.
    """
    height = round(width * _SHAPE)
    keys = [node.key for node in nodes]
    joined: dict[tuple[str, str], list[Connection]] = defaultdict(list)
    for tie in ties:
        if tie.source != tie.target and tie.source in keys and tie.target in keys:
            joined[tie.source, tie.target].append(tie)
    places = _places(keys, list(joined), width, height)
    lines = [_line(places[source], places[target], several) for (source, target), several in joined.items()]
    dots = []
    for node in nodes:
        x, y = places[node.key]
        at = f'cx="{number(x)}" cy="{number(y)}" r="{number(_DOT)}"'
        dots.append(mark(f'<circle class="{name_of(node.kind)}" {at}/>', node.title or node.name, node.link))
    boxes = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in places.values()]
    names = place_names([Labeled(node.name, (), places[node.key]) for node in nodes], width, height, boxes)
    parts = [*lines, *dots, *(name.drawn() for name in names)]
    return frame("network", width, height, label, parts, standalone=standalone)


def _line(source: Point, target: Point, ties: Sequence[Connection]) -> str:
    """A line from the edge of a node to that of another, with a head if the tie has a direction."""
    far = hypot(target[0] - source[0], target[1] - source[1]) or 1.0
    across, along = (target[0] - source[0]) / far, (target[1] - source[1]) / far
    x, y = target[0] - across * (_DOT + 2), target[1] - along * (_DOT + 2)
    data = path_data("M", source[0], source[1], "L", x, y)
    if any(tie.directed for tie in ties):
        back_x, back_y = x - across * _HEAD, y - along * _HEAD
        side_x, side_y = -along * _HEAD / 2, across * _HEAD / 2
        data += path_data("M", back_x + side_x, back_y + side_y, "L", x, y, back_x - side_x, back_y - side_y)
    title = "; ".join(dict.fromkeys(tie.title for tie in ties if tie.title))
    link = next((tie.link for tie in ties if tie.link), None)
    return mark(f'<path class="line {name_of(ties[0].kind)}" d="{data}"/>', title, link)


def _places(keys: Sequence[str], ties: Iterable[tuple[str, str]], width: float, height: float) -> dict[str, Point]:
    """Where the nodes are: on a circle, from which forces move them if they are few."""
    turn = 2 * pi / max(len(keys), 1)
    circle = [(sin(turn * i), -cos(turn * i)) for i in range(len(keys))]
    numbers = {key: i for i, key in enumerate(keys)}
    pairs = sorted({(min(numbers[a], numbers[b]), max(numbers[a], numbers[b])) for a, b in ties})
    points = _settled(circle, pairs) if 2 < len(keys) <= _FREE else circle
    low_x, high_x = min((x for x, _ in points), default=0.0), max((x for x, _ in points), default=0.0)
    low_y, high_y = min((y for _, y in points), default=0.0), max((y for _, y in points), default=0.0)
    return {
        key: (
            _EDGE + (width - 2 * _EDGE) * ((x - low_x) / (high_x - low_x) if high_x > low_x else 0.5),
            _EDGE + (height - 2 * _EDGE) * ((y - low_y) / (high_y - low_y) if high_y > low_y else 0.5),
        )
        for key, (x, y) in zip(keys, points, strict=True)
    }


def _settled(points: Sequence[Point], pairs: Sequence[tuple[int, int]]) -> list[Point]:
    """The points after nodes have pushed one another away and ties have pulled them together.

    T. Fruchterman, E. Reingold, "Graph Drawing by Force-directed Placement", Software: Practice and Experience 21(11),
    1991. Nothing is drawn by lot, so that the same network always looks the same.
    """
    places = [list(point) for point in points]
    apart = sqrt(4 / len(places))
    for turn in range(_ROUNDS):
        forces = [[-x * _GRAVITY, -y * _GRAVITY] for x, y in places]
        for i, (x, y) in enumerate(places):
            for j in range(i):
                dx, dy = x - places[j][0], y - places[j][1]
                push = apart * apart / (dx * dx + dy * dy + 1e-6)
                forces[i][0] += dx * push
                forces[i][1] += dy * push
                forces[j][0] -= dx * push
                forces[j][1] -= dy * push
        for i, j in pairs:
            dx, dy = places[i][0] - places[j][0], places[i][1] - places[j][1]
            pull = hypot(dx, dy) / apart
            forces[i][0] -= dx * pull
            forces[i][1] -= dy * pull
            forces[j][0] += dx * pull
            forces[j][1] += dy * pull
        furthest = 0.2 * (1 - turn / _ROUNDS)
        for place, (dx, dy) in zip(places, forces, strict=True):
            scale = min(furthest / (hypot(dx, dy) or 1.0), 1.0)
            place[0] += dx * scale
            place[1] += dy * scale
    return [(x, y) for x, y in places]
