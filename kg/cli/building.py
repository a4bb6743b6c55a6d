"""The build of a project and its store, with progress on standard error."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pyoxigraph import Store

from kg.build.as_of import snapshot
from kg.build.pipeline import build
from kg.build.store import Build, open_store
from kg.cli.output import messages, proof_hinted
from kg.project import open_project


def built(root: Path | None) -> Build:
    """The build of a project."""

    def on_phase(phase: str, seconds: float | None) -> None:
        if seconds is None:
            status.update(f"{phase} …")
        else:
            messages.print(f"{phase:<10} {seconds:6.2f} s")

    with messages.status("looking for changes …") as status, proof_hinted(root):
        return build(open_project(root), on_phase)


def opened(root: Path | None, day: date | None = None) -> Store:
    """The store of a project, or its snapshot of a day."""
    finished = built(root)
    if day is None:
        return open_store(finished.store)
    with proof_hinted(root, day):
        return open_store(snapshot(finished, day))
