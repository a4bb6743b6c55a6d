"""How long commands take on a project: whole processes, those of this checkout and of others beside it, in turn.

Each `kg` has its own copy of the project and its own cache. In each round it builds from nothing, then answers a query
when nothing has changed, after a label and after a date was changed in one file, of a day that was never asked for and
of that day again, then explains and asks what if. CPU seconds are those of the processor, of the round in the middle;
ratios are of them, to those of this checkout.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.project import open_project
from tests.benchmarks.measured import Process, run
from tests.benchmarks.options import named

#: The file that is changed: a treaty with many parties.
CHANGED = Path("graph/treaties/ANAD-1977.ttl")
_QUERY = ("query", "SELECT (COUNT(*) AS ?duties) { ?duty a casus:Duty }")
_DUTY = ("state:RUS", "casus:owesDefenseTo", "state:KAZ", "--as-of", "2020-01-01")
_FIRST_DAY = date(1984, 1, 2)


@dataclass(frozen=True)
class Kg:
    """A `kg`, with its own copy of the project and its own cache."""

    program: Sequence[str]
    folder: Path

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    def run(self, *arguments: str) -> Process:
        """Run a command of it; ends the benchmark where it fails."""
        command = [*self.program, "--project", str(self.project), *arguments]
        done = run(command, timeout=600, variables={"CASUS_CACHE": str(self.cache)})
        if done.failure:
            sys.exit(f"{' '.join(command)}: {done.failure}")
        return done

    def size(self) -> float:
        """Megabytes that the cache holds."""
        return sum(file.stat().st_blocks * 512 for file in self.cache.rglob("*") if file.is_file()) / 2**20


def _from_nothing(kg: Kg, number: int) -> Process:
    shutil.rmtree(kg.cache, ignore_errors=True)
    kg.cache.mkdir()
    return kg.run("build")


def _after_a_label(kg: Kg, number: int) -> Process:
    _change(kg, r'(?<=rdfs:label ")', lambda _: f"{number} ")
    return kg.run(*_QUERY)


def _after_a_date(kg: Kg, number: int) -> Process:
    _change(kg, r'(?<=casus:begins "....-..-)\d\d', lambda day: f"{int(day[0]) + 1:02}")
    return kg.run(*_QUERY)


def _change(kg: Kg, pattern: str, replacement: Callable[[re.Match[str]], str]) -> None:
    """Write something else into the file, in its first place that fits."""
    file = kg.project / CHANGED
    if not file.is_file():
        sys.exit(f"{file} is changed, and is not there")
    text, found = re.subn(pattern, replacement, file.read_text(encoding="utf-8"), count=1)
    if not found:
        sys.exit(f"{file}: nothing there is like {pattern}")
    file.write_text(text, encoding="utf-8")


def _of_a_day(kg: Kg, number: int) -> Process:
    return kg.run(*_QUERY, "--as-of", str(_FIRST_DAY + timedelta(days=number)))


#: What is run, by what is told of it, in this order; each is told the number of the round.
TASKS: dict[str, Callable[[Kg, int], Process]] = {
    "build from nothing": _from_nothing,
    "query, nothing changed": lambda kg, number: kg.run(*_QUERY),
    "query, a label changed": _after_a_label,
    "query, a date changed": _after_a_date,
    "query of a new day": _of_a_day,
    "query of a day that is there": _of_a_day,
    "explain": lambda kg, number: kg.run("explain", *_DUTY),
    "what-if": lambda kg, number: kg.run("what-if", "--without", "state:ARM", "--from", "2027-01-01"),
}


def main(arguments: Sequence[str]) -> None:
    """Run the benchmark and print a table."""
    options = _options(arguments)
    programs = {"casus": [sys.executable, "-m", "kg"]} | {name: [program] for name, program in options.kg}
    found: dict[tuple[str, str], list[Process]] = {(task, name): [] for task in TASKS for name in programs}
    with TemporaryDirectory() as folder:
        kgs = {name: _kg(program, Path(folder, name), options.project) for name, program in programs.items()}
        sizes = dict.fromkeys(kgs, 0.0)
        for number in range(options.rounds):
            for task, perform in TASKS.items():
                for name, kg in kgs.items():
                    done = perform(kg, number)
                    found[task, name].append(done)
                    if perform is _from_nothing:
                        sizes[name] = kg.size()
                    print(f"{task}, {name}: {done.cpu:.2f} s", file=sys.stderr)
    _report(found, sizes)


def _kg(program: Sequence[str], folder: Path, project: Path) -> Kg:
    kg = Kg(program, folder)
    shutil.copytree(project, kg.project, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    return kg


def _report(found: dict[tuple[str, str], list[Process]], sizes: dict[str, float]) -> None:
    print(f"{os.cpu_count()} processors; a build keeps " + _sizes(sizes))
    print("| command | kg | CPU s | ratio | seconds | megabytes |")
    print("|---|---|---|---|---|---|")
    for (task, name), runs in found.items():
        cpu, seconds, megabytes = (
            statistics.median(getattr(process, value) for process in runs) for value in ("cpu", "seconds", "megabytes")
        )
        reference = statistics.median(process.cpu for process in found[task, "casus"])
        print(f"| {task} | {name} | {cpu:.2f} | {cpu / reference:.2f} | {seconds:.2f} | {megabytes:.0f} |")


def _sizes(sizes: dict[str, float]) -> str:
    return ", ".join(f"{size:.0f} MB ({name})" for name, size in sizes.items())


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks commands", description=__doc__)
    add = parser.add_argument
    add("--kg", type=named, action="append", default=[], metavar="NAME=COMMAND", help="another checkout's kg, as well")
    add("--project", type=Path, default=open_project().root, help="what they read  [default: the shipped project]")
    add("--rounds", type=int, default=3, help="[default: 3]")
    return parser.parse_args(arguments)
