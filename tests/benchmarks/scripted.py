"""A client of limited skill, which knows nothing of the graph: it reads a question's days, names and words, and follows
what its tools tell. The same rules serve both toolboxes; where one lacks a tool, the client writes the SPARQL that
anybody would write for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from kg.mcp.topics import nearest_topics, stems
from tests.benchmarks.toolboxes import Refused, Toolbox

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b|\b(\d{{4}}-\d{{2}}-\d{{2}})\b")
#: Words with a capital letter, and the small ones that join them, after the first word of the question.
_CAPITAL = r"[A-Z][\w.'’-]*"
_NAME = re.compile(rf"\b{_CAPITAL}(?:(?: of(?: the)?| and)? {_CAPITAL})*")
_XSD_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Properties that are tried, and the words that begin a question of each kind.
_TRIED = 6
_YES_OR_NO = ("did", "does", "do", "was", "were", "is", "are", "has", "have")
#: A kind of obligation is what stands behind the verb, without the words around it.
_OWE = re.compile(r"\bow(?:e|es|ed|ing)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Asked:
    """A question as the client reads it: its days, its names in their order, and its other words."""

    text: str
    days: tuple[str, ...]
    names: tuple[str, ...]
    words: str

    @classmethod
    def read(cls, text: str) -> Asked:
        """Read a question."""
        days = tuple(_iso(found) for found in _DAY.finditer(text))
        rest = _DAY.sub(" ", text)
        first, _, after = rest.partition(" ")
        names = tuple(found[0] for found in _NAME.finditer(after) if found[0] not in _MONTHS)
        words = after
        for name in names:
            words = words.replace(name, " ")
        return cls(text, days, names, f"{first} {words}".strip(" ?"))

    @property
    def wants_yes_or_no(self) -> bool:
        return self.text.split()[0].lower() in _YES_OR_NO

    @property
    def wants_number(self) -> bool:
        return self.text.lower().startswith("how many")

    @property
    def wants_day(self) -> bool:
        return self.text.lower().startswith(("when", "since when"))


class Skills(Protocol):
    """What a toolbox lets the client do."""

    def find(self, name: str) -> str | None:
        """The term that a name stands for."""

    def owed(self, holder: str | None, beneficiary: str | None, kind: str, on: str) -> list[str] | None:
        """Who is on the other side of the duties, surely bound; None if it cannot be asked."""

    def worked(self, asked: Asked, terms: Sequence[str]) -> list[str] | None:
        """The answer to a like question, with other names and days put in; None if there is none like it."""

    def properties(self, words: str) -> list[str]:
        """The properties whose names have some words, the nearest first."""

    def values(self, pattern: str, day: str | None) -> list[str]:
        """What a pattern finds for ?answer, by label."""


def answer(asked: Asked, skills: Skills) -> list[str]:
    """The answer to a question; nothing if the client is at a loss."""
    terms = [term for term in map(skills.find, asked.names) if term is not None]
    verb = _OWE.search(asked.text)
    if verb is not None and terms and asked.days:
        found = _duties(asked, skills, verb.start())
        if found is not None:
            return found
    found = skills.worked(asked, terms)
    if not found:
        found = _by_property(asked, skills, terms)
    return _as_wanted(asked, found)


def _duties(asked: Asked, skills: Skills, verb: int) -> list[str] | None:
    """Whoever is named before the verb owes, whoever is named behind it is owed; but of "to whom" who is named owes."""
    before, after = asked.text[:verb], asked.text[verb:]
    sides = {name: skills.find(name) for name in asked.names}
    holder = next((term for name, term in sides.items() if name in before), None)
    beneficiary = next((term for name, term in sides.items() if name in after and name not in before), None)
    # What is owed is the first word behind the verb that is no name, no day and no small word.
    behind = _OWE.split(asked.words)[-1]
    said = [word for word in re.findall(r"[a-z]+", behind) if stems(word)]
    found = skills.owed(holder, beneficiary, said[0] if said else "", asked.days[0])
    if found is not None and holder and beneficiary and asked.wants_yes_or_no:
        return ["yes" if found else "no"]
    return found


def _by_property(asked: Asked, skills: Skills, terms: Sequence[str]) -> list[str]:
    """What stands beside a named thing by the first property that has something there, forth or back."""
    for property_ in skills.properties(asked.text)[:_TRIED]:
        for term in terms:
            for pattern in (f"{term} {property_} ?answer", f"?answer {property_} {term}"):
                found = skills.values(pattern, asked.days[0] if asked.days else None)
                if found and (not asked.wants_day or _XSD_DAY.match(found[0])):
                    return found
    return []


def _as_wanted(asked: Asked, found: list[str] | None) -> list[str]:
    if not found:
        return []
    if asked.wants_number and not (len(found) == 1 and found[0].isdecimal()):
        return [str(len(set(found)))]
    if asked.wants_yes_or_no:
        return ["yes"]
    return found


class ByTools:
    """What the tools of Casus let a client do."""

    def __init__(self, tools: Toolbox) -> None:
        """Use these."""
        self._tools = tools

    def find(self, name: str) -> str | None:
        found = self._tools.call("find", text=name).get("found", [])
        return found[0]["term"] if found else None

    def owed(self, holder: str | None, beneficiary: str | None, kind: str, on: str) -> list[str] | None:
        sides = {"holder": holder, "beneficiary": beneficiary}
        asked = {side: term for side, term in sides.items() if term is not None}
        try:
            told = self._tools.call("owed", on=on, kind=kind, **asked)
        except Refused:
            return None
        other = "holders" if beneficiary else "beneficiaries"
        return [
            state["label"]
            for clause in told.get("clauses", [])
            if clause["binding"]
            for group in clause["bound"]
            if group["certainty"] == "certain"
            for state in group[other]
        ]

    def worked(self, asked: Asked, terms: Sequence[str]) -> list[str] | None:
        told = self._tools.call("questions", about=asked.words).get("questions", [])
        wanted = set(stems(asked.words))
        for like in told:
            query = like["query"]
            if not wanted <= set(stems(like["question"])):
                continue
            pairs = list(_pairs(terms, [one["term"] for one in like.get("mentions", [])]))
            if len(pairs) < len(terms):  # it is about other kinds of things
                continue
            for term, mention in pairs:
                query = re.sub(rf"{re.escape(mention)}(?![\w/-])", term, query)
            if asked.days:
                query = _XSD_DAY.sub(asked.days[0], query)
            try:
                answer_ = self._tools.call("query", sparql=query, limit=1000)
            except Refused:
                continue
            if "columns" in answer_:
                return _column(asked, answer_)
        return None

    def properties(self, words: str) -> list[str]:
        told = self._tools.call("schema", about=words).get("terms", [])
        return [term["term"] for term in told if term["kind"] == "property"]

    def values(self, pattern: str, day: str | None) -> list[str]:
        query = f"SELECT DISTINCT ?answer {{ {pattern} }}"
        try:
            told = self._tools.call("query", sparql=query, limit=1000, **({"as_of": day} if day else {}))
        except Refused:
            return []
        return [row["answer"].get("label") or row["answer"]["value"] for row in told.get("rows", [])]


class BySparql:
    """What SPARQL alone lets the same client do: look names up in labels, and properties too."""

    def __init__(self, tools: Toolbox) -> None:
        """Use these."""
        self._tools = tools
        self._named: dict[str, list[str]] | None = None

    def find(self, name: str) -> str | None:
        wanted = name.lower().replace("\\", "").replace('"', "")
        for condition in (f'LCASE(STR(?name)) = "{wanted}"', f'CONTAINS(LCASE(STR(?name)), "{wanted}")'):
            query = (
                f"SELECT ?thing {{ ?thing rdfs:label|skos:altLabel ?name FILTER ({condition}) }} "
                "ORDER BY STRLEN(STR(?name)) LIMIT 1"
            )
            rows = self._rows(query)
            if rows:
                return f"<{rows[0]['thing']['value']}>"
        return None

    def owed(self, holder: str | None, beneficiary: str | None, kind: str, on: str) -> list[str] | None:
        return None

    def worked(self, asked: Asked, terms: Sequence[str]) -> list[str] | None:
        return None

    def properties(self, words: str) -> list[str]:
        if self._named is None:
            query = (
                "SELECT DISTINCT ?p ?name { { ?p a owl:ObjectProperty } UNION { ?p a owl:DatatypeProperty } "
                "?p rdfs:label|skos:definition|rdfs:comment ?name FILTER (LANG(?name) IN ('', 'en')) }"
            )
            self._named = {}
            for row in self._rows(query):
                self._named.setdefault(f"<{row['p']['value']}>", []).append(row["name"]["value"])
        texts = {iri: [(text, 1.0 if len(text) > 60 else 3.0) for text in said] for iri, said in self._named.items()}
        return nearest_topics(words, texts, 12)

    def values(self, pattern: str, day: str | None) -> list[str]:
        rows = self._rows(
            f"SELECT DISTINCT ?answer ?name {{ {pattern} "
            "OPTIONAL { ?answer rdfs:label ?name FILTER (LANG(?name) = 'en') } }"
        )
        return [row["name"]["value"] if "name" in row else _readable(row["answer"]["value"]) for row in rows]

    def _rows(self, query: str) -> list[dict[str, Any]]:
        try:
            found = self._tools.call("sparql", query=query)
        except Refused:
            return []
        return found["results"]["bindings"] if "results" in found else []


SKILLS = {"tools": ByTools, "bare SPARQL": BySparql}


def _iso(found: re.Match[str]) -> str:
    if found[4]:
        return found[4]
    return f"{found[3]}-{_MONTHS.index(found[2]) + 1:02}-{int(found[1]):02}"


def _pairs(terms: Sequence[str], mentions: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What a question names, beside what a like one names in its place: things of one kind, in their order."""
    left = list(mentions)
    for term in terms:
        kind = re.split(r"[:/]", term)[0]
        like = next((one for one in left if re.split(r"[:/]", one)[0] == kind), None)
        if like is not None:
            left.remove(like)
            yield term, like


def _column(asked: Asked, told: dict[str, Any]) -> list[str]:
    """The column that answers: dates where a day is asked for, a number where one is, else the first."""
    rows = [{name: cell.get("label") or cell["value"] for name, cell in row.items()} for row in told.get("rows", [])]
    if not rows:
        return []
    columns = told["columns"]
    if asked.wants_day:
        columns = [name for name in columns if _XSD_DAY.match(rows[0].get(name, ""))] or columns
    elif asked.wants_number:
        columns = [name for name in columns if len(rows) == 1 and rows[0].get(name, "").isdecimal()] or columns
    return [row[columns[0]] for row in rows if columns[0] in row]


def _readable(value: str) -> str:
    return value.removesuffix("T00:00:00Z")
