"""Running a rule program: clingo's grounder, which computes everything a Datalog program entails.

The grounder runs as a process of its own and is read as text, because taking the atoms one by one through clingo's
Python interface costs more than deriving them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryFile

from kg.errors import CasusError

# `python -m clingo` ends with status 0 whatever happens; this passes on the status.
_CLINGO = "import sys, clingo.__main__ as m; sys.exit(m.clingo_main(m.PyClingoApplication(), sys.argv[1:]))"


def ground(rules: Path, facts: str) -> list[str]:
    """The atoms that rules derive from facts, the facts themselves among them, each as ``atom.``.

    Args:
        rules: a program without choice, so that all it derives is certain.
        facts: more of the program, as text.

    Raises:
        CasusError: clingo failed: a syntax error, or not enough memory.
    """
    # -P: no module is taken from the folder the user happens to be in.
    command = [sys.executable, "-P", "-c", _CLINGO, "--mode=gringo", "--text", "--warn=none", str(rules), "-"]
    # The grounder writes line by line: through a pipe that would wake this process for each.
    with TemporaryFile() as output:
        run = subprocess.run(command, input=facts.encode(), stdout=output, stderr=subprocess.PIPE, check=False)
        if run.returncode != 0:
            causes = [line for line in run.stderr.decode(errors="replace").splitlines() if "error" in line.lower()]
            raise CasusError(f"clingo ended with status {run.returncode}: {causes[0] if causes else 'no message'}")
        output.seek(0)
        return output.read().decode().splitlines()
