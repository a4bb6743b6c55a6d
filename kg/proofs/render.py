"""Explanations as text, JSON, Turtle (PROV-O) and Graphviz."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kg.proofs.as_json import to_json
from kg.proofs.as_rdf import to_turtle
from kg.proofs.proof import AlreadyAsserted, Explanation, NotEntailed
from kg.proofs.step import Leaf, Step, is_cell


def to_text(explanation: Explanation) -> str:
    """An explanation for people: an indented tree with files, lines and sources."""
    return f"{explanation}\n"


def to_dot(explanation: Explanation) -> str:
    """An explanation as a graph for Graphviz: boxes are statements, asserted ones filled, ellipses are rules."""
    lines = ["digraph proof {", "  rankdir=BT;", '  node [fontname="sans-serif", shape=box];']
    if isinstance(explanation, NotEntailed):
        lines.append(f"  goal [label={_quoted(explanation.show(explanation.statement))}, style=dashed];")
        for number, attempt in enumerate(explanation.attempts):
            lines.append(f"  r{number} [label={_quoted(attempt.rule)}, shape=ellipse];")
            lines.append(f"  r{number} -> goal [style=dashed];")
            for index, pattern in enumerate((*attempt.present, *attempt.missing)):
                style = "filled" if index < len(attempt.present) else "dashed"
                lines.append(f"  p{number}_{index} [label={_quoted(explanation.show(pattern))}, style={style}];")
                lines.append(f"  p{number}_{index} -> r{number};")
    else:
        nodes = [explanation.leaf] if isinstance(explanation, AlreadyAsserted) else explanation.nodes()
        numbers: dict[Step | Leaf, int] = {}
        for node in nodes:
            if is_cell(node):
                continue
            number = numbers[node] = len(numbers)
            text = explanation.show(node.conclusion)
            if isinstance(node, Leaf):
                lines.append(f"  s{number} [label={_quoted(text, node.place)}, style=filled];")
            else:
                lines.append(f"  s{number} [label={_quoted(text)}];")
                lines.append(f"  r{number} [label={_quoted(node.rule)}, shape=ellipse];")
                lines.append(f"  r{number} -> s{number};")
                lines += [f"  s{numbers[premise]} -> r{number};" for premise in node.premises if premise in numbers]
    return _lines([*lines, "}"])


#: Format -> how an explanation is written in it.
RENDERERS: dict[str, Callable[[Explanation], str]] = {
    "text": to_text,
    "json": to_json,
    "turtle": to_turtle,
    "dot": to_dot,
}


def _quoted(*lines: str) -> str:
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines if line)
    return '"' + "\\n".join(escaped) + '"'


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
