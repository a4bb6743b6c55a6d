"""Validation in a process of its own, beside what need not wait for it.

pySHACL takes one core for half of a large build; reasoning, deriving and storing take another meanwhile.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from tempfile import TemporaryFile
from threading import Thread
from typing import Any

from pyoxigraph import Quad, RdfFormat

from kg.collector import collector_paused
from kg.errors import CasusError
from kg.rdf.load import to_ntriples
from kg.rdf.reread import reread
from kg.validation.report import Report, conforming
from kg.validation.screens import noted_screens

#: Statements from which on a process, which takes half a second to begin, is worth it.
_WORTH_A_PROCESS = 20_000


@contextmanager
def validating(
    data: Sequence[Quad],
    triples: bytes,
    shapes: Sequence[Quad],
    changes: Sequence[Quad] | None = None,
    **options: Any,
) -> Iterator[Callable[[], Report]]:
    """Begin a validation; the function that is given waits for its report.

    Args:
        data: what to validate.
        triples: the same as N-Triples.
        shapes: the shapes graph.
        changes: the statements in which the data differs from data that was found `Report.unsuspected` by these shapes.
        options: more arguments for `kg.validation.validate.validate`, whose errors the function raises.
    """
    screens = noted_screens(shapes)
    if screens is None:
        with _validating(data, triples, shapes, options) as report:
            yield report
        return

    def screened() -> Report:
        if passed.result():
            return conforming()
        with _validating(data, triples, shapes, options) as report:
            return report()

    with ThreadPoolExecutor(1) as thread:  # Oxigraph lets others work while it does
        passed = thread.submit(screens.let_pass, data, triples, changes)
        yield screened


@contextmanager
def _validating(
    data: Sequence[Quad], triples: bytes, shapes: Sequence[Quad], options: Mapping[str, Any]
) -> Iterator[Callable[[], Report]]:
    """The same, whatever shapes were translated to."""
    if len(data) < _WORTH_A_PROCESS:
        yield lambda: _validate(data, shapes, options)
        return
    # Files, unlike pipes, hold neither process up while the other is not reading.
    with TemporaryFile() as task, TemporaryFile() as outcome, TemporaryFile() as errors:
        pickle.dump((triples, to_ntriples(shapes).encode(), options), task)
        task.seek(0)
        program = f"import sys; sys.path[:] = {sys.path!r}; from kg.validation.beside import main; main({os.getpid()})"
        process = subprocess.Popen([sys.executable, "-c", program], stdin=task, stdout=outcome, stderr=errors)

        def report() -> Report:
            status = process.wait()
            outcome.seek(0)
            errors.seek(0)
            if status != 0:
                raise RuntimeError(f"validation ended with status {status}: {errors.read().decode(errors='replace')}")
            answer = pickle.load(outcome)
            if isinstance(answer, CasusError):
                raise answer
            assert isinstance(answer, Report)
            return answer

        try:
            yield report
        finally:
            process.kill()
            process.wait()


def main(parent: int) -> None:
    """Validate what standard input asks for, and write the report, or the error, to standard output."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    if os.name == "posix":
        Thread(target=watch, daemon=True).start()
    data, shapes, options = pickle.load(sys.stdin.buffer)
    answer: Report | CasusError
    with collector_paused():
        try:
            answer = _validate(_unpacked(data), _unpacked(shapes), options)
        except CasusError as error:
            answer = error
        pickle.dump(answer, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        os._exit(0)  # to look through and free all that was made takes longer


def _validate(data: Sequence[Quad], shapes: Sequence[Quad], options: Mapping[str, Any]) -> Report:
    # Imported here, because who has a process validate does without pySHACL. Besides, a parser that comes with it keeps
    # errors of its first use, and by them all that whoever imports it has in hand.
    from kg.validation.validate import validate  # noqa: PLC0415

    return validate(data, shapes, **options)


def _unpacked(triples: bytes) -> list[Quad]:
    return list(reread(triples, RdfFormat.N_TRIPLES))  # all graphs are taken together
