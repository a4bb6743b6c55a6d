"""A contradiction as an error that says which statements cannot all be true, and where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.errors import Inconsistent
from kg.rdf.load import locate
from kg.reasoning.inconsistency import Clash, Statement


def require_consistency(clashes: Sequence[Clash], files: Sequence[Path]) -> None:
    """Raise the first contradiction: its rule and its statements, each with the file and line that asserts it.

    Raises:
        Inconsistent: there are contradictions; the message counts the others.
    """
    if not clashes:
        return
    clash, others = clashes[0], len(clashes) - 1
    causes = "; ".join(_cite(statement, files) for statement in clash.triples) or clash.message
    more = f" (and {others} more like it)" if others else ""
    raise Inconsistent(f"inconsistent by rule {clash.rule}: {causes}{more}")


def _cite(statement: Statement, files: Sequence[Path]) -> str:
    place = locate(files, lambda quad: (quad.subject, quad.predicate, quad.object) == statement)
    return f"{statement} ({f'{place[0]}:{place[1]}' if place else 'inferred'})"
