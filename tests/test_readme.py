"""What the documents say is true: the commands answer as shown, and each command is in the table."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from kg.cli import COMMANDS
from kg.project import Project, open_project

README = (open_project().root / "README.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sh\n(kg query .*?)\n```(?:\n+```text\n(.*?)\n```)?", README, re.DOTALL)


@pytest.mark.parametrize(("command", "shown"), QUERIES, ids=[command.splitlines()[0][:60] for command, _ in QUERIES])
def test_a_query_answers_as_shown(kg, shipped, project: Project, monkeypatch, command: str, shown: str) -> None:
    monkeypatch.chdir(project.root)
    result = kg(*shlex.split(command)[1:])
    assert result.exit_code == 0
    assert result.stdout.strip() == shown.strip() if shown else result.stdout.strip()


def test_every_command_is_in_the_table() -> None:
    assert set(re.findall(r"^\| `kg (\w[\w-]*)", README, re.MULTILINE)) == set(COMMANDS)


def test_every_linked_file_exists(project: Project) -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if not link.startswith("http")]
    assert [link for link in links if not Path(project.root, link).exists()] == []


def test_the_case_shown_is_answered_so(kg, shipped) -> None:
    asked, shown = re.findall(r"`(kg casus [^`]*)` answers.*?```text\n(.*?)```", README, re.DOTALL)[0]
    told = kg(*shlex.split(asked)[1:]).stdout.splitlines()
    assert [line for line in shown.splitlines() if line not in (*told, "…")] == []
