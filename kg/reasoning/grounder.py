"""Running a rule program: clingo's grounder, which computes everything a Datalog program entails.

The grounder runs as a process of its own, which costs 40 ms and buys that it can be watched, held to limits and ended
at any time: while it runs it answers nothing, and what it will need cannot be told beforehand.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO, NamedTuple

from kg.errors import ReasonerError, ReasonerLimit

# As a module, and not as a script, which Python would compile anew each time.
_CLINGO = """
import sys
sys.path.insert(0, sys.argv[1])
import clingo_process
clingo_process.main(*sys.argv[2:])
"""
_FOLDER = str(Path(__file__).parent)
#: Seconds between two looks at a grounder that runs, seconds before anything is told of what grows, and bytes of its
#: latest output to tell by.
_INTERVAL = 0.1
_SILENT = 1
_SAMPLE = 65_536
_PIECE = 1 << 22
#: What the grounder says in want of memory, or Python, if it has too little to begin.
_NO_MEMORY = ("bad_alloc", "MemoryError", "can't start new thread", "failed to map", "Cannot allocate memory")
#: How the atoms of triples begin.
_TRIPLE = b"\nt("


def half_of_memory() -> int:
    """Half of what this machine, or the control group of a container, has."""
    try:
        present = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 4 << 30
    with suppress(OSError, ValueError):
        present = min(present, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return max(present // 2, 1 << 30)


class ReasoningLimits(NamedTuple):
    """What reasoning may take; None is without bound.

    Attributes:
        seconds: wall time.
        memory: bytes of the grounder's address space; None is half of the machine's memory.
        statements: triples of a closure.
    """

    seconds: float | None = None
    memory: int | None = None
    statements: int | None = 10_000_000


DEFAULT_LIMITS = ReasoningLimits()


def require_size(limits: ReasoningLimits, statements: int, why: str = "") -> None:
    """Raise ReasonerLimit if a closure has more statements than may be."""
    if limits.statements is not None and statements > limits.statements:
        raise ReasonerLimit(f"the closure has more than {limits.statements:,} statements{why}")


class Growth(NamedTuple):
    """How far a run has come.

    Attributes:
        statements: the triples derived so far.
        atoms: the latest atoms derived.
    """

    statements: int
    atoms: Sequence[str]


def ground(
    program: Path | str,
    facts: str,
    shown: Collection[str] = (),
    *,
    limits: ReasoningLimits = DEFAULT_LIMITS,
    tell: Callable[[Growth], str] | None = None,
    begin: float | None = None,
) -> list[str]:
    """The atoms that rules derive from facts, the facts themselves among them, each as ``atom.``.

    Args:
        program: rules without choice, so that all they derive is certain: a file, or its text.
        facts: more of the program, as text with a fact to a line.
        shown: the predicates that are asked for, as ``name/arity``, if not all.
        limits: what it may take.
        tell: told of the growth, after a second ten times in each, and answers with words for what grows.
        begin: when the time began to run, by the monotonic clock, if it was before now.

    Raises:
        ReasonerError: clingo failed, for example at a syntax error.
        ReasonerLimit: a limit ended it.
    """
    rules = program.read_text("utf-8") if isinstance(program, Path) else program
    text, terms = with_terms(rules, facts.split("\n"))
    # Into a file, not a pipe: a pipe would hold the grounder up whenever this process is not reading.
    with _nameless_file() as output:
        _run("\0".join([text, *terms]).encode(), output, _Watched(output, limits, tell, begin))
        output.seek(0)
        atoms = output.read().decode().split("\n")[:-1]
    if shown:
        wanted = tuple(f"{predicate.partition('/')[0]}(" for predicate in shown)
        return [atom for atom in atoms if atom.startswith(wanted)]
    return atoms


def with_terms(rules: str, facts: Iterable[str]) -> tuple[str, list[str]]:
    """A program that takes its facts as terms, which clingo reads ten times as fast, and these terms.

    Args:
        rules: the rules.
        facts: what else is in the program, each as ``atom.``; what is not so plain is kept in it as it is.

    Returns:
        The program, which takes term number n by ``@given(n)`` and expects its arguments one by one, and the terms:
        tuples of the arguments of facts.
    """
    program, plain = [rules], dict[tuple[str, int], list[str]]()
    for fact in facts:
        predicate, _, arguments = fact.partition("(")
        if "(" in arguments or '"' in arguments or not arguments.endswith(")."):
            program.append(fact)
        else:
            plain.setdefault((predicate, arguments.count(",")), []).append(arguments[:-2])
    for number, (predicate, commas) in enumerate(plain):
        names = ",".join(f"A{place}" for place in range(commas + 1))
        program.append(f"{predicate}({names}) :- ({names},) = @given({number}).")
    return "\n".join(program), [f"(({',),('.join(known)},),)" for known in plain.values()]


def _nameless_file() -> IO[bytes]:
    if hasattr(os, "memfd_create"):  # in memory, where what it holds will be read to anyway
        return os.fdopen(os.memfd_create("atoms"), "w+b")
    from tempfile import TemporaryFile  # noqa: PLC0415 - takes longer to import than a small graph takes to close

    return TemporaryFile()


def _run(text: bytes, output: IO[bytes], watched: _Watched) -> None:
    # Python would pass PYTHONUNBUFFERED on to the grounder, which then calls the system for every word it writes; -I
    # does not look at it, nor at the folder the user happens to be in.
    memory = half_of_memory() if watched.limits.memory is None else watched.limits.memory
    places = os.pathsep.join(place for place in sys.path if place)
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _CLINGO, _FOLDER, places, str(memory), str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.PIPE,
    )
    said: list[bytes] = []
    waiting = Thread(target=lambda: said.append(process.communicate(text)[1]), daemon=True)
    waiting.start()
    try:
        while waiting.is_alive():
            waiting.join(_INTERVAL)
            watched.look()
    finally:  # whatever ended the wait, a limit or a person
        process.kill()
        waiting.join()
    if process.returncode != 0:
        errors = said[0].decode(errors="replace") if said else ""
        if any(word in errors for word in _NO_MEMORY):
            raise ReasonerLimit(f"reasoning would take more memory than {memory >> 20} MB{watched.words()}")
        causes = [line for line in errors.splitlines() if "error" in line.lower()]
        raise ReasonerError(f"clingo failed: {causes[0] if causes else f'it ended with status {process.returncode}'}")


class _Watched:
    """The output of a grounder that runs, as far as it has come.

    Attributes:
        limits: what it may take.
    """

    def __init__(
        self, output: IO[bytes], limits: ReasoningLimits, tell: Callable[[Growth], str] | None, begin: float | None
    ) -> None:
        self._output = output.fileno()
        self.limits = limits
        self._tell = tell
        self._begin = time.monotonic() if begin is None else begin
        self._seen = 0
        self._latest = b"\n"
        self._statements = 0

    def look(self) -> None:
        """Look at what is new.

        Raises:
            ReasonerLimit: it is too much, or takes too long.
        """
        # Read in its place, for the grounder writes where the file's pointer is.
        while hasattr(os, "pread") and (piece := os.pread(self._output, _PIECE, self._seen)):
            self._seen += len(piece)
            joint = self._latest[-2:] + piece
            self._statements += joint.count(_TRIPLE)
            self._latest = (self._latest + piece)[-_SAMPLE:]
        seconds = time.monotonic() - self._begin
        too_many = self.limits.statements is not None and self._statements > self.limits.statements
        too_long = self.limits.seconds is not None and seconds > self.limits.seconds
        words = self.words() if too_many or too_long or seconds > _SILENT else ""
        require_size(self.limits, self._statements, words)
        if too_long:
            raise ReasonerLimit(f"reasoning takes longer than {self.limits.seconds:g} s{words}")

    def words(self) -> str:
        """What it has come to, in words, empty if nobody gives it any."""
        if not (self._tell and self._statements):
            return ""
        atoms = self._latest.decode(errors="replace").split("\n")[1:-1]
        return f": {self._tell(Growth(self._statements, atoms))}"
