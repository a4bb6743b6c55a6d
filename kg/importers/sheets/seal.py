"""Whether what was made of sheets was changed since: the file of their rows has a digest of all beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from pyoxigraph import Triple

from kg.project import Project
from kg.rdf.load import load_files

#: Where in a project each workbook has its folder.
SHEETS_FOLDER = "graph/sheets"
#: The file of the rows, in that folder.
ROWS_FILE = "rows"
_SEAL = re.compile(r"^# Digest of what was made of them: ([0-9a-f]{64})$", re.MULTILINE)


def seal(triples: Iterable[Triple]) -> str:
    """The line of a comment that has the digest of some statements."""
    return f"Digest of what was made of them: {_digest(triples)}"


def changed_workbooks(project: Project) -> list[str]:
    """The workbooks of a project whose Turtle says something else than it did when they were brought in."""
    changed = []
    for rows in sorted((project.root / SHEETS_FOLDER).glob(f"*/{ROWS_FILE}.ttl")):
        found = _SEAL.search(rows.read_text(encoding="utf-8"))
        files = sorted(path for path in rows.parent.glob("*.ttl") if path != rows)
        if found is None or found[1] != _digest(quad.triple for quad in load_files(files)):
            changed.append(rows.parent.name)
    return changed


def _digest(triples: Iterable[Triple]) -> str:
    return sha256("\n".join(sorted(set(map(str, triples)))).encode()).hexdigest()
