"""The dataset as search engines read it in pages: schema.org's Dataset, in JSON-LD.

https://schema.org/Dataset; what Google's and others' dataset search take in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.rdf.formats import GRAPH_FORMATS
from kg.terms import DCAT, DCTERMS
from kg.web.reader import Reader
from kg.web.site import Library, Site
from kg.web.urls import absolute

#: What of the description becomes what in schema.org.
_TEXTS = {
    "name": DCTERMS.title,
    "description": DCTERMS.description,
    "datePublished": DCTERMS.issued,
    "dateModified": DCTERMS.modified,
    "citation": DCTERMS.bibliographicCitation,
}
_ORGANIZATIONS = {"creator": DCTERMS.creator, "publisher": DCTERMS.publisher}


def dataset_markup(site: Site, library: Library, reader: Reader) -> dict[str, Any]:
    """The dataset in the reader's language, with the files it can be had as."""
    said: dict[NamedNode, list[Literal]] = {}
    for triple in library.about:
        if isinstance(triple.object, Literal):
            said.setdefault(triple.predicate, []).append(triple.object)
    texts = {name: _choose(said.get(term, ()), reader) for name, term in _TEXTS.items()}
    agents = {name: _choose(said.get(term, ()), reader) for name, term in _ORGANIZATIONS.items()}
    everything = absolute(site, "graphs") + "?default"
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": site.names.dataset,
        "url": absolute(site, "dataset"),
        "name": site.identity.title,
        "description": site.identity.summary,
        **{name: text for name, text in texts.items() if text is not None},
        **{name: {"@type": "Organization", "name": text} for name, text in agents.items() if text is not None},
        **({"license": library.license} if library.license is not None else {}),
        **({"version": library.version} if library.version is not None else {}),
        "keywords": [keyword.value for keyword in said.get(DCAT.keyword, ()) if keyword.language == reader.language],
        "inLanguage": list(site.identity.languages),
        "isAccessibleForFree": True,
        "distribution": [
            {
                "@type": "DataDownload",
                "name": form.title,
                "encodingFormat": form.media_types[0],
                "contentUrl": f"{everything}&format={form.name}",
            }
            for form in GRAPH_FORMATS
        ],
    }


def _choose(texts: Iterable[Literal], reader: Reader) -> str | None:
    """A text in the first of the reader's languages that it is in."""

    def rank(text: Literal) -> int:
        language = text.language or reader.languages[0]
        return reader.languages.index(language) if language in reader.languages else len(reader.languages)

    return min(((rank(text), text.value) for text in texts), default=(0, None))[1]
