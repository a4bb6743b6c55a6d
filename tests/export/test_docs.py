"""The documentation of the ontology: complete, well formed, and nothing in it leads nowhere or elsewhere."""

from __future__ import annotations

import tomllib
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import NamedNode, Quad
from rdflib.namespace import OWL, RDF
from shipped import GRAPH, shorten

import kg.export.docs.diagram
from kg.export.docs.documentation import documentation
from kg.project import shipped_names
from kg.rdf.load import load_file
from kg.terms import CASUS

KINDS = {str(kind) for kind in (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)}
VOID_ELEMENTS = {"link", "meta"}
TEMPLATES = Path(kg.export.docs.diagram.__file__).parent / "templates"
DIAGRAM = tomllib.loads((TEMPLATES / "diagram.toml").read_text(encoding="utf-8"))


class Page(HTMLParser):
    """A page as a reader's program sees it. Raises AssertionError where tags do not match."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.resources: list[str] = []
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str | None]] = []
        self.feed(source)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        assert tag != "script"
        if values.get("id"):
            self.ids.append(str(values["id"]))
        if tag == "a":
            self.links.append(str(values["href"]))
        else:
            self.resources += [
                str(values[name]) for name in ("href", "src", "srcset", "data", "style") if name in values
            ]
        if tag not in VOID_ELEMENTS:
            self._open.append((tag, values.get("id")))

    def handle_endtag(self, tag: str) -> None:
        last, _ = self._open.pop()
        assert last == tag, f"<{last}> is closed by </{tag}>"

    def handle_data(self, data: str) -> None:
        for _, name in self._open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data

    def entry(self, name: str) -> str:
        """The text of an element with an id, on one line."""
        return " ".join(self.texts[name].split())


@pytest.fixture(scope="module")
def files(shipped) -> dict[str, str]:
    return documentation(shipped.identity.names, shipped.ontology_graphs, shipped.asserted(), shipped.inferred())


@pytest.fixture(scope="module")
def site(files: dict[str, str]) -> dict[str, Page]:
    return {name: Page(text) for name, text in files.items() if name.endswith(".html")}


def test_every_term_has_an_entry_with_its_names_and_definition(project, site: dict[str, Page]) -> None:
    for path in project.ontology:
        statements = load_file(path)
        declared = {q.subject for q in statements if q.predicate.value == str(RDF.type) and q.object.value in KINDS}
        for term in declared - {q for q in declared if not isinstance(q, NamedNode)}:
            name = shorten(term.value).removeprefix("casus:")
            entry = site[f"{path.stem}.html"].entry(name.replace(":", "-"))
            assert term.value in entry
            texts = [q.object.value for q in statements if q.subject == term and getattr(q.object, "language", None)]
            for text in texts:
                assert " ".join(text.split()) in entry, f"{name} does not say {text!r}"


def test_the_fragment_of_each_term_is_on_the_first_page(project, site: dict[str, Page]) -> None:
    """So https://w3id.org/casus/ontology#Term leads to the term once https://w3id.org/casus/ontology leads here."""
    terms = {q.subject.value for path in project.ontology for q in load_file(path) if isinstance(q.subject, NamedNode)}
    wanted = {iri.removeprefix(CASUS.iri) for iri in terms if iri.startswith(CASUS.iri)}
    assert wanted
    assert wanted <= set(site["index.html"].ids)


def test_the_first_page_tells_what_is_needed_to_cite_and_reuse(site: dict[str, Page], files: dict[str, str]) -> None:
    for wanted in (
        "Casus: an ontology of alliances and of what they oblige states to do",
        "https://w3id.org/casus/ontology/0.2.0",
        "https://w3id.org/casus/ontology/0.1.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "The Casus authors",
        "https://w3id.org/casus/ontology#",
        "<svg",
    ):
        assert wanted in files["index.html"]
    assert set(site) - {"index.html"} <= set(site["index.html"].links)


def test_ids_are_unique(site: dict[str, Page]) -> None:
    for name, page in site.items():
        assert len(page.ids) == len(set(page.ids)), name


def test_links_lead_somewhere(site: dict[str, Page]) -> None:
    for name, page in site.items():
        for link in page.links:
            if link.startswith(("http://", "https://")):
                continue
            target, _, fragment = link.partition("#")
            there = site[target or name]
            assert not fragment or fragment in there.ids, f"{name} links to {link}"


def test_nothing_is_loaded_from_elsewhere(site: dict[str, Page], files: dict[str, str]) -> None:
    for page in site.values():
        assert set(page.resources) == {"style.css"}
    for name in ("style.css", "diagram.svg"):
        assert "url(http" not in files[name]
        assert "@import" not in files[name]


@pytest.mark.parametrize(
    ("page", "term", "axiom"),
    [
        ("actors", "Alliance", "Inferred for every Organization and (foundedOn some DefensePact)"),
        ("treaties", "DefensePact", "Used in Organization and (foundedOn some DefensePact) SubClassOf Alliance"),
        ("claims", "ContestedClaim", "Inferred for every disputedBy some owl:Thing"),
        ("episodes", "everMemberOf", "Inferred from the chain hasMembershipEpisode o inOrganization"),
        ("episodes", "everMemberOf", "Used in everMemberOf o foundedOn SubPropertyOf everPartyTo"),
        ("episodes", "everHadMember", "Inverse of everMemberOf"),
        ("episodes", "laterEpisode", "Characteristics transitive"),
        ("episodes", "member", "Superproperties episodeOf org:member"),
        ("episodes", "begins", "Domain DatedEntity Range xsd:dateTime"),
        ("actors", "Person", "Disjoint with"),
        ("treaties", "Treaty", "Exact match wd:Q131569"),
        ("borrowed", "org-member", "Vocabulary http://www.w3.org/ns/org#"),
    ],
)  # fmt: skip
def test_axioms_are_readable(site: dict[str, Page], page: str, term: str, axiom: str) -> None:
    assert axiom in site[f"{page}.html"].entry(term)


def test_use_in_the_data_is_counted(site: dict[str, Page], store) -> None:
    (row,) = store.query("SELECT (COUNT(?x) AS ?n) { ?x a <https://w3id.org/casus/ontology#Episode> }")
    assert f"In the data {int(row['n'].value):,} individuals, " in site["episodes.html"].entry("Episode")


def test_the_diagram_draws_all_that_it_plans(files: dict[str, str]) -> None:
    svg = ElementTree.fromstring(files["diagram.svg"])
    texts = [element.text for element in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert sorted(texts) == sorted([*DIAGRAM["classes"], *DIAGRAM["properties"]])
    lines = [element for element in svg.iter("{http://www.w3.org/2000/svg}path") if element.get("class") == "edge"]
    assert len(lines) == len(DIAGRAM["properties"]) + len(DIAGRAM["subclasses"])


def test_the_order_of_the_statements_changes_nothing(files: dict[str, str], shipped) -> None:
    asserted, inferred = list(shipped.asserted()), list(shipped.inferred())
    assert documentation(shipped.identity.names, shipped.ontology_graphs, asserted[::-1], inferred[::-1]) == files


def test_another_ontology_gets_pages_without_the_diagram(write) -> None:
    path = write(
        "ontology/toys.ttl",
        """
        <https://example.org/toys> a owl:Ontology ; dcterms:title "Toys & games"@en .
        casus:Toy a owl:Class ; rdfs:label "toy"@en ; rdfs:subClassOf [ a owl:Restriction ;
            owl:onProperty casus:brokenBy ; owl:maxQualifiedCardinality 1 ; owl:onClass casus:Child ] .
        """,
    )
    statements = [
        Quad(q.subject, q.predicate, q.object, NamedNode(GRAPH + "ontology/toys.ttl")) for q in load_file(path)
    ]
    files = documentation(shipped_names(), {GRAPH + "ontology/toys.ttl"}, statements)
    assert set(files) == {"index.html", "toys.html", "style.css"}
    assert "Toys &amp; games" in files["index.html"]
    assert "Superclasses casus:brokenBy max 1 casus:Child" in Page(files["toys.html"]).entry("Toy")


def test_a_project_without_an_ontology_has_no_pages() -> None:
    assert documentation(shipped_names(), set(), []) == {}
