"""A server of the shipped project, a browser, and what is tried in it.

The browser is the system's Chromium; axe-core and the Nu HTML checker lie in the folder that --browser-tools names, as
.ci/run installs them from what package.json says.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.build.store import Build
from kg.project import Project
from tests.web.running import running

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def tools(pytestconfig: pytest.Config) -> Path:
    """The folder of the npm packages."""
    folder: Path | None = pytestconfig.getoption("--browser-tools")
    if folder is None:
        pytest.skip("what browsers are tested with is not here: --browser-tools FOLDER names where it is")
    modules = folder.resolve() / "node_modules"
    if not modules.is_dir():
        pytest.skip(f"nothing is installed in {folder}")
    return modules


@pytest.fixture(scope="session")
def axe(tools: Path) -> str:
    """The program of axe-core."""
    return (tools / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def pictures(pytestconfig: pytest.Config, run_folder: Path) -> Path:
    """The folder of the pictures of pages."""
    folder: Path = pytestconfig.getoption("--pictures") or run_folder / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def site(tools: Path, shipped: Build, project: Project) -> Iterator[str]:
    """The address of a server of the shipped project."""
    with running(project=project.root) as server:
        yield f"http://127.0.0.1:{server.port}"


@pytest.fixture(scope="session")
def browser(tools: Path) -> Iterator[Browser]:
    """The system's Chromium."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium")
    from playwright.sync_api import sync_playwright

    # Chromium's own sandbox refuses to work for root.
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        yield chromium
        chromium.close()
