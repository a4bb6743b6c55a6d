"""Each route that answers with a page is walked in the browser (`tests/browser`)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask.testing import FlaskClient

from kg.web.openapi import entries
from tests.browser.walks import WALKS


def test_each_page_has_a_walk(world: FlaskClient) -> None:
    app = world.application
    routes = app.url_map.bind("localhost")
    walked = {routes.match(urlsplit(walk.path).path)[0] for walk in WALKS if walk.status != 404}
    pages = {rule.endpoint for rule, entry in entries(app).values() if "text/html" in entry.media_types}
    assert pages <= walked
