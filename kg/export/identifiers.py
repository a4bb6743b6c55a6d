"""Identifiers as tables and diagrams have them: without what all of them begin with."""

from __future__ import annotations

from kg.terms import CONCEPTS, Namespaces


def short_identifier(iri: str, project: Namespaces, *, whole: bool = False) -> str:
    """An identifier below the namespace of a project's individuals, or of the concepts, without that namespace.

    Args:
        iri: the identifier; one from elsewhere stays an IRI.
        project: the namespaces of the project.
        whole: whether the kind of thing, as in ``state/ARM``, is kept.
    """
    for namespace in (project.id, CONCEPTS.iri):
        if iri.startswith(namespace):
            path = iri.removeprefix(namespace)
            return path if whole else path.partition("/")[2] or path
    return iri
