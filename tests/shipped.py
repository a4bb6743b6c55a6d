"""How the shipped project names things, by short names for the tests."""

from __future__ import annotations

from kg.project import shipped_names

NAMES = shipped_names()
BASE, ID, GRAPH, PREFIXES = NAMES.base, NAMES.id, NAMES.graph, dict(NAMES.prefixes)
INFERRED_GRAPH, DERIVED_GRAPH, MERGED_GRAPH = NAMES.inferred, NAMES.derived, NAMES.merged
GENERATED, ONTOLOGY, SHAPES = NAMES.generated, BASE + "ontology", BASE + "shapes#"
shorten = NAMES.shorten
