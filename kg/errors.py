"""Every error a user can meet, with its exit code and its HTTP status.

    CasusError                     something the user can mend
    ├── BadInput                   exit 2, HTTP 400: the input cannot be used
    │   ├── MissingFile            exit 2, HTTP 404
    │   ├── UnknownFormat          exit 2, HTTP 415
    │   ├── ParseError             exit 2, HTTP 400: not RDF in the format it claims to be
    │   ├── ProjectError           exit 2, HTTP 500: the folder is not a project
    │   └── QueryError             exit 2, HTTP 400: not SPARQL, or more than the service allows
    │       └── QueryTooLarge      exit 2, HTTP 400: the answer, or the way to it, takes more than the service allows
    ├── MissingLibrary             exit 2, HTTP 500: what an extra of the package brings is not installed
    ├── CacheError                 exit 2, HTTP 500: builds cannot be kept, or not be read
    ├── InvalidData                exit 1, HTTP 422: the shapes are violated
    ├── Inconsistent               exit 3, HTTP 409: the closure contains a contradiction
    ├── ServeError                 exit 4, HTTP 500: the server cannot start
    ├── QueryTimeout               exit 4, HTTP 504: a query took too long and was stopped
    ├── QueryFailed                exit 4, HTTP 500: the process that answered a query has ended
    ├── Busy                       exit 4, HTTP 503: too many queries at once; try again later
    ├── ReasonerError              exit 6, HTTP 500: the reasoner failed
    │   └── ReasonerLimit          exit 7, HTTP 503: a limit of time, memory or statements ended it
    └── StoreError                 exit 5, HTTP 502: another store cannot be reached, refuses, or answers nonsense
        └── PublishError           exit 5, HTTP 502: it cannot be written to, or does not hold what was sent

Exit code 0 is success. `str(error)` is the one line a user reads: ``file:line: cause``.
"""

from __future__ import annotations

from os import PathLike, fspath


class CasusError(Exception):
    """Base of all errors that are answered with a message instead of a traceback."""

    exit_code = 2
    http_status = 500
    #: Seconds after which it may be otherwise, for the header Retry-After; None where trying again is no use.
    retry_after: int | None = None

    def __init__(self, message: str, *, file: str | PathLike[str] | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.file = fspath(file) if file is not None else None
        self.line = line

    def __str__(self) -> str:
        if self.file is None:
            return self.message
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.message}"


class BadInput(CasusError):
    """The input cannot be used."""

    http_status = 400


class MissingFile(BadInput):
    """A file or folder that was named does not exist or cannot be read."""

    http_status = 404


class UnknownFormat(BadInput):
    """No RDF or results format goes by this suffix, name or media type."""

    http_status = 415


class ParseError(BadInput):
    """A file is not what its format requires."""


class ProjectError(BadInput):
    """A folder lacks what a project must hold."""

    http_status = 500


class QueryError(BadInput):
    """A query is not SPARQL 1.1, or asks for what is not allowed."""


class QueryTooLarge(QueryError):
    """A query needs more memory, or has a longer answer, than is allowed."""


class MissingLibrary(CasusError, ImportError):
    """A library is not installed that an extra of the package brings."""


class CacheError(CasusError):
    """The folder in which builds are kept cannot be read or written."""


class InvalidData(CasusError):
    """The data violates the shapes."""

    exit_code = 1
    http_status = 422


class Inconsistent(CasusError):
    """The ontology and the data contradict each other."""

    exit_code = 3
    http_status = 409


class ServeError(CasusError):
    """The server cannot start, for example because its address is taken."""

    exit_code = 4


class QueryTimeout(CasusError):
    """A query was stopped at its deadline."""

    exit_code = 4
    http_status = 504


class QueryFailed(CasusError):
    """The process that was to answer a query has ended before it did."""

    exit_code = 4


class Busy(CasusError):
    """As many queries as may are being answered or waiting."""

    exit_code = 4
    http_status = 503
    retry_after = 2


class ReasonerError(CasusError):
    """The reasoner, clingo or owlrl, failed at what it was given."""

    exit_code = 6


class ReasonerLimit(ReasonerError):
    """Reasoning was ended by a limit of time, memory or statements."""

    exit_code = 7
    http_status = 503


class StoreError(CasusError):
    """Another store cannot be reached, refuses what is asked of it, or answers what nobody can read."""

    exit_code = 5
    http_status = 502


class PublishError(StoreError):
    """Another store cannot be written to, or does not hold afterwards what was sent to it."""


def join_errors(errors: list[BadInput]) -> BadInput:
    """One error or more as one of the first one's kind, which says all of them, a line each."""
    first, *others = errors
    return type(first)("\n".join(map(str, errors))) if others else first
