"""Shared fixtures: the reasoning of the shipped graph, done once."""

from __future__ import annotations

import pytest

from kg.build.store import Build
from kg.project import Project
from kg.proofs.explainer import Explainer
from kg.rdf.load import load_project
from kg.reasoning.inconsistency import Statement


@pytest.fixture(scope="session")
def explainer(project: Project, shipped: Build) -> Explainer:
    """What explains the shipped graph."""
    return Explainer(shipped.asserted(), project=project)


@pytest.fixture(scope="session")
def shipped_statements(project: Project) -> set[Statement]:
    """What the files of the shipped project state, read anew."""
    return {Statement(*quad.triple) for quad in load_project(project)}
