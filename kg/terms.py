"""Namespaces, their preferred prefixes, and the few terms that code names."""

from __future__ import annotations

BASE = "https://w3id.org/casus/"
ID = BASE + "id/"
GRAPH = BASE + "graph/"
INFERRED_GRAPH = GRAPH + "inferred"
DERIVED_GRAPH = GRAPH + "derived"
#: In other stores, the merge of all graphs of a build; a built store has it as its default graph.
MERGED_GRAPH = GRAPH + "merged"
#: In other stores, blank nodes are IRIs below this one (RDF 1.1 Concepts, section 3.5).
GENERATED = "https://w3id.org/.well-known/genid/casus/"
ONTOLOGY = BASE + "ontology"
CASUS = ONTOLOGY + "#"
SHAPES = BASE + "shapes#"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"

#: Prefix -> namespace, as used by every serialisation and declared for every query.
PREFIXES: dict[str, str] = {
    "casus": CASUS,
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "event": ID + "event/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "id": ID,
    "org": "http://www.w3.org/ns/org#",
    "organization": ID + "organization/",
    "owl": OWL,
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": SH,
    "shapes": SHAPES,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "source": ID + "source/",
    "spdx": "http://spdx.org/rdf/terms#",
    "state": ID + "state/",
    "treaty": ID + "treaty/",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": XSD,
}


def shorten(iri: str) -> str:
    """The IRI as people read it: a prefixed name, a path relative to the identifiers' base, or ``<iri>``."""
    prefix, namespace = max(
        ((p, n) for p, n in PREFIXES.items() if iri.startswith(n)), key=lambda item: len(item[1]), default=("", "")
    )
    local = iri[len(namespace) :]
    if prefix and local.replace("-", "").replace("_", "").isalnum():
        return f"{prefix}:{local}"
    return f"<{iri.removeprefix(ID)}>"
