"""Bundles the editor of the query page into the wheel, where there is Node to do so.

Without it, or without its packages, the wheel is built all the same: the page then has its plain text area.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: Seconds that installing the editor's packages, and bundling them, may take each.
_SECONDS = 120
#: The bundle, and the licenses of what is in it.
_FILES = ("editor.js", "editor.licenses.txt")


class EditorHook(BuildHookInterface):
    """Adds the bundle to a wheel; an editable install has what its folder has."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the bundle, in a folder of its own, so that the source stays as it is."""
        self._made = tempfile.TemporaryDirectory(prefix="casus-editor-", ignore_cleanup_errors=True)
        if version == "editable":
            return
        try:
            bundle = _bundle(Path(self.root, "editor"), Path(self._made.name, "editor"))
        except _NotBundled as reason:
            self.app.display_warning(f"The query page gets its plain text area, without the editor: {reason}")
            return
        build_data["force_include"] |= {str(bundle / name): f"kg/web/static/{name}" for name in _FILES}

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Take away what the bundle was made of."""
        self._made.cleanup()


class _NotBundled(Exception):
    """Why there is no bundle."""


def _bundle(source: Path, copy: Path) -> Path:
    """Make the bundle in a copy of the editor's folder; the folder that it is in."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        raise _NotBundled("there is no Node with npm")
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns("node_modules"))
    _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"], copy)
    _run([node, "build.js", "bundle"], copy)
    return copy / "bundle"


def _run(command: list[str], folder: Path) -> None:
    name = Path(command[0]).stem
    try:
        done = subprocess.run(
            command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _NotBundled(f"{name}: {error}") from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise _NotBundled(f"{name} says: {said[0] if said else done.returncode}")
