"""The pictures of the README, of the pages as they are: ``python -m tests.browser.pictures [FOLDER]``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from kg.build.pipeline import build
from kg.project import open_project
from tests.web.running import running

#: Each picture's name, the address of its page, and how high it is.
_PICTURES = (
    ("owed", "/owed?type=defense&to=ARM&on=2022-09-13", 900),
    ("case", "/case?attacker=AZE&victim=ARM&on=2022-09-13&in=Jermuk", 800),
    ("alliance", "/doc/id/organization/CSTO.html", 800),
)
_WIDTH = 1100
_FOLDER = Path(__file__).parents[2] / "docs"


def main() -> None:
    """Serve the project, open each page and keep what is seen of it."""
    from playwright.sync_api import sync_playwright

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else _FOLDER
    program = shutil.which("chromium")
    if program is None:
        sys.exit("There is no chromium.")
    folder.mkdir(parents=True, exist_ok=True)
    build(open_project())  # so that the server need not
    with running(project=open_project().root) as server, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, chromium_sandbox=os.geteuid() != 0)
        for name, path, height in _PICTURES:
            page = browser.new_page(locale="en", color_scheme="light", viewport={"width": _WIDTH, "height": height})
            page.goto(f"http://127.0.0.1:{server.port}{path}", timeout=120_000)
            page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=75)
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
