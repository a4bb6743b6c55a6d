"""What the tools share: who answers, how things that a program names are read, and how they are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pyoxigraph import NamedNode

from kg.day import read_day
from kg.errors import BadInput
from kg.finder import folded
from kg.mcp.typed import ToldThing, ToldValue
from kg.sparql.answer import readable
from kg.sparql.unknown import near_terms
from kg.terms import Labels, Term
from kg.web.client import Asker
from kg.web.reader import Reader
from kg.web.service import Service
from kg.web.views.reasoning import ask_json
from kg.web.views.view import View

#: Characters of what was said that an error repeats.
_REPEATED = 100


@dataclass(frozen=True)
class Teller:
    """Tells programs what a service knows.

    Attributes:
        service: who answers.
        language: that of labels and sentences, as a tag.
    """

    service: Service
    language: str = "en"

    @property
    def view(self) -> View:
        """What pages are made with: texts, clauses and sentences in the language."""
        ours = self.service.site.identity.languages
        languages = tuple(dict.fromkeys((self.language.lower(), *map(str.lower, ours))))
        spoken = self.language if self.language in ours else ours[0]
        return View(self.service, Reader(self.service.site.names, languages, spoken))

    def asker(self, day: date | None = None) -> Asker:
        """Asks the workers, of the graph or of a day."""
        return self.service.asker(day)

    def reason(self, method: str, **arguments: str | bool | None) -> Any:
        """What the desk answers, as data; raises as `kg.pool.inquiry.Desk.ask`."""
        return ask_json(self.view, method, **arguments)

    def thing(self, argument: str, said: str, *folders: str) -> NamedNode:
        """The thing that a program means: by its name in queries, its IRI, its code or, if only one has it, its label.

        Args:
            argument: the argument that names it, for the message.
            said: what was said.
            folders: where a bare code is looked for, for example ``state``.

        Raises:
            BadInput: nothing is so named; the message has names that are near.
        """
        text, known = said.strip(), self.service.library.things
        base = self.service.site.names.id
        for code in (text, text.upper()):
            for folder in folders:
                if f"{base}{folder}/{code}" in known:
                    return NamedNode(f"{base}{folder}/{code}")
        found = self._read(text)
        if found is not None and self._mentions(found):
            return found
        called = self._called(text, folders)
        if len(called) == 1:
            return called[0]
        raise BadInput(f"{argument}: {self._unknown(text, called)}")

    def any_thing(self, argument: str, said: str | None, *folders: str) -> NamedNode | None:
        """The thing that is meant, if one is; as `thing`."""
        return None if said is None or not said.strip() else self.thing(argument, said, *folders)

    def day(self, argument: str, said: str) -> date:
        """The day that a program means.

        Raises:
            BadInput: it is none.
        """
        try:
            return read_day(said.strip())
        except BadInput as error:
            raise BadInput(f"{argument}: {error}") from error

    def any_day(self, argument: str, said: str | None) -> date | None:
        """The day that is meant, if one is; raises as `day`."""
        return None if said is None or not said.strip() else self.day(argument, said)

    def named(self, thing: Term) -> ToldThing:
        """A thing with its label."""
        return ToldThing(
            term=self.term(thing), label=self.view.name(thing) if isinstance(thing, NamedNode) else str(thing)
        )

    def named_all(self, things: Iterable[Term]) -> list[ToldThing]:
        """Things with their labels."""
        return [self.named(thing) for thing in things]

    def term(self, thing: Term) -> str:
        """A term as queries and tools take it."""
        return self.service.site.names.show(thing)

    def values(self, rows: Iterable[Sequence[Term | None]], day: date | None = None) -> list[list[ToldValue | None]]:
        """Rows as they are told, with the labels of what they name.

        Args:
            rows: the rows.
            day: the day of which they are, where things have labels that they have on no other.
        """
        kept = [list(row) for row in rows]
        labels, names = self.service.library.labels, self.service.site.names
        things = dict.fromkeys(term for row in kept for term in row if isinstance(term, NamedNode))
        # What is derived has labels that no file states.
        others = [thing for thing in things if thing not in labels and thing.value.startswith(names.id)]
        derived = Labels(self.asker(day).labels(others)) if others else Labels(())

        def told(term: Term | None) -> ToldValue | None:
            if term is None:
                return None
            label = None
            if isinstance(term, NamedNode):
                label = labels.find(term, self.language) or derived.find(term, self.language)
            return ToldValue(value=readable(term, names), label=None if label is None else label.value)

        return [[told(term) for term in row] for row in kept]

    def near(self, iri: str) -> list[str]:
        """The things and terms whose names are spelled much like that of one, as queries take them."""
        library = self.service.library
        known = {*(library.subjects or ()), *(term.node.value for term in library.terms)}
        return [self.service.site.names.shorten(other) for other in near_terms(iri, known)]

    def _read(self, text: str) -> NamedNode | None:
        try:
            term = self.service.site.names.read(text)
        except BadInput:
            return None
        return term if isinstance(term, NamedNode) else None

    def _mentions(self, thing: NamedNode) -> bool:
        return thing.value in self.service.library.things or bool(self.asker().mentioned([thing]))

    def _called(self, text: str, folders: Sequence[str]) -> list[NamedNode]:
        """The things of some folders that have a text as one of their names."""
        base, asked = self.service.site.names.id, folded(text)
        hits = (hit for hit in self.service.library.finder.find(text[:_REPEATED]) if hit.rank == 0)
        within = tuple(f"{base}{folder}/" for folder in folders) or (base,)
        return [hit.thing for hit in hits if folded(hit.by) == asked and hit.thing.value.startswith(within)]

    def _unknown(self, text: str, called: Sequence[NamedNode]) -> str:
        said = f"{text[:_REPEATED]!r}{' …' * (len(text) > _REPEATED)}"
        if called:
            return f"{said} names several things: {', '.join(map(self.term, called[:10]))}; say which"
        found = self._read(text) or NamedNode(self.service.site.names.id + "state/" + folded(text).replace(" ", "-"))
        near = self.near(found.value)
        hint = f"; near it are {', '.join(near)}" if near else ""
        return f"nothing here is called {said}{hint}; the tool find looks names up in any language"
