"""Files and requests that nobody would write, for a bounded time: no abort, no traceback, no 500, no worker lost.

Hypothesis makes RDF files of all formats for `kg reason`, `kg validate` and `kg format`, each run in a process of its
own, and requests for `kg serve` on loopback. What fails is printed as it was made, because reducing it would take most
of the time; other examples of the same fault are only counted.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import re
import shlex
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import FlakyFailure, HypothesisWarning
from pyoxigraph import parse

from kg.build.pipeline import build
from kg.cli import main as kg
from kg.project import open_project
from kg.rdf.formats import GRAPH_FORMATS
from tests.benchmarks.odd_files import FILES, SHAPES, TURTLE_FILES, File
from tests.benchmarks.odd_requests import REQUESTS, Request
from tests.web.running import Server, running

#: Examples of one kind before the next kind has its turn, seconds that one may take, and processes for queries.
_ROUND, _PATIENCE, _WORKERS = 50, 120, 3
_FORK = get_context("fork")
_FORMATS = {form.name: form for form in GRAPH_FORMATS}
_CRASHES = re.compile(r"Traceback|panicked|a fault of kg itself|Segmentation|core dumped")
_PLACE = re.compile(r'File "[^"]*?(\w+/\w+\.py)", line (\d+)')


class Fault(AssertionError):
    """What must not happen: its kind, by which others of it are known, and all that was said."""

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(f"{kind}\n{said[-6000:]}")
        self.kind = kind


@dataclass
class Tally:
    """What has been tried, how it ended, and the kinds of faults that are known, by how often they were seen."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


def main(arguments: Sequence[str]) -> None:
    """Try until the time is up, and exit with 1 if a fault was found."""
    options = _options(arguments)
    build(open_project())  # so that the server need not
    os.environ["CASUS_TRACEBACK"] = "1"
    warnings.simplefilter("ignore", HypothesisWarning)  # large files are shown whole
    settings = {"workers": _WORKERS, "query_seconds": 2, "long_after": 1, "body_seconds": 1}
    pick, tally = random.Random(options.seed), Tally()
    with running(project=open_project().root, **settings) as server:
        kinds: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], str]]] = {
            "reason": (st.tuples(FILES, _REASON_OPTIONS), _reason),
            "validate": (st.tuples(FILES, SHAPES), _validate),
            "format": (TURTLE_FILES, _format),
            "request": (REQUESTS, Client(server).send),
        }
        end = time.monotonic() + 60 * options.minutes
        while time.monotonic() < end:
            for name in options.only or kinds:
                _round(name, *kinds[name], tally, pick.getrandbits(32))
            print(time.strftime("%X"), _counts(tally), flush=True)
        with _reported(tally):
            _require_unharmed(server)
    print(f"faults: {len(tally.faults)}", *(f"{count} x {kind}" for kind, count in tally.faults.items()), sep="\n")
    sys.exit(1 if tally.faults else 0)


def _round(
    name: str, examples: st.SearchStrategy[Any], attempt: Callable[[Any], str], tally: Tally, number: int
) -> None:
    """Try some examples of one kind."""

    @seed(number)
    @settings(
        max_examples=_ROUND,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(examples)
    def try_one(example: Any) -> None:
        try:
            outcome = attempt(example)
        except Fault as fault:
            if fault.kind not in tally.faults:
                raise
            tally.faults[fault.kind] += 1
            outcome = "fault"
        tally.outcomes[name, outcome] += 1

    with _reported(tally):
        try_one()


@contextmanager
def _reported(tally: Tally) -> Iterator[None]:
    """Print a fault that is new, with the example that Hypothesis has noted."""
    try:
        yield
    except (Fault, FlakyFailure) as error:  # what does not happen again is a fault as well
        faults = [error] if isinstance(error, Fault) else [one for one in error.exceptions if isinstance(one, Fault)]
        tally.faults.update(fault.kind for fault in faults)
        print("FAULT", *faults, *getattr(error, "__notes__", ()), "", sep="\n", flush=True)


def _counts(tally: Tally) -> str:
    names = dict.fromkeys(name for name, _ in tally.outcomes)
    ends = {
        name: {outcome: n for (kind, outcome), n in sorted(tally.outcomes.items()) if kind == name} for name in names
    }
    return "; ".join(
        f"{name} {sum(each.values())} (" + ", ".join(f"{outcome}: {n}" for outcome, n in each.items()) + ")"
        for name, each in ends.items()
    )


# Commands

_REASON_OPTIONS = st.tuples(
    st.sampled_from(["clingo", "clingo", "clingo", "owlrl"]), st.sampled_from(list(_FORMATS)), st.booleans()
)


def _reason(example: tuple[File, tuple[str, str, bool]]) -> str:
    file, (engine, form, keep_going) = example
    options = ["--engine", engine, "--format", form, *["--keep-going"] * keep_going]
    limits = ["--limit-seconds", "30", "--limit-memory", "2000", "--limit-statements", "200000"]
    with tempfile.TemporaryDirectory() as folder:
        path, output = _put(folder, "data", file), Path(folder) / "closure"
        status = _run("reason", *options, *limits, "-o", str(output), str(path))
        if output.exists():
            try:
                list(parse(output.read_bytes(), _FORMATS[form].rdf))
            except SyntaxError as error:
                raise Fault(f"reason wrote no {form}", str(error)) from error
    if status == 6 and engine == "clingo":
        raise Fault("clingo failed", "")
    return str(status)


def _validate(example: tuple[File, File]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        data, shapes = _put(folder, "data", example[0]), _put(folder, "shapes", example[1])
        return str(_run("validate", "--format", "turtle", str(data), "--shapes", str(shapes)))


def _format(example: File) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = _put(folder, "data", example)
        status = _run("format", str(path))
        if status == 0 and _run("format", "--check", str(path)) != 0:
            raise Fault("format changes what it has written", "")
        return str(status)


def _put(folder: str, name: str, file: File) -> Path:
    path = Path(folder) / f"{name}{file[0]}"
    path.write_bytes(file[1])
    return path


def _run(*arguments: str) -> int:
    """The exit status of a command that may end so."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:

        def command() -> None:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            kg(list(arguments), prog_name="kg")

        process = _FORK.Process(target=command)
        process.start()
        process.join(_PATIENCE)
        slow = process.is_alive()
        process.kill()
        process.join()
        err.seek(0)
        said = err.read().decode(errors="replace")
    line = f"{shlex.join(['kg', *arguments])}: {process.exitcode}\n{said}"
    if slow:
        raise Fault(f"kg {arguments[0]} takes more than {_PATIENCE} s", line)
    if _CRASHES.search(said) or process.exitcode not in (0, 1, 2, 3, 6, 7):
        raise Fault(f"kg {arguments[0]} ends with {process.exitcode} at {_place(said)}", line)
    return process.exitcode


def _place(said: str) -> str:
    """Where a traceback ends: the last of our own lines, and the error."""
    places = _PLACE.findall(said)
    ours = [place for place in places if place[0].startswith(("kg/", "cli/", "rdf/", "reasoning/", "validation/"))]
    error = next(
        (line for line in reversed(said.splitlines()) if re.match(r"[\w.]+(Error|Exception|Exit)\b", line)), ""
    )
    return f"{(ours or places or [('nowhere', '')])[-1]} {error.partition(':')[0]}"


# Requests


class _Connection(http.client.HTTPConnection):
    """A client that sends what it is given, also what no client should."""

    def _validate_path(self, url: str) -> None:
        pass

    def _encode_request(self, request: str) -> bytes:
        return request.encode()


class Client:
    """Asks a server, and reads what it has logged since."""

    def __init__(self, server: Server) -> None:
        """Ask this one."""
        self._server, self._read = server, 0

    def send(self, request: Request) -> str:
        """The status of the answer.

        Raises:
            Fault: there is none, it is an error of the server's, or the log has a traceback.
        """
        method, path, headers, body = request
        connection = _Connection("127.0.0.1", self._server.port, timeout=_PATIENCE)
        where = re.match(r"/?[\w.-]*", path)
        kind = f"{method} {where.group() if where else ''}"
        try:
            connection.request(method, path, body, {name: value.strip() for name, value in headers.items()})
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Fault(f"{kind} has no answer: {type(error).__name__}", repr(error) + self._logged()) from error
        finally:
            connection.close()
        logged = self._logged()
        if _CRASHES.search(logged):
            raise Fault(f"{kind} is logged with a traceback at {_place(logged)}", logged)
        waits = response.status == 504 or (response.status == 503 and response.headers["Retry-After"])
        if response.status >= 500 and not waits:
            raise Fault(f"{kind} is answered with {response.status}", logged)
        return str(response.status)

    def _logged(self) -> str:
        with self._server.log.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        self._read += len(text)
        return text.decode(errors="replace")


def _require_unharmed(server: Server) -> None:
    """Raises Fault unless all processes for queries are there and have nothing to do any more."""
    time.sleep(3)
    metrics = server.send("/metrics").text
    if server.ask("ASK {}").text != "true\n" or f'casus_queries{{state="idle"}} {_WORKERS}.0\n' not in metrics:
        raise Fault("workers are lost", metrics)
    if "QueryFailed" in metrics:
        raise Fault("a worker has crashed", metrics)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="[default: 30]")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="[default: another each time]")
    parser.add_argument("--only", nargs="+", choices=["reason", "validate", "format", "request"], help="[default: all]")
    options = parser.parse_args(arguments)
    print(f"seed {options.seed}, {options.minutes:g} minutes", flush=True)
    return options
