"""The cache folder: what is kept there is written aside, found again, and given up when it is not used for long."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from kg.errors import CacheError

try:
    import fcntl
except ImportError:  # Windows has none; there, what processes leave that are killed stays
    fcntl = None  # type: ignore[assignment]

#: How the name of a folder begins that is not whole: not yet, or no longer.
_UNFINISHED = "unfinished-"
#: The folder of what is noted, each a file in a folder of its own, and how many are kept.
_NOTES, _CONTENT, _NOTES_KEPT = "notes", "content", 32


def cache_folder() -> Path:
    """Where builds are kept: ``$CASUS_CACHE``, else ``casus`` in the user's cache folder (XDG base directories)."""
    if "CASUS_CACHE" in os.environ:
        return Path(os.environ["CASUS_CACHE"])
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "casus"


def kept() -> list[Path]:
    """What is in the cache folder.

    Raises:
        CacheError: the cache folder cannot be read.
    """
    folder = cache_folder()
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise cache_error(error, folder, "read") from error


def find(folder: Path, file: str) -> bool:
    """Whether a folder holds a file; if so, it has been used now, which is noted if it may be.

    Raises:
        CacheError: the folder cannot be read.
    """
    try:
        with (folder / file).open("rb"):
            pass
    except FileNotFoundError:
        return False
    except OSError as error:
        raise cache_error(error, folder, "read") from error
    with suppress(OSError):  # it is another user's, or another process is removing it
        os.utime(folder)
    return True


def noted(key: str) -> bytes | None:
    """What was noted in the cache folder, if anything was; if so, it has been of use now."""
    folder = cache_folder() / _NOTES / key
    with suppress(OSError):
        content = (folder / _CONTENT).read_bytes()
        os.utime(folder)
        return content
    return None


def note(key: str, content: bytes = b"") -> None:
    """Note something in the cache folder, if it can be written: what was found, or only that all was in order.

    Args:
        key: names it, by a hash say of what it was found in.
        content: what was found.
    """
    folder = cache_folder() / _NOTES / key
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        aside = folder / os.urandom(8).hex()
        aside.write_bytes(content)
        aside.replace(folder / _CONTENT)
        keep_latest(folder.parent.iterdir(), _NOTES_KEPT)


def forget() -> None:
    """Remove all that was noted, as far as it may be removed."""
    shutil.rmtree(cache_folder() / _NOTES, ignore_errors=True)


@contextmanager
def written_aside(folder: Path) -> Iterator[Path]:
    """A folder to write in; it becomes `folder` when the block ends without an error and vanishes otherwise.

    If another process has made the folder meanwhile, that one is kept. What processes have left beside it that were
    killed is removed first.

    Raises:
        CacheError: the folder beside it cannot be written, or no more be written.
    """
    try:
        with _aside(folder) as aside:
            yield aside
    except OSError as error:
        if error.filename is not None and not _touch(Path(os.fsdecode(error.filename)), folder.parent):
            raise
        raise cache_error(error, folder.parent, "written") from error


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    remove_unfinished(folder.parent)
    with ExitStack() as stack:
        aside = folder
        while aside == folder or not aside.exists():  # until then, another process may take it for left behind
            # Unlike one of tempfile's, it may be read by whoever the umask lets read.
            aside = folder.with_name(_UNFINISHED + os.urandom(8).hex())
            aside.mkdir()
            stack.enter_context(_lock(aside, wait=True))
        try:
            yield aside
            try:
                aside.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def hold(file: Path) -> IO[bytes] | None:
    """Show that a file is in use as long as the handle lives that is given back; None if it cannot be opened."""
    try:
        handle = file.open("rb")
    except OSError:
        return None
    if fcntl is not None:
        with suppress(OSError):  # another process is about to remove it
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return handle


def is_held(file: Path) -> bool:
    """Whether some process shows that a file is in use."""
    if fcntl is None:
        return False
    try:
        with file.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def by_use(folders: Iterable[Path]) -> list[Path]:
    """Folders that are whole, the one that was used last first."""
    used: list[tuple[float, Path]] = []
    for folder in folders:
        if not folder.name.startswith(_UNFINISHED):
            with suppress(OSError):  # another process is removing it
                used.append((folder.stat().st_mtime, folder))
    return [folder for _, folder in sorted(used, reverse=True)]


def keep_latest(folders: Iterable[Path], number: int) -> None:
    """Remove all but the folders that were used last, as far as they may be removed."""
    for folder in by_use(folders)[number:]:
        with suppress(CacheError):
            remove(folder)


def remove(folder: Path) -> None:
    """Remove a folder. It is never found half removed under its own name.

    Raises:
        CacheError: it may not be removed.
    """
    aside = folder.with_name(_UNFINISHED + folder.name)
    try:
        folder.rename(aside)
    except FileNotFoundError:  # another process removes it, too
        return
    except OSError as error:
        raise cache_error(error, folder, "removed") from error
    shutil.rmtree(aside, ignore_errors=True)


def remove_unfinished(folder: Path) -> None:
    """Remove what processes have left in a folder that were killed."""
    for left in folder.glob(_UNFINISHED + "*"):
        with _lock(left, wait=False) as locked:
            if locked:
                shutil.rmtree(left, ignore_errors=True)


def cache_error(error: OSError, folder: Path, what: str) -> CacheError:
    """What the system objects to, and what to do."""
    full = os.strerror(errno.ENOSPC)  # which RocksDB says in a sentence of its own, without the number
    cause = (full if full in str(error) else error.strerror or str(error)).lower()
    hint = "" if what == "removed" else "; set CASUS_CACHE to a folder that can be"
    return CacheError(f"the cache cannot be {what}: {cause}{hint}", file=folder)


def _touch(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


@contextmanager
def _lock(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the lock of a folder, if it can be had. The system takes it from a process that ends, however that ends."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        locked = True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            locked = False
        yield locked
    finally:
        os.close(descriptor)
