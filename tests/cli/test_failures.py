"""How commands end that cannot end well: one line, the documented status, and never a traceback."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = [sys.executable, "-c", "from kg.cli import main; main(prog_name='kg')"]
FULL = Path("/dev/full")
CHAIN = "<urn:p> a <http://www.w3.org/2002/07/owl#TransitiveProperty> .\n" + "".join(
    f"<urn:x{n}> <urn:p> <urn:x{n + 1}> .\n" for n in range(1_500)
)


def run(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    """A command as a process of its own."""
    defaults = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8", "timeout": 120}
    return subprocess.run([*PROGRAM, *arguments], check=False, **defaults | options)


def test_ctrl_c_is_130(shipped, tmp_path: Path) -> None:
    pipe = tmp_path / "query.rq"
    os.mkfifo(pipe)
    process = subprocess.Popen([*PROGRAM, "query", pipe], stderr=subprocess.PIPE, encoding="utf-8")
    with pipe.open("w"):  # opened when the command opens it to read
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "kg: interrupted\n")


def test_ctrl_c_ends_a_query_that_has_no_end(shipped) -> None:
    """What is not known is told before the rows are looked for, of which there are none in some 10¹⁴ combinations."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (?c = ?f && ?f = ?i && ?i = <urn:unheard-of>) }"
    process = subprocess.Popen([*PROGRAM, "query", query], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stderr.readline() == b"the graph does not know <urn:unheard-of>\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60) == (b"", b"kg: interrupted\n")
    assert process.returncode == 130


def test_ctrl_c_is_not_heard_in_the_background(shipped) -> None:
    """A shell has commands in the background ignore it; so they must go on to."""
    command = shlex.join([sys.executable, "-m", "kg", "query", "SELECT * { ?s a <urn:s> }", "--format", "csv"])
    script = f"trap '' INT; echo begun; exec {command}"
    process = subprocess.Popen(["sh", "-c", script], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[0] == b"s\r\n"
    assert process.returncode == 0


def test_ctrl_c_while_the_commands_are_imported_is_130_and_silent(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(60)")
    places = os.pathsep.join([str(tmp_path), *sys.path])
    answer = subprocess.run(
        [sys.executable, "-m", "kg", "--help"], capture_output=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": places},
    )  # fmt: skip
    assert (answer.returncode, answer.stdout, answer.stderr) == (130, b"", b"")


@pytest.mark.parametrize(
    "asked",
    [
        ["explain", "chain.ttl", "<urn:x0>", "<urn:p>", "<urn:x1500>"],
        ["explain", "--inconsistency", "chain.ttl"],
    ],
    ids=lambda asked: " ".join(asked[:2]),
)
def test_ctrl_c_ends_what_a_library_is_busy_with(shipped, tmp_path: Path, asked: list[str]) -> None:
    (tmp_path / "chain.ttl").write_text(CHAIN)
    process = subprocess.Popen(
        [*PROGRAM, *asked], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", cwd=tmp_path
    )
    with pytest.raises(subprocess.TimeoutExpired):  # each of them would take minutes
        process.wait(4)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said.splitlines()[-1]) == (130, "kg: interrupted")


def test_nobody_reads_on(shipped) -> None:
    # Without a buffer, Python takes a piece of a text for the whole of it.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    for arguments in (
        ["query", "SELECT * { ?s ?p ?o }", "--format", "csv"],
        ["query", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 30000", "--format", "nt"],
        ["query", "SELECT * { ?s ?p ?o } LIMIT 30000"],
    ):
        process = subprocess.Popen(
            [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 141


@pytest.mark.skipif(not FULL.exists(), reason="the system has no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["query", "ASK {}"], ["query", "SELECT * { ?s ?p ?o }", "--format", "csv"], ["claims"], ["build"]],
)
def test_a_full_disk_is_told(shipped, arguments: list[str]) -> None:
    with FULL.open("w") as out:
        answer = run(*arguments, stdout=out)
    assert answer.returncode == 2
    assert answer.stderr.rpartition("kg: ")[2] == "standard output cannot be written: no space left on device\n"


def test_without_any_output_a_command_runs_nevertheless(shipped) -> None:
    def close() -> None:
        os.close(1)
        os.close(2)

    assert run("query", "ASK {}", preexec_fn=close).returncode == 0


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
def test_what_goes_to_a_pipe_is_utf_8_whatever_the_environment_says(shipped, encoding: str) -> None:
    answer = run("query", "SELECT ?l { state:ARM rdfs:label ?l }", env={**os.environ, "PYTHONIOENCODING": encoding})
    assert answer.returncode == 0
    assert "Հայաստան" in answer.stdout


def test_a_fault_of_our_own_is_one_line_and_can_be_looked_into() -> None:
    code = "import kg.project; kg.project.open_project = lambda *_: 1 / 0; from kg.cli import main; main()"
    for environment, last in (
        ({}, "kg: a fault of kg itself: ZeroDivisionError: "),
        ({"CASUS_TRACEBACK": "1"}, "Zero"),
    ):
        answer = subprocess.run(
            [sys.executable, "-c", code, "format", "--check"],
            capture_output=True, check=False, encoding="utf-8", timeout=60, env={**os.environ, **environment},
        )  # fmt: skip
        assert answer.stderr.splitlines()[-1].startswith(last)
        assert (answer.returncode == 70) == (not environment)


@pytest.mark.skipif(not Path("/proc").exists(), reason="the system does not tell how much memory a process has")
@pytest.mark.parametrize(
    ("option", "says"),
    [
        (["--limit-seconds", "1"], "kg: reasoning takes longer than 1 s\n"),
        (["--limit-memory", "20"], "kg: reasoning would take more memory than 20 MB\n"),
    ],
    ids=["time", "memory"],
)
@pytest.mark.parametrize(
    "command",
    [
        ["explain", "chain.ttl", "<urn:x0>", "<urn:p>", "<urn:x1500>"],
        ["explain", "--inconsistency", "chain.ttl"],
        ["reason", "--engine", "owlrl", "chain.ttl", "-o", "closure.nt"],
    ],
    ids=["explain", "inconsistency", "owlrl"],
)
def test_a_limit_ends_what_a_library_is_busy_with(
    tmp_path: Path, command: list[str], option: list[str], says: str
) -> None:
    """Each of them would take minutes and gigabytes."""
    (tmp_path / "chain.ttl").write_text(CHAIN)
    answer = run(*command, *option, cwd=tmp_path, timeout=300)
    assert (answer.returncode, answer.stdout, answer.stderr) == (7, "", says)
    assert list(tmp_path.iterdir()) == [tmp_path / "chain.ttl"]


@pytest.mark.parametrize("command", [["explain", "--inconsistency"], ["reason", "--engine", "owlrl"]], ids=" ".join)
def test_a_closure_of_more_statements_than_may_be_is_refused(kg, tmp_path: Path, command: list[str]) -> None:
    path = tmp_path / "chain.ttl"
    path.write_text("".join(CHAIN.splitlines(keepends=True)[:20]))
    result = kg(*command, path, "--limit-statements", "100")
    assert (result.exit_code, result.stderr) == (7, "kg: the closure has more than 100 statements\n")
    assert kg(*command, path, "--limit-statements", "1000").exit_code == 0
