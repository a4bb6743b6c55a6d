"""Makes the country shapes of kg/drawing from Natural Earth's, as the npm package world-atlas has them in TopoJSON.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m tests.drawing.natural_earth package

It keeps codes and outlines, to as many digits as a drawing of some hundred pixels can show. A state that the shapes of
1:50 million lack comes from those of 1:10 million. Natural Earth draws who holds a place; as far as states of the graph
differ over it, maps go by the United Nations: Crimea is drawn with Ukraine (General Assembly resolution 68/262), and
`kg.drawing.shapes.COUNTED_WITH` says with whom goes what the UN's list has no code for.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parents[2] / "kg" / "drawing"
#: Steps from one side of the world to the other.
STEPS = {"50m": 20_000, "110m": 10_000}
#: What M49 has no code for goes by the identifier of the graph, or by none if the graph has no such state.
UNCODED = {"Kosovo": "XKX", "N. Cyprus": "NCY", "Somaliland": "XSL"}
RUSSIA, UKRAINE = "643", "804"
#: West, south, east, north of the peninsula, in degrees.
CRIMEA = (32.0, 44.0, 37.0, 46.5)
ORIGIN = (
    "Made with Natural Earth (naturalearthdata.com), version 4.1, which is in the public domain, from the npm package"
    " world-atlas 2.0.2. Ids are UN M49 codes."
)


def absolute(topology: dict[str, Any], steps: int) -> list[list[tuple[int, int]]]:
    """The arcs on a grid of so many steps, without points that repeat the one before."""
    (kx, ky), (x0, y0) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points: list[tuple[int, int]] = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            point = round((x * kx + x0 + 180) / 360 * steps), round((y * ky + y0 + 90) / 180 * steps)
            if not points or points[-1] != point:
                points.append(point)
        arcs.append(points if len(points) > 1 else points * 2)
    return arcs


def is_in(
    box: tuple[float, float, float, float], ring: list[int], arcs: list[list[tuple[int, int]]], steps: int
) -> bool:
    """Whether a ring is all within a box of degrees."""
    points = [point for arc in ring for point in arcs[arc if arc >= 0 else ~arc]]
    degrees = [(x * 360 / steps - 180, y * 180 / steps - 90) for x, y in points]
    return all(box[0] <= x <= box[2] and box[1] <= y <= box[3] for x, y in degrees)


def polygons(geometry: dict[str, Any]) -> list[list[list[int]]]:
    return [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]


def compact(topology: dict[str, Any], finer: dict[str, Any], steps: int) -> dict[str, Any]:
    shapes = topology["objects"]["countries"]["geometries"]
    arcs = absolute(topology, steps)
    found: dict[str, list[list[list[int]]]] = {}
    for shape in shapes:
        code = shape.get("id") or UNCODED.get(shape["properties"]["name"], "")
        for polygon in polygons(shape):
            # Antarctica's outline is a line along the pole there, and its coast a hole in that.
            rings = [ring for ring in polygon if any(y > 0 for arc in ring for _, y in arcs[arc if arc >= 0 else ~arc])]
            found.setdefault(UKRAINE if code == RUSSIA and is_in(CRIMEA, rings[0], arcs, steps) else code, []).append(
                rings
            )
    if steps == STEPS["50m"]:
        fine = absolute(finer, steps)
        for shape in finer["objects"]["countries"]["geometries"]:
            if shape.get("id", "") not in found:
                found[shape["id"]] = []
                for polygon in polygons(shape):
                    rings = []
                    for ring in polygon:
                        rings.append(list(range(len(arcs), len(arcs) + len(ring))))
                        arcs.extend(fine[arc] if arc >= 0 else fine[~arc][::-1] for arc in ring)
                    found[shape["id"]].append(rings)
    return {
        "type": "Topology",
        "origin": ORIGIN,
        "transform": {"scale": [360 / steps, 180 / steps], "translate": [-180, -90]},
        "objects": {
            "countries": {
                "type": "GeometryCollection",
                "geometries": [
                    {"type": "MultiPolygon", "id": code, "arcs": found[code]}
                    if code
                    else {"type": "MultiPolygon", "arcs": found[code]}
                    for code in sorted(found)
                ],
            }
        },
        "arcs": [[arc[0], *((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(arc))] for arc in arcs],
    }


def main(folder: Path) -> None:
    read = {
        name: json.loads((folder / f"countries-{name}.json").read_text(encoding="utf-8"))
        for name in ("110m", "50m", "10m")
    }
    for name, steps in STEPS.items():
        text = json.dumps(compact(read[name], read["10m"], steps), separators=(",", ":"))
        (TARGET / f"countries-{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
