"""Running a rule program: clingo's grounder, which computes everything a Datalog program entails.

A small program is grounded here. For a large one the grounder runs as a process of its own that writes text: starting
it takes 40 ms, but taking the atoms one by one through clingo's Python interface costs four times as much as reading
them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import clingo

from kg.errors import CasusError

#: Characters of a program up to which it is grounded here. Measured: about where both ways take the same time.
_SMALL = 250_000
# `python -m clingo` ends with status 0 whatever happens; this passes on the status.
_CLINGO = "import sys, clingo.__main__ as m; sys.exit(m.clingo_main(m.PyClingoApplication(), sys.argv[1:]))"


def ground(program: Path | str, facts: str, shown: Iterable[str] = ()) -> list[str]:
    """The atoms that rules derive from facts, the facts themselves among them, each as ``atom.``.

    Args:
        program: rules without choice, so that all they derive is certain: a file, or its text.
        facts: more of the program, as text.
        shown: the predicates that are asked for, as ``name/arity``, if not all. There may be others in the answer.

    Raises:
        CasusError: clingo failed: a syntax error, or not enough memory.
    """
    rules = program.read_text("utf-8") if isinstance(program, Path) else program
    text = f"{rules}\n{facts}"
    return _ground_here(text, shown) if len(text) <= _SMALL else _ground_apart(text)


def _ground_here(text: str, shown: Iterable[str]) -> list[str]:
    messages: list[str] = []
    control = clingo.Control(["--warn=none"], logger=lambda code, message: messages.append(message))
    try:
        control.add("base", [], "\n".join([text, *(f"#show {signature}." for signature in shown)]))
        control.ground([("base", [])])
        with control.solve(yield_=True) as handle:
            model = handle.model()
            # Of all interfaces to the atoms this one is the quickest.
            return [f"{symbol}." for symbol in model.symbols(shown=True)] if model else []
    except RuntimeError as error:
        raise CasusError(f"clingo failed: {' '.join(messages[0].split()) if messages else error}") from error


def _ground_apart(text: str) -> list[str]:
    # Imported here, because most graphs are small and importing takes a tenth of the time of closing one.
    import subprocess  # noqa: PLC0415
    from tempfile import TemporaryFile  # noqa: PLC0415

    # -P: no module is taken from the folder the user happens to be in.
    command = [sys.executable, "-P", "-c", _CLINGO, "--mode=gringo", "--text", "--warn=none", "-"]
    # Python would pass this on to the grounder, which then calls the system for every word it writes.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    # Into a file, not a pipe: a pipe would hold the grounder up whenever this process is not reading.
    with TemporaryFile() as output:
        run = subprocess.run(
            command, input=text.encode(), stdout=output, stderr=subprocess.PIPE, env=environment, check=False
        )
        if run.returncode != 0:
            causes = [line for line in run.stderr.decode(errors="replace").splitlines() if "error" in line.lower()]
            raise CasusError(f"clingo failed: {causes[0] if causes else f'it ended with status {run.returncode}'}")
        output.seek(0)
        return output.read().decode().split("\n")[:-1]
