"""A page in a browser that has seen nothing before, and all that goes wrong while it is open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

#: The widths of a desk's screen and of a phone's.
WIDE, NARROW = 1280, 390
_HEIGHT = 900
#: Milliseconds for a page to come: some take reasoning.
_MILLISECONDS = 120_000
#: A picture ends here; what is further down looks alike.
_MOST_HEIGHT = 5000
_AXE = """rules => axe.run(document, {
  preload: false,  // which would fetch style sheets again
  resultTypes: ['violations'],
  ...(rules.length ? {runOnly: rules} : {rules: {'target-size': {enabled: true}}}),
})"""


class Visit:
    """A page that is open in a browser.

    Attributes:
        page: the page.
        problems: what went wrong.
    """

    def __init__(self, page: Page, site: str) -> None:
        self.page, self.problems = page, list[str]()
        self._site, self._where, self._finished = site, "at first", list["Request"]()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self._note(f"script: {error}"))
        page.on("request", self._requested)
        page.on("requestfinished", self._arrived)

    def open(self, path: str, status: int = 200) -> None:
        """Go to a page."""
        response = self.page.goto(self._site + path, wait_until="load", timeout=_MILLISECONDS)
        assert response is not None and response.status == status, (path, response and response.status)

    def weight(self) -> int:
        """The bytes that have been on their way until now, headers aside, and scripts, without which it is complete."""
        needed = (request for request in self._finished if request.resource_type != "script")
        return sum(request.sizes()["responseBodySize"] for request in needed)

    def look(self, width: int, scheme: str) -> None:
        """See the page at a width, light or dark, and note whether it has to be scrolled sideways."""
        self._where = f"{width} px, {scheme}"
        self.page.set_viewport_size({"width": width, "height": _HEIGHT})
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        if self.page.evaluate("document.scrollingElement.scrollWidth > innerWidth"):
            self._note(f"is scrolled sideways for {', '.join(self.page.evaluate(_TOO_WIDE))}")

    def unfold(self) -> None:
        """Open all that can be unfolded."""
        self.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")

    def check(self, axe: str, *rules: str) -> None:
        """Note what axe-core finds, by all of its rules and the size of targets, or by some rules."""
        self.page.evaluate(axe)  # not by a script element, which the page's policy refuses
        for found in self.page.evaluate(_AXE, list(rules))["violations"]:
            nodes: list[dict[str, Any]] = found["nodes"]
            first = nodes[0]
            self._note(f"{found['id']}, {len(nodes)} times, first {first['html'][:200]}: {first['failureSummary']}")

    def picture(self, file: Path) -> None:
        """Keep a picture of the page."""
        width, height = self.page.evaluate("[innerWidth, document.scrollingElement.scrollHeight]")
        clip = {"x": 0, "y": 0, "width": width, "height": min(height, _MOST_HEIGHT)}
        self.page.screenshot(path=file, type="jpeg", quality=80, full_page=True, clip=clip)  # type: ignore[arg-type]

    def links(self) -> set[str]:
        """Where the page's main part leads to."""
        return set(
            self.page.evaluate("[...document.querySelectorAll('main a[href]')].map(a => a.href.baseVal ?? a.href)")
        )

    def _note(self, problem: str) -> None:
        self.problems.append(f"{self._where}: {' '.join(problem.split())}")

    def _heard(self, message: ConsoleMessage) -> None:
        # A browser says of a page that is itself a refusal that it did not load.
        if message.type == "error" and message.location["url"] != self.page.url:
            self._note(f"console: {message.text} ({message.location['url']})")

    def _arrived(self, request: Request) -> None:
        self._finished.append(request)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((f"{self._site}/", "data:", "blob:")):
            self._note(f"leaves the server for {request.url}")


@contextmanager
def visit(browser: Browser, site: str, language: str, *, scripts: bool = True) -> Iterator[Visit]:
    """A visit by somebody who reads a language, with or without scripts."""
    viewport = {"width": WIDE, "height": _HEIGHT}
    context = browser.new_context(locale=language, java_script_enabled=scripts, viewport=viewport)  # type: ignore[arg-type]
    try:
        yield Visit(context.new_page(), site)
    finally:
        context.close()


#: The elements that reach furthest beyond the right edge and are not within something that scrolls by itself.
_TOO_WIDE = """() => {
  const scrolls = one => one && one !== document.body &&
    (['auto', 'scroll', 'hidden'].includes(getComputedStyle(one).overflowX) || scrolls(one.parentElement));
  return [...document.body.querySelectorAll('*')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5 && !scrolls(one.parentElement))
    .slice(-3).map(one => `${one.outerHTML.slice(0, 120)} (${Math.round(one.getBoundingClientRect().right)} px)`);
}"""
