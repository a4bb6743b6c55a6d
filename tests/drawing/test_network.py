"""Networks: laid out the same way each time, within their frame, nodes apart."""

from __future__ import annotations

import time
from itertools import combinations
from math import dist

from kg.drawing.network import Connection, Node, draw_network
from tests.drawing.reading import SVG, marked, parsed, titles

NODES = [
    Node("NATO", "NATO", "to"),
    *(Node(name, name, link=f"/{name}") for name in ("US", "France", "Spain", "Italy")),
]
TIES = [Connection(node.key, "NATO", f"{node.name} in NATO", directed=True) for node in NODES[1:]]


def places(svg: str) -> list[tuple[float, float]]:
    return [(float(dot.attrib["cx"]), float(dot.attrib["cy"])) for dot in parsed(svg).iter(f"{SVG}circle")]


def test_nodes_and_ties_say_what_they_are() -> None:
    svg = draw_network(NODES, TIES, "members")
    assert set(titles(svg)) == {node.name for node in NODES} | {tie.title for tie in TIES}
    assert len(list(parsed(svg).iter(f"{SVG}a"))) == 4


def test_what_is_tied_to_all_is_amid_them() -> None:
    found = places(draw_network(NODES, TIES, ""))
    middle = (sum(x for x, _ in found[1:]) / 4, sum(y for _, y in found[1:]) / 4)
    assert dist(found[0], middle) < 60


def test_several_ties_between_two_are_one_and_loops_are_none() -> None:
    ties = [
        Connection("US", "NATO", "one"),
        Connection("US", "NATO", "two"),
        Connection("US", "US", "loop"),
        Connection("US", "absent", "lost"),
    ]
    svg = draw_network(NODES, ties, "")
    assert marked(svg, "one; two").tag == f"{SVG}path"
    assert not {"loop", "lost"} & set(titles(svg))


def test_it_is_the_same_each_time_and_soon_drawn() -> None:
    nodes = [Node(str(n), f"Node {n}") for n in range(60)]
    ties = [Connection(str(n), str((n * 7 + 3) % 60)) for n in range(60)]
    start = time.process_time()
    svg = draw_network(nodes, ties, "")
    assert time.process_time() - start < 2
    assert svg == draw_network(nodes, ties, "")
    root = parsed(svg)
    width, height = map(float, root.attrib["viewBox"].split()[2:])
    assert all(0 < x < width and 0 < y < height for x, y in places(svg))
    assert min(dist(a, b) for a, b in combinations(places(svg), 2)) > 6


def test_one_node_many_nodes_none() -> None:
    assert len(places(draw_network([Node("a", "a")], [], ""))) == 1
    assert places(draw_network([], [], "")) == []
    many = draw_network([Node(str(n), str(n)) for n in range(200)], [], "")
    assert len(set(places(many))) == 200


def test_hostile_words_stay_words() -> None:
    hostile = "<script>\"'&\x02"
    svg = draw_network(
        [Node(hostile, hostile), Node("b", "b")], [Connection(hostile, "b", hostile, link=hostile)], hostile
    )
    assert not list(parsed(svg).iter(f"{SVG}script"))
    assert titles(svg).count(hostile.replace("\x02", "\N{REPLACEMENT CHARACTER}")) == 2
