"""The cache folder: shared, read-only, unreadable, full, listed and cleared."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import PACT, party, write_project

PROGRAM = [sys.executable, "-c", "from kg.cli import main; main(prog_name='kg')"]
ANOTHER = 65534
#: linux/prctl.h and linux/capability.h: what lets root read, write and touch the files of others.
PR_CAPBSET_DROP, CAPABILITIES = 24, (1, 2, 3)
AS_ROOT = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root can give files to another user"
)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """The folder of a project that is built in no time."""
    return write_project(tmp_path / "project", PACT + party("A") + party("B"))


@pytest.fixture
def shared(tmp_path: Path, small: Path) -> Path:
    """A cache with a build, and with room for a snapshot."""
    cache = tmp_path / "cache"
    assert run(small, cache, "build").returncode == 0
    return cache


def run(project: Path, cache: Path, *arguments: str, **options) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with a cache of its own."""
    command = [*PROGRAM, "--project", str(project), *arguments]
    environment = {**os.environ, "CASUS_CACHE": str(cache)}
    return subprocess.run(
        command, check=False, capture_output=True, encoding="utf-8", timeout=120, env=environment, **options
    )


def as_another(*arguments, **options) -> subprocess.CompletedProcess[str]:
    """The same as root without the right to what belongs to others."""

    def drop() -> None:
        for capability in CAPABILITIES:
            ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)

    return run(*arguments, preexec_fn=drop, **options)


def give_away(folder: Path, mode: int) -> None:
    """Make a folder, and the folders in it, another user's."""
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, ANOTHER, ANOTHER)
        if path.is_dir():
            path.chmod(mode)


def test_a_build_may_be_read_by_whoever_the_umask_lets(shared: Path) -> None:
    mask = os.umask(0)
    os.umask(mask)
    assert [folder.stat().st_mode & 0o777 for folder in shared.iterdir()] == [0o777 & ~mask] * 2


@AS_ROOT
def test_anothers_build_is_used_and_what_cannot_be_kept_beside_it_is_told(small: Path, shared: Path) -> None:
    (build,) = shared.glob("*/build.json")
    give_away(shared, 0o755)
    answer = as_another(small, shared, "query", "ASK {}", "--format", "csv")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "true\n", "")
    for arguments in (["query", "--as-of", "2000-01-01", "ASK {}"], ["build", "--clear"]):
        answer = as_another(small, shared, *arguments)
        assert answer.returncode == 2
        assert answer.stderr.startswith(f"kg: {build.parent}")
        assert len(answer.stderr.splitlines()) == 1
        assert "permission denied" in answer.stderr


@AS_ROOT
@pytest.mark.parametrize("arguments", [["build"], ["query", "ASK {}"], ["explain", "state:A", "a", "casus:State"]])
def test_anothers_build_that_cannot_be_read_is_told_with_what_to_do(small: Path, shared: Path, arguments) -> None:
    give_away(shared, 0o700)
    answer = as_another(small, shared, *arguments)
    assert (answer.returncode, answer.stdout, len(answer.stderr.splitlines())) == (2, "", 1)
    assert "the cache cannot be read: permission denied; set CASUS_CACHE" in answer.stderr


def test_a_cache_that_cannot_be_written_is_told_before_the_work(tmp_path: Path, small: Path) -> None:
    (tmp_path / "file").touch()
    answer = run(small, tmp_path / "file" / "cache", "build")
    assert answer.returncode == 2
    assert answer.stderr.startswith("kg: ")
    assert "the cache cannot be" in answer.stderr


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("no file system may be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=True)


@AS_ROOT
def test_a_full_disk_is_told_and_nothing_stays(full: Path, small: Path) -> None:
    answer = run(small, full / "cache", "build")
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1].endswith("no space left on device; set CASUS_CACHE to a folder that can be")
    assert "Traceback" not in answer.stderr
    assert [path.name for path in (full / "cache").iterdir()] == ["notes"]


def test_builds_are_listed_and_cleared(small: Path, shared: Path) -> None:
    (shared / "unfinished-0").mkdir()
    (shared / "another folder").mkdir()
    (build,) = shared.glob("*/build.json")
    listed = run(small, shared, "build", "--list").stdout
    assert listed.splitlines()[0].split()[1] == "MiB"
    assert listed.endswith(f"{build.parent}\n")
    assert run(small, shared, "build", "--clear").returncode == 0
    assert [path.name for path in shared.iterdir()] == ["another folder"]
    assert run(small, shared, "build", "--list").stdout == ""


def test_a_build_that_is_none_any_more_is_told(small: Path, shared: Path) -> None:
    (said,) = shared.glob("*/build.json")
    said.write_text("{")
    answer = run(small, shared, "build", "--list")
    assert (answer.returncode, len(answer.stderr.splitlines())) == (2, 1)
    assert "kg build --clear removes it" in answer.stderr
