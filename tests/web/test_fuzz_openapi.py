"""The server against its own OpenAPI document: requests of each operation, such as it allows and such as it does not.

Schemathesis makes them. None may end in an error of the server's; each status and content type must be documented.
"""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from running import Server, running
from worlds import PACT, party, write_project

#: The same requests each time.
COMMAND = [
    *(sys.executable, "-m", "schemathesis.cli", "run", "--no-color", "--warnings", "off"),
    *("--phases", "examples,coverage,fuzzing", "--max-examples", "8", "--generation-deterministic"),
    *("--continue-on-failure", "--max-redirects", "0", "--request-timeout", "30"),
    # What makes a query one in SPARQL is beyond a schema.
    *("--exclude-checks", "positive_data_acceptance"),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(project=write_project(tmp_path_factory.mktemp("project"), PACT, party("ARM"), party("AZE"))) as server:
        yield server


@pytest.fixture(scope="module")
def operations(server: Server) -> dict[str, Any]:
    """What can be asked by GET, by its path."""
    paths = json.loads(server.send("/openapi.json").text)["paths"]
    return {path: item["get"] for path, item in paths.items()}


def test_the_server_keeps_to_its_api_document(server: Server, tmp_path: Path, operations: dict[str, Any]) -> None:
    address = f"http://127.0.0.1:{server.port}/openapi.json"
    done = subprocess.run([*COMMAND, address], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    selected = re.search(r"(\d+) selected / (\d+) total", done.stdout)
    assert selected is not None and selected[1] == selected[2]
    assert int(selected[1]) >= 2 * len(operations)  # GET and HEAD
    assert server.ask("ASK { ?party casus:party state:ARM }").text == "true\n"
    assert "Traceback" not in server.log.read_text()


def test_head_says_what_get_would(server: Server, operations: dict[str, Any]) -> None:
    changing = {"date", "transfer-encoding"}

    def send(method: str, address: str, accept: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        connection.request(method, address, headers={"Accept": accept, "Accept-Encoding": "gzip"})
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders() if name.lower() not in changing}
        body = response.read()
        connection.close()
        return response.status, headers, body

    statuses = set()
    for path, operation in operations.items():
        if path == "/metrics":
            continue  # it says something else each time
        examples = {item["name"]: item["example"] for item in operation["parameters"] if "example" in item}
        address = path.format_map(dict.fromkeys(("name", "filename", "path"), "none") | examples)
        query = urlencode({name: value for name, value in examples.items() if f"{{{name}}}" not in path})
        for accept in ("*/*", "text/html", "text/turtle"):
            status, headers, body = send("GET", f"{address}?{query}", accept)
            assert int(headers.get("content-length", len(body))) == len(body), address
            assert send("HEAD", f"{address}?{query}", accept)[:2] == (status, headers), address
            assert send("HEAD", f"{address}?{query}", accept)[2] == b""
            statuses.add(status)
    assert {200, 303, 404} <= statuses
