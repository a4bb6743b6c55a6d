"""The graph of a project, built with progress on standard error."""

from __future__ import annotations

from pathlib import Path

from kg.cli.output import messages, proof_hinted
from kg.graph import Graph
from kg.project import open_project


def built(root: Path | None) -> Graph:
    """The graph of a project, which is built now if need be."""

    def on_phase(phase: str, seconds: float | None) -> None:
        if seconds is None:
            status.update(f"{phase} …")
        else:
            messages.print(f"{phase:<10} {seconds:6.2f} s")

    graph = Graph(open_project(root), on_phase)
    with messages.status("looking for changes …") as status, proof_hinted(root):
        _ = graph.build
    return graph
