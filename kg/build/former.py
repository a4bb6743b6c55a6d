"""The build before, and what a new one has that it has not."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field

from pyoxigraph import Quad

from kg.build.build_parts import BuildPart, Changes
from kg.build.store import Build, former_build
from kg.project import Project
from kg.rdf.reread import reread


@dataclass(frozen=True)
class Former:
    """A build of the same project by the same code, of its files as they were.

    Attributes:
        build: the build.
    """

    build: Build
    _changes: dict[str, Changes] = field(default_factory=dict)

    @classmethod
    def of(cls, project: Project) -> Former | None:
        """That of a project, if there is one.

        Raises:
            CacheError: the cache folder cannot be read.
        """
        build = former_build(project)
        return None if build is None else cls(build)

    def changes(self, name: str, part: BuildPart) -> Changes:
        """How a part of another build differs from its own, which is looked at once.

        Args:
            name: the name of the part.
            part: that of the other build.

        Raises:
            OSError: it cannot be read: somebody is removing it, say.
        """
        if name not in self._changes:
            self._changes[name] = Changes.between(self.build.text(name), part.quads)
        return self._changes[name]

    def since_unsuspected(self, asserted: BuildPart, shapes: BuildPart) -> list[Quad] | None:
        """The statements in which what is asserted differs, if in its own no node was suspect by the same shapes."""
        with suppress(OSError):
            if self.build.info.unsuspected and self.build.text("shapes") == shapes.quads:
                changes = self.changes("asserted", asserted)
                return list(reread(b"\n".join([*changes.gone, *changes.new])))
        return None
