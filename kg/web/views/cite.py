"""How to cite the data, or one view of them: as text, by APA's rules and for BibTeX, with version, date and address."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, request
from pyoxigraph import NamedNode
from werkzeug.exceptions import BadRequest

from kg.terms import DCTERMS
from kg.web.negotiation import HTML
from kg.web.openapi import Parameter, documented
from kg.web.service import Service
from kg.web.urls import root_url
from kg.web.views.view import View

#: Characters of an address that is cited.
_LONGEST = 2000
#: What stands in an address as it is; all else is escaped, so that nothing in it can end a field of BibTeX.
_PLAIN = "/:?&=#%,;@!$'()*+~-._[]"


@dataclass(frozen=True)
class CitedData:
    """What is cited.

    Attributes:
        title: the title of the data.
        creator: whose they are.
        year: the year of this version, if the data say so.
        version: the version.
        modified: the day on which the data were last changed.
        known_to: the day to which their sources reach.
        license: the address of their license.
        address: where they are, or the view of them that is cited.
        name: by which files, and entries of BibTeX, are called after them.
    """

    title: str
    creator: str | None
    year: str | None
    version: str | None
    modified: str | None
    known_to: str | None
    license: str | None
    address: str
    name: str

    @property
    def text(self) -> str:
        """As a footnote has it."""
        details = self._joined(
            ("version {}", self.version), ("data of {}", self.modified), ("sources to {}", self.known_to)
        )
        parts = (f"{self.creator}: " if self.creator else "", self.title, f", {details}" if details else "")
        return f"{''.join(parts)}, {self.address}"

    @property
    def apa(self) -> str:
        """By the rules of the American Psychological Association for a data set, 7th edition, section 10.9."""
        details = self._joined(("Version {}", self.version), ("data of {}", self.modified), separator="; ")
        author = f"{self.creator}. ({self.year or 'n.d.'}). " if self.creator else ""
        return f"{author}{self.title}{f' ({details})' if details else ''} [Data set]. {self.address}"

    @property
    def bibtex(self) -> str:
        """As an entry of BibTeX."""
        note = self._joined(
            ("data of {}", self.modified), ("sources to {}", self.known_to), ("license {}", self.license)
        )
        fields = (
            ("author", f"{{{self.creator}}}" if self.creator else None),
            ("title", f"{{{self.title}}}"),
            ("year", self.year),
            ("version", self.version),
            ("note", note),
            ("url", self.address),
        )
        lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields if value)
        key = "-".join(filter(None, (self.name, self.version)))
        return f"@misc{{{key},\n{lines}\n}}\n"

    @staticmethod
    def _joined(*details: tuple[str, str | None], separator: str = ", ") -> str:
        return separator.join(text.format(value) for text, value in details if value)


def add_cite(app: Flask, service: Service) -> None:
    """Add the route of the page that says how to cite."""

    @app.get("/cite")
    @documented(
        "How to cite the data, or a view of them.",
        (HTML,),
        (Parameter("of", "The address of the view, on this server.", example="/claims?status=disputed"),),
        (200, 304, 400),
    )
    def cite() -> str:
        view = View.of_request(service)
        of = _cited(service, request.args.get("of", "").strip())
        return view.render(
            "cite.html",
            canonical=view.canonical(of=of),
            citation=_citation(view, of),
            of=of,
            license=service.library.license,
        )


def _cited(service: Service, said: str) -> str | None:
    """The address of the view that is cited, as the world knows it; None if the whole is."""
    root = root_url(service.site)
    if not said:
        return None
    if said.startswith("/") and not said.startswith("//"):
        said = root + said.removeprefix(request.script_root).removeprefix("/")
    if not said.startswith(root) or len(said) > _LONGEST:
        raise BadRequest(f"of: not an address of this server of up to {_LONGEST:,} characters: {said[:100]!r}")
    return quote(said, safe=_PLAIN)


def _citation(view: View, of: str | None) -> CitedData:
    site, library = view.service.site, view.service.library

    def said(term: NamedNode) -> str | None:
        return view.text(triple.object for triple in library.about if triple.predicate == term)

    modified = said(DCTERMS.modified) or said(DCTERMS.issued)
    known_to = library.currency.known_to
    return CitedData(
        said(DCTERMS.title) or site.identity.title,
        said(DCTERMS.creator),
        modified[:4] if modified else None,
        library.version,
        modified,
        str(known_to) if known_to else None,
        library.license,
        of or site.base,
        site.identity.name,
    )
