"""Proofs as trees, in text and in HTML: each step below what it is a premise of, and told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from kg.proofs.step import Finding, Leaf, Step, is_cell
from kg.reasoning.inconsistency import Statement

#: How what a node concludes is read; None is a contradiction.
Show = Callable[[Statement | Finding | None], str]


def text_tree(root: Step, show: Show) -> list[str]:
    """The steps and leaves of a proof, each below what it is a premise of; what comes again is not told again."""
    lines: list[str] = []
    told: set[Step | Leaf] = set()
    stack: list[tuple[Step | Leaf, str, str]] = [(root, "", "")]
    while stack:
        node, first, rest = stack.pop()
        text = f"{first}{show(node.conclusion)}"
        if isinstance(node, Leaf):
            lines.append(text + place_of(node))
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


def html_tree(roots: Sequence[Step], show: Show) -> str:
    """Proofs as a list that can be folded; what comes again is not told again."""
    parts: list[str] = []
    told: set[Step] = set()
    # What is left to write, the next last: nodes, and the ends of elements.
    stack: list[Step | Leaf | str] = list(reversed(roots))
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        statement = f"<code>{escape(show(node.conclusion))}</code>"
        if isinstance(node, Leaf):
            cited = "; ".join(source.citation or source.iri for source in node.sources)
            title = f' title="{escape(cited)}"' if cited else ""
            parts.append(f"<li>{statement} <small{title}>{escape(node.place)}</small></li>")
        elif node in told:
            parts.append(f"<li>{statement} (proved above)</li>")
        else:
            told.add(node)
            open_ = " open" if node in roots else ""
            parts.append(f"<li><details{open_}><summary>{statement}</summary>")
            parts.append(f"<b>{escape(node.rule)}</b> {escape(node.sentence)}<ul>")
            stack.append("</ul></details></li>")
            stack += reversed([premise for premise in node.premises if not is_cell(premise)])
    return f"<ul>{''.join(parts)}</ul>"


def place_of(leaf: Leaf) -> str:
    """Where a leaf stands and what it cites, as it follows the statement in a text."""
    sources = ", ".join(source.name for source in leaf.sources)
    return "".join(f"  {part}" for part in (leaf.place, f"({sources})" if sources else "") if part)


def cited(leaves: Iterable[Leaf]) -> list[str]:
    """The sources of some leaves with their citations, below a heading."""
    sources = sorted({source for leaf in leaves for source in leaf.sources}, key=lambda source: source.iri)
    width = max((len(source.name) for source in sources), default=0)
    lines = [f"  {source.name:<{width}}  {source.citation}".rstrip() for source in sources]
    return ["", "Sources:", *lines] if lines else []
