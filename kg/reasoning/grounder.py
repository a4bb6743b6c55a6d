"""Running a rule program: clingo's grounder, which computes everything a Datalog program entails.

A small program is grounded here. For a large one the grounder runs as a process of its own that writes text: starting
it takes 40 ms, and afterwards its memory is free again.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence
from pathlib import Path

import clingo

from kg.errors import CasusError

#: Characters of a program up to which it is grounded here. Measured: about where both ways take the same time.
_SMALL = 400_000
# `python -m clingo` ends with status 0 whatever happens; this passes on the status.
_CLINGO = "import sys, clingo.__main__ as m; sys.exit(m.clingo_main(m.PyClingoApplication(), sys.argv[1:]))"


def ground(
    program: Path | str, facts: str, shown: Collection[str] = (), triples: Sequence[tuple[str, str, str]] = ()
) -> list[str]:
    """The atoms that rules derive from facts, the facts themselves among them, each as ``atom.``.

    Args:
        program: rules without choice, so that all they derive is certain: a file, or its text.
        facts: more of the program, as text.
        shown: the predicates that are asked for, as ``name/arity``, if not all. There may be others in the answer.
        triples: the arguments of more facts, ``t(S,P,O)``.

    Raises:
        CasusError: clingo failed: a syntax error, or not enough memory.
    """
    rules = program.read_text("utf-8") if isinstance(program, Path) else program
    text = f"{rules}\n{facts}"
    given = ["(%s,%s,%s)" % names for names in triples]  # noqa: UP031 - the quickest way to write them
    if len(text) + sum(map(len, given)) <= _SMALL:
        return _ground_here(text, given, shown)
    return _ground_apart("\n".join([text, *(f"t{names}." for names in given)]))


def _ground_here(text: str, triples: Sequence[str], shown: Collection[str]) -> list[str]:
    messages: list[str] = []
    control = clingo.Control(["--warn=none"], logger=lambda code, message: messages.append(message))
    try:
        control.add("base", [], f"{text}\nt(S,P,O) :- (S,P,O) = @triples.")
        control.ground([("base", [])], context=_Given(triples))
        return _atoms(control, shown)
    except RuntimeError as error:
        raise CasusError(f"clingo failed: {' '.join(messages[0].split()) if messages else error}") from error


class _Given:
    """What the grounder calls for the triples. Reading them as one term takes a third of the time of as many facts."""

    def __init__(self, triples: Sequence[str]) -> None:
        self._triples = clingo.parse_term(f"({''.join(f'{names},' for names in triples)})").arguments

    def triples(self) -> Sequence[clingo.Symbol]:
        return self._triples


def _atoms(control: clingo.Control, shown: Collection[str]) -> list[str]:
    """The atoms of a ground program, each as ``atom.``.

    clingo's Python interface gives atoms one by one, but writes the elements of a theory atom all at once, which is
    many times quicker. Strings could hold what separates these, and negative numbers are written otherwise there.
    """
    forms = []
    for name, arity, positive in control.symbolic_atoms.signatures:
        if positive and (not shown or f"{name}/{arity}" in shown):
            form = f"{name}({','.join(f'X{place}' for place in range(arity))})" if arity else name
            forms.append(f"{form} : {form}")
    control.add("shown", [], f"#theory shown {{ t {{}}; &shown/0 : t, directive }}. &shown {{ {'; '.join(forms)} }}.")
    control.ground([("shown", [])])
    (listed,) = control.theory_atoms
    written = str(listed).removeprefix("&shown{").removesuffix("}")
    if '"' in written or "(-" in written:
        return [f"{atom.symbol}." for atom in control.symbolic_atoms]
    return f"{written}.".replace(";", ".;").split(";") if written else []


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
