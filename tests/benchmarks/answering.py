"""How many of 60 questions in plain words a client answers by the tools of `kg mcp`, beside SPARQL alone.

The client is scripted and of limited skill: `tests.benchmarks.scripted`. With --model-command, a program takes its
place, a language model's harness for example. For each question and each toolbox it is started anew and talks in lines
of JSON. It gets {"question": …, "tools": [{"name": …, "description": …, "input_schema": …}]}, and answers with a call,
{"call": NAME, "arguments": {…}}, to which it gets {"result": {…}} or {"error": TEXT}, or with {"answer": [TEXT, …]}:
all names in English, a number, a day as YYYY-MM-DD, or yes or no.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import kg
from kg.pool.limits import limits_from
from kg.pool.source import Source
from kg.web.host import HostConfig
from kg.web.site import Site
from tests.benchmarks.scripted import SKILLS, Asked, answer
from tests.benchmarks.toolboxes import SERVERS, Refused, Toolbox, toolbox

_FILE = Path(__file__).with_name("plain_questions.toml")
#: Calls that a model may make for one question.
_MOST_CALLS = 15


@dataclass(frozen=True)
class PlainQuestion:
    """A question, its right answer, and the query, of a day, by which the answer was computed."""

    ask: str
    answer: tuple[str, ...]
    by: str
    as_of: str | None = None


def read_plain_questions() -> list[PlainQuestion]:
    """The questions of the benchmark."""
    said = tomllib.loads(_FILE.read_text(encoding="utf-8"))["question"]
    return [PlainQuestion(**{**one, "answer": tuple(one["answer"])}) for one in said]


def main(arguments: Sequence[str]) -> None:
    """Ask all questions with each toolbox, and print how many were answered rightly, wrongly and not at all."""
    options = _options(arguments)
    questions = read_plain_questions()[: options.questions]
    graph = kg.open()
    config = HostConfig(Source(graph.build), limits_from(), tuple(graph.project.questions), Site())
    service, workforce = config.employ()
    print("| client | given | right | wrong | no answer | calls a question | seconds |\n|---|---|---|---|---|---|---|")
    with workforce:
        for name, server in SERVERS.items():
            begin = time.monotonic()
            with toolbox(server(service)) as tools:
                ask = _model(options.model_command, tools) if options.model_command else _script(name, tools)
                outcomes = [_outcome(one, ask(one.ask), verbose=options.verbose) for one in questions]
                seconds, calls = time.monotonic() - begin, tools.calls / len(questions)
            counts = " | ".join(str(outcomes.count(outcome)) for outcome in ("right", "wrong", "none"))
            client = "model" if options.model_command else "scripted"
            print(f"| {client} | {name} | {counts} | {calls:.1f} | {seconds:.0f} |", flush=True)


def _script(name: str, tools: Toolbox) -> Callable[[str], list[str]]:
    skills = SKILLS[name](tools)
    return lambda text: answer(Asked.read(text), skills)


def _model(command: str, tools: Toolbox) -> Callable[[str], list[str]]:
    return lambda text: ask_program(shlex.split(command), text, tools)


def ask_program(command: Sequence[str], question: str, tools: Toolbox) -> list[str]:
    """What a program answers that talks as the head of this module says; nothing if it says none of it."""
    described = [
        {"name": tool.name, "description": tool.description, "input_schema": tool.input_schema}
        for tool in tools.described.values()
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            told: dict[str, Any] = {"question": question, "tools": described}
            for _ in range(_MOST_CALLS):
                assert process.stdin is not None and process.stdout is not None
                process.stdin.write(json.dumps(told) + "\n")
                process.stdin.flush()
                said = json.loads(process.stdout.readline())
                if "answer" in said:
                    return [str(part) for part in said["answer"]]
                try:
                    told = {"result": tools.call(said["call"], **said.get("arguments", {}))}
                except Refused as error:
                    told = {"error": str(error)}
        except (OSError, ValueError, KeyError, TypeError) as error:
            print(f"the program broke off: {error!r}", file=sys.stderr)
        finally:
            process.kill()
    return []


def _outcome(question: PlainQuestion, found: Sequence[str], *, verbose: bool) -> str:
    right = {text.casefold() for text in question.answer}
    given = {text.strip().casefold() for text in found}
    outcome = "none" if not given else "right" if given == right else "wrong"
    if verbose and outcome != "right":
        print(f"{outcome}: {question.ask} {sorted(given)[:5]}", file=sys.stderr)
    return outcome


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks mcp", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--model-command", metavar="CMD", help="a program that answers in place of the script")
    parser.add_argument("--questions", type=int, metavar="N", help="only the first of them")
    parser.add_argument("--verbose", action="store_true", help="name what was not answered rightly")
    return parser.parse_args(arguments)
