"""Explanations as text, JSON, Turtle (PROV-O) and Graphviz."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kg.proofs.as_json import to_json
from kg.proofs.as_rdf import to_turtle
from kg.proofs.proof import (
    AlreadyAsserted,
    Contradictions,
    Explanation,
    Leaf,
    NotEntailed,
    Proof,
    Step,
    is_cell,
    to_mend,
)
from kg.terms import shorten


def to_text(explanation: Explanation) -> str:
    """An explanation for people: an indented tree with files, lines and sources."""
    show = explanation.show
    if isinstance(explanation, AlreadyAsserted):
        lines = [show(explanation.leaf.conclusion), f"  is asserted{_place(explanation.leaf)}"]
        return _lines(lines + _cited([explanation.leaf]))
    if isinstance(explanation, NotEntailed):
        return _lines(_not_entailed(explanation))
    if isinstance(explanation, Contradictions):
        return _lines(_contradictions(explanation))
    leaves = [leaf for leaf in explanation.leaves if not is_cell(leaf)]
    return _lines(_tree(explanation, explanation.root) + _cited(leaves))


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


def _tree(explanation: Proof | Contradictions, root: Step) -> list[str]:
    """The steps and leaves of a proof, each below what it is a premise of; what comes again is not told again."""
    lines: list[str] = []
    told: set[Step | Leaf] = set()
    stack: list[tuple[Step | Leaf, str, str]] = [(root, "", "")]
    while stack:
        node, first, rest = stack.pop()
        text = f"{first}{explanation.show(node.conclusion)}"
        if isinstance(node, Leaf):
            lines.append(text + _place(node))
        elif node in told:
            lines.append(f"{text}  (proved above)")
        else:
            told.add(node)
            lines += [text, f"{rest}  {node.rule}: {node.sentence}".rstrip(" :")]
            premises = [premise for premise in node.premises if not is_cell(premise)]
            for premise in reversed(premises):
                last = premise is premises[-1]
                stack.append((premise, f"{rest}  {'└─' if last else '├─'} ", f"{rest}  {'   ' if last else '│  '}"))
    return lines


def _contradictions(explanation: Contradictions) -> list[str]:
    """The proof of each contradiction, which ends in the lines to mend, and what all rest on, the likeliest error."""
    if not explanation.roots:
        return ["consistent: there is no contradiction"]

    def places(heading: str, leaves: Iterable[Leaf]) -> list[str]:
        return ["", heading, *(f"  {leaf.place or 'unknown place'}  {show(leaf.conclusion)}" for leaf in leaves)]

    show, number = explanation.show, len(explanation.roots)
    common = to_mend(explanation.roots[0])
    lines: list[str] = []
    for count, root in enumerate(explanation.roots, start=1):
        heading, *proof = _tree(explanation, root)
        leaves = to_mend(root)
        common = [leaf for leaf in common if leaf in leaves]
        lines += [f"{heading} {count} of {number}", *proof, *_cited(leaves)]
        lines += [*places("One of these must be changed:", leaves), ""]
    return lines[:-1] + (places("All rest on:", common) if number > 1 and common else [])


def _not_entailed(explanation: NotEntailed) -> list[str]:
    show = explanation.show
    lines = [show(explanation.statement), "  does not follow."]
    if explanation.unknown:
        lines += [f"  No statement mentions {explanation.names[term]}." for term in explanation.unknown]
    elif not (explanation.attempts or explanation.other_days):
        lines.append("  No rule comes near to concluding it.")
    if explanation.other_days:
        lines += ["", "  What is known of other days:", *(f"    {finding.text}" for finding in explanation.other_days)]
    for attempt in explanation.attempts:
        lines += ["", f"  {attempt.rule} would conclude it from"]
        lines += [f"    holds    {show(statement)}" for statement in attempt.present]
        lines += [f"    missing  {show(pattern)}" for pattern in attempt.missing]
        if attempt.alike:
            lines.append(f"    and in {attempt.alike} other {'way' if attempt.alike == 1 else 'ways'} like this")
    return lines


def _place(leaf: Leaf) -> str:
    sources = ", ".join(shorten(source.iri) for source in leaf.sources)
    return "".join(f"  {part}" for part in (leaf.place, f"({sources})" if sources else "") if part)


def _cited(leaves: Iterable[Leaf]) -> list[str]:
    """The sources of some leaves with their citations, below a heading."""
    sources = sorted({source for leaf in leaves for source in leaf.sources}, key=lambda source: source.iri)
    width = max((len(shorten(source.iri)) for source in sources), default=0)
    lines = [f"  {shorten(source.iri):<{width}}  {source.citation}".rstrip() for source in sources]
    return ["", "Sources:", *lines] if lines else []


def _quoted(*lines: str) -> str:
    escaped = (line.replace("\\", "\\\\").replace('"', '\\"') for line in lines if line)
    return '"' + "\\n".join(escaped) + '"'


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
