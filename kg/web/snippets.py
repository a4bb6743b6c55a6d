"""Code that asks a query again, for those who work in a shell, in Python or in R."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

from kg.sparql.answer import AnswerKind
from kg.web.operation import Operation

_CURL = """\
curl --fail --get {endpoint} \\
  {parameters}
"""
_PYTHON = """\
from urllib.parse import urlencode

{imports}

query = {query}
address = {endpoint} + "?" + urlencode({parameters})
{reading}
"""
_R = """\
query <- {query}
address <- paste0({endpoint}, "?", {parameters})
{reading}
"""
#: For each kind of answer: the format to ask for, and how Python and R read it.
_FORMATS: dict[AnswerKind, str] = {"bindings": "csv", "boolean": "csv", "graph": "nt"}
_IN_PYTHON: dict[AnswerKind, tuple[str, str]] = {
    "bindings": ("import pandas", "answer = pandas.read_csv(address)\nprint(answer)"),
    "boolean": (
        "from urllib.request import urlopen",
        'answer = urlopen(address).read().decode().strip() == "true"\nprint(answer)',
    ),
    "graph": ("from rdflib import Graph", 'answer = Graph().parse(address, format="nt")\nprint(answer.serialize())'),
}
_IN_R: dict[AnswerKind, str] = {
    "bindings": 'answer <- read.csv(address, encoding = "UTF-8")\nprint(answer)',
    "boolean": 'answer <- readLines(address) == "true"\nprint(answer)',
    "graph": 'answer <- readLines(address, encoding = "UTF-8")\nprint(answer)',
}


@dataclass(frozen=True)
class Snippet:
    """Code in a language."""

    language: str
    code: str


def snippets(endpoint: str, operation: Operation, kind: AnswerKind) -> list[Snippet]:
    """The code that asks an endpoint a query again, in each language.

    It runs as it is: nothing in a query can be more than a text in it.

    Args:
        endpoint: the address of the endpoint, as the world knows it.
        operation: the query.
        kind: the kind of its answer.
    """
    assert operation.query is not None
    query = operation.query.replace("\r\n", "\n")  # as a form sends it
    others = [("format", _FORMATS[kind]), *_asked(operation)]
    curl = [f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in [*others, ("query", query)]]
    pairs = [*(f"({json.dumps(name)}, {json.dumps(value)})" for name, value in others), '("query", query)']
    encoded = [f'"{name}=", URLencode({_in_r(value)}, reserved = TRUE), "&"' for name, value in others]
    imports, reading = _IN_PYTHON[kind]
    return [
        Snippet(
            "R",
            _R.format(
                query=_in_r(query),
                endpoint=_in_r(endpoint),
                parameters=", ".join([*encoded, '"query=", URLencode(query, reserved = TRUE)']),
                reading=_IN_R[kind],
            ),
        ),
        Snippet(
            "Python",
            _PYTHON.format(
                imports=imports,
                query=_in_python(query),
                endpoint=json.dumps(endpoint),
                parameters=f"[{', '.join(pairs)}]",
                reading=reading,
            ),
        ),
        Snippet("curl", _CURL.format(endpoint=shlex.quote(endpoint), parameters=" \\\n  ".join(curl))),
    ]


def _asked(operation: Operation) -> Iterable[tuple[str, str]]:
    """The parameters beside a query, each with one value."""
    for name, value in operation.parameters().items():
        if name == "query":
            continue
        values = value if isinstance(value, tuple) else (value,)
        yield from ((name, str(each)) for each in values if each is not None)


def _in_r(text: str) -> str:
    """A text in double quotes, in which R's run over lines."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _in_python(text: str) -> str:
    """A text in triple quotes, which is what it looks like as far as it can be."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    ending = escaped[:-1] + '\\"' if escaped.endswith('"') else escaped
    return f'"""{ending}"""'
