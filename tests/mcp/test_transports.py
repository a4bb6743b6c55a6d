"""The official client lists the tools, calls each and gets typed results, over both transports."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import validate
from processes import free_port
from pyoxigraph import RdfFormat, parse
from talking import Conversation, conversation, listening, over_stdio

from kg.build.store import Build

DAY = "2020-01-01"
#: Each tool with arguments, and something that it then tells.
CALLS: dict[str, tuple[dict[str, Any], Any]] = {
    "find": ({"text": "Армения", "kind": "states"}, lambda told: told["found"][0]["term"] == "state:ARM"),
    "describe": (
        {"iri": "organization:CSTO"},
        lambda told: (told["confidence"], told["names"][1]["label"]) == ("verified", "ru") and told["complete"],
    ),
    "schema": (
        {"about": "what takes part away from a suspended member"},
        lambda told: any(term["term"] == "casus:SuspensionEpisode" and term["example"] for term in told["terms"]),
    ),
    "questions": (
        {"about": "Which states left the Rio Treaty?"},
        lambda told: told["questions"][0]["mentions"][0]["term"] == "treaty:TIAR" and told["questions"][0]["rows"],
    ),
    "owed": (
        {"on": DAY, "beneficiary": "Armenia", "kind": "defense"},
        lambda told: "5 states certainly" in told["answer"] and told["clauses"][0]["sources"],
    ),
    "case": (
        {"attacker": "AZE", "victim": "ARM", "on": DAY, "requested": True, "proof_for": "state:RUS"},
        lambda told: told["owed"][0]["level"] == "certain" and told["proofs"][0]["proof"]["sources"],
    ),
    "what_if": (
        {"without": "ARM", "within": "organization:CSTO", "start": "2020-01-01"},
        lambda told: told["lost"] > 50 and told["treaties"][0]["duties"][0]["holders"],
    ),
    "check": (
        {"statement": "Russia owes defense to Kazakhstan on 2020-01-01"},
        lambda told: told["verdict"] == "holds" and told["proof"]["sources"],
    ),
    "query": (
        {"sparql": "SELECT ?s { ?s casus:memberOf organization:CSTO } ORDER BY ?s", "as_of": DAY, "limit": 2},
        lambda told: told["more"] and told["rows"][0]["s"] == {"value": "state:ARM", "label": "Armenia"},
    ),
    "explain": (
        {"s": "state:RUS", "p": "casus:owesDefenseTo", "o": "state:KAZ", "as_of": DAY},
        lambda told: told["outcome"] == "inferred" and any(step.get("sources") for step in told["steps"]),
    ),
}


@pytest.fixture(scope="module", params=["stdio", "http"])
def talk(request: pytest.FixtureRequest, shipped: Build) -> Iterator[Conversation]:
    if request.param == "stdio":
        with conversation(over_stdio()) as connected:
            yield connected
        return
    port = free_port()
    with listening("mcp", "--http", str(port)), conversation(f"http://127.0.0.1:{port}/mcp") as connected:
        yield connected


def test_tools_say_what_they_take_and_give_and_that_they_only_read(talk: Conversation) -> None:
    tools = {tool.name: tool for tool in talk.ask("list_tools").tools}
    assert tools.keys() == CALLS.keys()
    for tool in tools.values():
        assert tool.title and tool.description and "\n    " not in tool.description
        assert tool.input_schema["additionalProperties"] is False
        assert all("description" in said for said in tool.input_schema["properties"].values()), tool.name
        assert tool.output_schema is not None and tool.output_schema["type"] == "object"
        hints = tool.annotations
        assert (hints.read_only_hint, hints.idempotent_hint, hints.destructive_hint) == (True, True, False)


@pytest.mark.parametrize("name", CALLS)
def test_a_tool_tells_what_its_schema_says(talk: Conversation, name: str) -> None:
    arguments, holds = CALLS[name]
    told = talk.told(name, **arguments)
    assert holds(told), told
    validate(told, next(tool.output_schema for tool in talk.ask("list_tools").tools if tool.name == name))


def test_documents_are_read_and_prompts_given(talk: Conversation) -> None:
    for resource in talk.ask("list_resources").resources:
        (content,) = talk.ask("read_resource", resource.uri).contents
        assert len(content.text) > 500, resource.uri
        if resource.mime_type == "text/turtle":
            assert len(list(parse(content.text, format=RdfFormat.TURTLE))) > 1000
    prompts = {prompt.name: prompt for prompt in talk.ask("list_prompts").prompts}
    assert len(prompts) == 3
    given = talk.ask("get_prompt", "check-this-claim", {"claim": "Chad left NATO."})
    assert "Chad left NATO." in given.messages[0].content.text


def test_a_client_of_the_handshake_is_understood_too(shipped: Build) -> None:
    with conversation(over_stdio(), mode="legacy") as talk:
        assert talk.told("find", text="Armenia", kind="states")["found"][0]["label"] == "Armenia"


def test_they_are_beside_the_pages_too_and_still_there_after_a_reload(shipped: Build) -> None:
    port = free_port()
    with listening("serve", "--mcp", "--port", str(port)) as server:
        address = f"http://127.0.0.1:{port}/mcp"
        with conversation(address) as talk:
            assert {tool.name for tool in talk.ask("list_tools").tools} == CALLS.keys()
            assert talk.told("query", sparql="ASK { state:ARM a casus:State }")["boolean"] is True
            assert httpx.get(f"http://127.0.0.1:{port}/id/treaty/mcp", timeout=60).status_code == 404
            server.process.send_signal(signal.SIGHUP)
            while "reloaded" not in server.log.read_text():
                assert server.process.poll() is None
                time.sleep(0.1)
            assert talk.told("find", text="Armenia")["found"]
        assert httpx.post(address, content=b"x" * 2_000_000, timeout=60).status_code == 413


def test_beside_the_pages_requests_are_logged_and_counted(shipped: Build) -> None:
    port = free_port()
    with listening("serve", "--mcp", "--access-log", "--port", str(port)) as server:

        def counted(status: int) -> float:
            text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
            name = f'casus_http_responses_total{{status="{status}"}} '
            return next((float(line.removeprefix(name)) for line in text.splitlines() if line.startswith(name)), 0)

        begun = counted(405)
        refused = httpx.get(f"http://127.0.0.1:{port}/mcp", headers={"User-Agent": "somebody"}, timeout=60)
        assert counted(405) == begun + 1
        with conversation(f"http://127.0.0.1:{port}/mcp") as talk:
            assert talk.told("find", text="Armenia")["found"]
        lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
        asked = [line for line in lines if line["path"] == "/mcp"]
        told = {name: asked[0][name] for name in ("client", "method", "status", "bytes", "agent")}
        assert told == {
            "client": "127.0.0.1", "method": "GET", "status": 405, "bytes": len(refused.content), "agent": "somebody"
        }  # fmt: skip
        assert {(line["method"], line["status"]) for line in asked[1:]} == {("POST", 200)}
        assert all(line["ms"] >= 0 for line in asked)


def test_who_comes_from_elsewhere_or_without_the_token_is_turned_away(shipped: Build) -> None:
    port = free_port()
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    known = {"Accept": "application/json, text/event-stream", "Authorization": "Bearer let-me-in"}
    with listening("mcp", "--http", str(port), settings={"CASUS_MCP_TOKEN": "let-me-in"}):
        for headers, status in (
            ({}, 200),
            ({"Origin": "http://localhost:3000"}, 200),
            ({"Origin": "https://elsewhere.example"}, 403),
            ({"Host": "elsewhere.example"}, 421),
            ({"Authorization": "Bearer let-me-out"}, 401),
            ({"Authorization": ""}, 401),
        ):
            answer = httpx.post(f"http://127.0.0.1:{port}/mcp", json=body, headers={**known, **headers})
            assert answer.status_code == status, (headers, answer.text)
        assert httpx.get(f"http://127.0.0.1:{port}/mcp", headers=known).status_code == 405
        # Half of a pair of surrogates is no text; whoever sends it is told, and the next is served.
        call = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "find", "arguments": {"text": "?"}},
        }
        headers = {**known, "Content-Type": "application/json"}
        half = json.dumps(call).replace("?", "\\ud800")
        told = httpx.post(f"http://127.0.0.1:{port}/mcp", content=half, headers=headers)
        assert told.status_code == 400 and "Traceback" not in told.text
        assert httpx.post(f"http://127.0.0.1:{port}/mcp", json=body, headers=known).status_code == 200
        long = httpx.post(f"http://127.0.0.1:{port}/mcp", content=b"x" * 2_000_000, headers=known)
        assert long.status_code == 413


def test_without_the_library_the_command_says_what_brings_it(kg: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in [name for name in sys.modules if name.partition(".")[0] == "mcp" or name.startswith("kg.mcp")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    result = kg("mcp")
    assert result.exit_code == 2
    assert "pip install 'casus-kg[mcp]'" in result.output
