"""Has reasoning done by processes that can be killed, and keeps the latest answers.

What a proof or a case needed of the graph, which takes seconds, serves the next one: a process of their own keeps it. A
what-if derives a world anew each time: it has a process of its own that ends with it and takes its memory along, so
that nobody waits for it who asks for a proof. Each answers one inquiry after the other, and only so many may wait.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from kg.build.store import Build
from kg.errors import Busy, CasusError, QueryFailed, QueryTimeout, QueryTooLarge
from kg.messages import say
from kg.pool.inquiry import Inquiry
from kg.pool.limits import MIB, Limits
from kg.pool.memory import tells_of_no_memory
from kg.pool.wire import Channel, pack_value, unpack_error

#: Answers that are kept, and their characters together.
_KEPT, _KEPT_CHARACTERS = 500, 32 * MIB
#: Bytes that are read of what a process has written to standard error when it ends.
_STDERR_TAIL = 4096


class ProcessDesk:
    """Answers inquiries about a build in other processes. Threads may share it."""

    def __init__(self, build: Build, limits: Limits) -> None:
        """Answer about a build. Processes start when they are first needed.

        Args:
            build: the build.
            limits: what an inquiry may take.
        """
        self._lock = threading.Lock()
        self._kept: OrderedDict[Inquiry, str] = OrderedDict()
        self._counts: Counter[str] = Counter()
        proofs, worlds = _Line(build, limits, keeps=True), _Line(build, limits, keeps=False)
        self._lines = {"explain": proofs, "case": proofs, "case_proof": proofs, "check": proofs, "what_if": worlds}

    def prepare(self, inquiries: Iterable[Inquiry]) -> None:
        """Answer some inquiries in the background, so that those who ask such questions need not wait so long."""

        def ask_all() -> None:
            for inquiry in inquiries:
                with suppress(CasusError):
                    self.ask(inquiry)

        threading.Thread(target=ask_all, daemon=True).start()

    def ask(self, inquiry: Inquiry) -> str:
        """The answer in its form.

        Raises:
            QueryTimeout: it took too long.
            QueryTooLarge: it needs more memory than is allowed.
            QueryFailed: its process has ended.
            Busy: too many others are waiting.
            CasusError: as the method of `kg.graph.Graph` that answers it.
        """
        try:
            text = self._found(inquiry) or self._answer(inquiry)
        except CasusError as error:
            self._count(type(error).__name__)
            raise
        self._count("answered")
        return text

    def numbers(self) -> dict[str, int]:
        """How many inquiries run and wait, how many answers are kept, and how inquiries of the past have ended."""
        lines = set(self._lines.values())
        with self._lock:
            counts = {f"{name}_total": count for name, count in self._counts.items()}
            kept = len(self._kept)
        return {
            "running": sum(line.running for line in lines),
            "waiting": sum(line.waiting for line in lines),
            "kept": kept,
            "started_total": sum(line.started for line in lines),
            **counts,
        }

    def close(self, grace: float = 0) -> None:
        """End the processes. What is being answered has some seconds; those who wait are sent away."""
        for line in set(self._lines.values()):
            line.close(grace)

    def _answer(self, inquiry: Inquiry) -> str:
        with self._lines[inquiry.method].turn() as line:
            # Whoever was before in the line may have asked the same.
            found = self._found(inquiry)
            if found is not None:
                return found
            text = line.answer(inquiry)
        with self._lock:
            self._kept[inquiry] = text
            while len(self._kept) > _KEPT or sum(map(len, self._kept.values())) > _KEPT_CHARACTERS:
                self._kept.popitem(last=False)
        return text

    def _found(self, inquiry: Inquiry) -> str | None:
        """An answer that was kept."""
        with self._lock:
            text = self._kept.get(inquiry)
            if text is not None:
                self._kept.move_to_end(inquiry)
                self._counts["repeated"] += 1
        return text

    def _count(self, outcome: str) -> None:
        with self._lock:
            self._counts[outcome] += 1


class _Line:
    """Those who wait for one process, and the process."""

    def __init__(self, build: Build, limits: Limits, *, keeps: bool) -> None:
        self.waiting = self.running = self.started = 0
        self._build = build
        self._limits = limits
        self._keeps = keeps
        self._lock = threading.Lock()
        self._turn = threading.Lock()
        self._clerk: _Clerk | None = None
        self._closed = False

    @contextmanager
    def turn(self) -> Iterator[_Line]:
        """Wait for one's turn; raises Busy if there is none."""
        if not (self._turn.acquire(blocking=False) or self._wait()):
            raise Busy("other questions that take reasoning are being answered; try again in a minute")
        try:
            if self._closed:
                raise Busy("the server is being stopped or renewed; try again in a few seconds")
            self.running = 1
            yield self
        finally:
            self.running = 0
            self._turn.release()

    def _wait(self) -> bool:
        with self._lock:
            if self.waiting >= self._limits.desk_queue:
                raise Busy(f"{self.waiting} questions that take reasoning are waiting already; try again in a minute")
            self.waiting += 1
        try:
            return self._turn.acquire(timeout=self._limits.desk_seconds)
        finally:
            with self._lock:
                self.waiting -= 1

    def answer(self, inquiry: Inquiry) -> str:
        """The answer of the process, to be called in one's turn only."""
        if self._clerk is None:
            self._clerk = _Clerk(self._build, self._limits)
            self.started += 1
        clerk, kept = self._clerk, self._keeps
        try:
            return clerk.answer(inquiry)
        except (QueryTimeout, QueryFailed, QueryTooLarge):
            kept = False
            raise
        finally:
            if not kept:
                clerk.end()
                self._clerk = None

    def close(self, grace: float) -> None:
        """End the process, after what is being answered or some seconds."""
        self._closed = True
        got = self._turn.acquire(timeout=grace)
        if self._clerk is not None:
            self._clerk.end()
        if got:
            self._turn.release()


class _Clerk:
    """A process that reasons."""

    def __init__(self, build: Build, limits: Limits) -> None:
        self._limits = limits
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the process
        ours, theirs = socket.socketpair()
        with theirs:
            # The modules are looked for where this process looks, and nowhere else: not in the current folder.
            program = f"import sys; sys.path[:] = {sys.path!r}; from kg.pool.clerk import main; main({theirs.fileno()})"
            # In a session of its own, so that what it has started is ended with it.
            self._process = subprocess.Popen(
                [sys.executable, "-c", program],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._channel = Channel(ours)
        settings = {"build": os.fspath(build.folder), "memory": limits.desk_memory, "parent": os.getpid()}
        with suppress(OSError):  # who has ended already is noticed when it is asked
            self._channel.send(pack_value(settings))

    def answer(self, inquiry: Inquiry) -> str:
        seconds = self._limits.desk_seconds
        try:
            self._channel.send(pack_value({"inquiry": inquiry.to_json(), "seconds": seconds}))
            message = self._channel.receive(seconds)
        except TimeoutError:
            raise QueryTimeout(f"this took too long and was stopped; {seconds:g} s are allowed") from None
        except OSError:
            message = None
        if message is None:
            raise self._cause()
        answered = message.value()
        if "error" in answered:
            raise unpack_error(answered)
        text: str = answered["text"]
        return text

    def _cause(self) -> CasusError:
        """Why it has ended before it had answered."""
        self.end()
        size = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, size - _STDERR_TAIL))
        last = self._stderr.read().decode(errors="replace").strip()
        if tells_of_no_memory(last):
            return QueryTooLarge(f"this needs more memory than the {self._limits.desk_memory:,} MiB that are allowed")
        say(f"the process that reasons has ended before it had answered: {last or self._process.returncode}")
        return QueryFailed("the process that was to answer this has ended; the next question is put to another")

    def end(self) -> None:
        """Kill it, and what it has started."""
        self._channel.close()
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
