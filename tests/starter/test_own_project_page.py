"""What `docs/own-project.md` shows is what happens, command by command."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from made_up import made_up, write_csv

from kg.importers.sheets.sheet_mapping import read_mapping
from kg.project import open_project

PAGE = (open_project().root / "docs" / "own-project.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
SHOWN = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)


def test_the_commands_answer_as_shown(kg, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but those that install and serve, one after the other."""
    monkeypatch.chdir(tmp_path)
    answers = []
    for line in COMMANDS:
        for command in line.split(" && "):
            words = shlex.split(command)
            if words[0] == "cd":
                monkeypatch.chdir(Path(words[1]) if Path(words[1]).is_dir() else tmp_path / words[1])
            elif words[0] == "kg" and words[1] != "serve":
                monkeypatch.chdir(tmp_path) if words[1] in ("template", "import") else None
                result = kg(*words[1:])
                assert result.exit_code == 0, result.stderr
                answers.append(result.stdout.strip())
    assert SHOWN[0].strip() in answers
    assert {"alliances", "sheets.xlsx", "from-sheets"} <= {path.name for path in tmp_path.iterdir()}


def test_errors_are_told_as_shown(kg, tmp_path: Path) -> None:
    sheets = made_up()
    sheets["parties"][2][1], sheets["treaties"][1][3], sheets["clauses"][3][3] = "FRO", "1/3/1950", "defens"
    told = kg("import", "sheets", write_csv(sheets, tmp_path / "pacts"), "-o", tmp_path / "project").stdout
    assert sorted(told.splitlines()) == sorted(SHOWN[1].splitlines())


def test_the_mapping_that_is_shown_is_one(tmp_path: Path) -> None:
    (tmp_path / "mapping.toml").write_text(re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0], encoding="utf-8")
    mapping = read_mapping(tmp_path / "mapping.toml")
    assert (mapping.sheet("memberships"), mapping.sheet("diary")) == ("parties", "")
    assert mapping.value("memberships", "role", "guest") == "-"
