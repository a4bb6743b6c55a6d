"""Search: what is called so, by kinds, as a page and as suggestions for the field in the head of every page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import BadRequest

from kg.finder import FOUND_KINDS, FoundKind, Hit, folded
from kg.web.negotiation import HTML
from kg.web.openapi import Parameter, documented, one_of
from kg.web.service import Service
from kg.web.views.view import View, address

#: Things of each kind on the page that shows all kinds, and on the page of one kind.
FEW, MANY = 6, 300
#: Suggestions below the field.
SUGGESTED = 10
#: Characters of what is searched for.
_LONGEST = 200
_KINDS = {kind.name: kind for kind in FOUND_KINDS}


@dataclass(frozen=True)
class FoundThing:
    """A thing that was found, as the reader meets it: its name, what it is, where, and by which other name."""

    name: str
    what: str
    address: str
    by: str | None


@dataclass(frozen=True)
class FoundGroup:
    """The things of a kind that were found: the first of them, how many there are, and where the others are shown."""

    kind: FoundKind
    shown: list[FoundThing]
    count: int
    more: str | None


def add_search(app: Flask, service: Service) -> None:
    """Add the route of the search."""

    @app.get("/search")
    @documented(
        "What is called so: names and codes in all languages, without regard to case and accents.",
        (HTML, "application/json"),
        (
            Parameter("q", f"What is searched for, up to {_LONGEST} characters.", {"type": "string"}, "armenia"),
            Parameter("kind", "Only things of this kind.", one_of("", *_KINDS)),
            Parameter("format", f"json for the best {SUGGESTED}; all else is passed over."),
        ),
        (200, 304, 400),
    )
    def search() -> Response | str:
        view = View.of_request(service)
        asked = request.args.get("q", "").strip()
        if len(asked) > _LONGEST:
            raise BadRequest(f"q: a search is up to {_LONGEST} characters long, this one is {len(asked):,}")
        kind = _kind(request.args.get("kind", "").strip())
        finder = service.library.finder
        hits = finder.list(kind) if kind and not folded(asked) else finder.find(asked)
        if request.args.get("format") == "json":
            return _suggest(view, asked, [hit for hit in hits if kind in (None, hit.kind)])
        return view.render(
            "search.html",
            canonical=view.canonical(q=asked, kind=kind.name if kind else None),
            asked=asked,
            kind=kind,
            is_list=kind is not None and not folded(asked),
            groups=list(_groups(view, asked, hits, kind)),
            others=[
                (each.text, address("search", q=asked, kind=each.name), number)
                for each in FOUND_KINDS
                if (number := sum(hit.kind == each for hit in hits)) and each != kind
            ],
            lists=[
                (each.text, address("search", kind=each.name)) for each in FOUND_KINDS if not hits and finder.list(each)
            ],
        )


def _kind(said: str) -> FoundKind | None:
    if said and said not in _KINDS:
        raise BadRequest(f"kind: there is no kind {said[:100]!r}; choose from {', '.join(_KINDS)}")
    return _KINDS.get(said)


def _groups(view: View, asked: str, hits: list[Hit], chosen: FoundKind | None) -> Iterator[FoundGroup]:
    """What was found by kind, or of the chosen kind alone."""
    for kind in FOUND_KINDS if chosen is None else (chosen,):
        found = [hit for hit in hits if hit.kind == kind]
        if found:
            shown = [_shown(view, hit) for hit in islice(found, FEW if chosen is None else MANY)]
            if not folded(asked):
                shown.sort(key=lambda each: each.name)
            more = address("search", q=asked, kind=kind.name) if len(found) > len(shown) else None
            yield FoundGroup(kind, shown, len(found), more)


def _suggest(view: View, asked: str, hits: list[Hit]) -> Response:
    """The best in JSON, in the reader's language."""
    best = [_shown(view, hit) for hit in hits[:SUGGESTED]]
    response = jsonify(
        query=asked,
        count=len(hits),
        results=[{"name": each.name, "what": each.what, "by": each.by, "address": each.address} for each in best],
    )
    response.vary.add("Accept-Language")
    return response


def _shown(view: View, hit: Hit) -> FoundThing:
    name, labels = view.name(hit.thing), view.service.library.labels
    label = next(filter(None, (labels.find(each, *view.reader.languages) for each in hit.classes)), None)
    what = label.value if label is not None else view.say(hit.kind.text)
    return FoundThing(name, what, view.link(hit.thing) or "", hit.by if hit.by != name else None)
