"""What takes reasoning to answer: proofs, cases and what-ifs, asked and answered in values that cross to a process.

An answer is a text in one of the forms that the command for it has; pages are made of its JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol, TypeAlias

from kg.cases.render import RENDERERS as CASES
from kg.checking.checked import Checked
from kg.checking.render import RENDERERS as CHECKS
from kg.graph import Graph
from kg.proofs.render import RENDERERS as PROOFS
from kg.whatif.render import RENDERERS as WHAT_IFS

#: What an inquiry may say: days, terms and kinds as texts, and whether help was requested.
Argument: TypeAlias = str | bool | None


def _of_one(write: Callable[..., str]) -> Callable[[Checked], str]:
    """Writes one checked statement, with its proof, as a list of one."""
    return lambda checked: write([checked], proofs=True)


#: The methods of `Graph` that inquiries are put to, with the forms of their answers.
FORMS: Mapping[str, Mapping[str, Callable[[Any], str]]] = {
    "explain": PROOFS,
    "case": CASES,
    "case_proof": PROOFS,
    "what_if": WHAT_IFS,
    "check": {name: _of_one(write) for name, write in CHECKS.items()},
}


@dataclass(frozen=True)
class Inquiry:
    """A question for one of the methods of `kg.graph.Graph`.

    Attributes:
        method: which, of those in `FORMS`.
        arguments: its arguments by name.
        form: the form of the answer.
    """

    method: str
    arguments: tuple[tuple[str, Argument], ...]
    form: str

    @classmethod
    def of(cls, method: str, form: str, **arguments: Argument) -> Inquiry:
        """An inquiry with some arguments; those that are None are left out."""
        assert form in FORMS[method]
        return cls(method, tuple((name, value) for name, value in arguments.items() if value is not None), form)

    def to_json(self) -> dict[str, Any]:
        """The inquiry as it is told to another process."""
        return {"method": self.method, "arguments": dict(self.arguments), "form": self.form}

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Inquiry:
        """The inquiry that `to_json` has told."""
        return cls.of(said["method"], said["form"], **said["arguments"])

    def answer(self, graph: Graph) -> str:
        """What a graph answers; raises as the method does."""
        found = getattr(graph, self.method)(**dict(self.arguments))
        return FORMS[self.method][self.form](found)


class Desk(Protocol):
    """Where inquiries are put. `kg.pool.desk.ProcessDesk` is the one that a server on the web needs."""

    def prepare(self, inquiries: Iterable[Inquiry]) -> None:
        """Be ready for such questions as some inquiries are; they are read when there is time for them."""

    def ask(self, inquiry: Inquiry) -> str:
        """The answer in its form.

        Raises:
            CasusError: the question cannot be answered, takes too long or too much, or too many others wait;
                `http_status` and `retry_after` say how to tell the client.
        """


class LocalDesk:
    """Answers in this process, one inquiry after the other: for trusted questions and for tests."""

    def __init__(self, graph: Graph) -> None:
        """Answer from a graph."""
        self._graph = graph
        self._lock = Lock()

    def prepare(self, inquiries: Iterable[Inquiry]) -> None:
        """Do nothing: there is no time but that of whoever asks."""

    def ask(self, inquiry: Inquiry) -> str:
        """The answer; raises as `Inquiry.answer`."""
        with self._lock:
            return inquiry.answer(self._graph)
