"""The graph of a project, built with progress on standard error."""

from __future__ import annotations

from pathlib import Path

from kg.cli.output import messages, proof_hinted
from kg.cli.reasoning import growing
from kg.graph import Graph
from kg.project import Project, open_project
from kg.rdf.formats import GRAPH_FORMATS
from kg.reasoning.grounder import DEFAULT_LIMITS, ReasoningLimits

#: What is not read of a project and yet looks like data: other formats than Turtle, and archives.
_UNREAD = {*(suffix for form in GRAPH_FORMATS for suffix in form.suffixes), ".gz", ".bz2", ".xz", ".zip", ".zst"}


def built(root: Path | None, limits: ReasoningLimits = DEFAULT_LIMITS) -> Graph:
    """The graph of a project, which is built now if need be, within limits."""
    phases: list[str] = []

    def on_phase(phase: str, seconds: float | None) -> None:
        if not phases:
            warn_of_unread(project)
        phases.append(phase)
        if seconds is None:
            status.update(f"{phase} …")
        else:
            messages.print(f"{phase:<10} {seconds:6.2f} s")

    project = open_project(root)
    with messages.status("looking for changes …") as status, proof_hinted(root):
        graph = Graph(project, on_phase, limits, growing(status))
        warnings = graph.build.info.warnings
    if phases and warnings:
        messages.print(f"{warnings} {'warning' if warnings == 1 else 'warnings'}; kg validate shows them")
    return graph


def warn_of_unread(project: Project) -> None:
    """Name the files of a project that look like data and are not read, and say so if nothing is."""
    read = {*project.sources, *project.shapes}
    for path in project.files:
        # Protégé's catalog is XML and no RDF.
        if path not in read and path.suffix.lower() in _UNREAD and not path.name.startswith("catalog-v"):
            name = path.relative_to(project.root)
            messages.print(f"{name} is not read: a project's files are Turtle and end in .ttl", markup=False)
    if not project.sources:
        messages.print(f"{project.root}: there is no .ttl in ontology/ or graph/; the graph is empty", markup=False)
