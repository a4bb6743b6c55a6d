"""The ontology: its terms are documented, its imports resolve, its profiles hold, and it infers what it should.

The OWL API and HermiT run offline on the files of the project; where no Java runtime is found, their tests are skipped.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import owlapi
import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, ORG, OWL, RDF, RDFS, SKOS, VANN

ONTOLOGY = Path(__file__).resolve().parents[1] / "ontology"
CATALOG = ONTOLOGY / "catalog-v001.xml"
ROOT = "https://w3id.org/casus/ontology"
CASUS = f"{ROOT}#"
EXAMPLE = "https://example.org/"
PREFIXES = {
    "": EXAMPLE,
    "casus": CASUS,
    "org": str(ORG),
    "owl": str(OWL),
    "rdfs": str(RDFS),
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MODULES = sorted(ONTOLOGY.glob("*.ttl"))
TERM_TYPES = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


@functools.cache
def graph_of(path: Path) -> Graph:
    return Graph().parse(path, format="turtle")


@pytest.fixture(scope="session")
def merged() -> Graph:
    """All modules, the alignments included, in one graph."""
    merged = Graph()
    for path in MODULES:
        merged += graph_of(path)
    return merged


def declared(graph: Graph) -> set[URIRef]:
    return {term for kind in TERM_TYPES for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}


def casus_terms(graph: Graph) -> set[URIRef]:
    return {node for triple in graph for node in triple if isinstance(node, URIRef) and node.startswith(CASUS)}


@pytest.fixture(scope="session")
def owl_api() -> owlapi.OwlApi:
    try:
        return owlapi.start()
    except owlapi.NoJavaError as reason:
        pytest.skip(str(reason))


@pytest.fixture
def reasoned(owl_api: owlapi.OwlApi, tmp_path: Path) -> Callable[[str], owlapi.Ontology]:
    """A function from Turtle data to the data and the ontology as HermiT reasons over them."""

    def load(data: str) -> owlapi.Ontology:
        prefixes = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
        header = f"<{EXAMPLE}> a owl:Ontology ; owl:imports <{ROOT}> .\n"
        path = tmp_path / "data.ttl"
        path.write_text(prefixes + header + data, encoding="utf-8")
        return owl_api.load(path, CATALOG)

    return load


def holds(ontology: owlapi.Ontology, statement: str) -> bool:
    """Whether `subject predicate object` follows, in the prefixes of the data; `a` is rdf:type."""

    def iri(name: str) -> str:
        prefix, _, local = name.partition(":")
        return owlapi.RDF_TYPE if name == "a" else PREFIXES[prefix] + local

    return ontology.entails(*(iri(name) for name in statement.split()))


# Documentation of the terms


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_each_term_is_documented_in_its_module(path: Path) -> None:
    graph = graph_of(path)
    (module,) = graph.subjects(RDF.type, OWL.Ontology)
    for term in declared(graph) & casus_terms(graph):
        languages = {label.language for label in graph.objects(term, RDFS.label)}
        assert languages == {"en", "ru"}, f"{term} needs one English and one Russian label"
        languages = {text.language for text in graph.objects(term, SKOS.definition)}
        assert languages == {"en", "ru"}, f"{term} needs one English and one Russian definition"
        assert list(graph.objects(term, RDFS.isDefinedBy)) == [module], f"{term} names another module"


def test_no_term_is_declared_twice() -> None:
    seen: dict[URIRef, str] = {}
    for path in MODULES:
        for term in declared(graph_of(path)):
            assert term not in seen, f"{term} is declared in {seen[term]} and in {path.stem}"
            seen[term] = path.stem


def test_no_label_names_two_terms(merged: Graph) -> None:
    """A class and a property that share a label cannot be told apart in an editor that shows labels."""
    labels: dict[Literal, URIRef] = {}
    for term in declared(merged) & casus_terms(merged):
        for label in merged.objects(term, RDFS.label):
            assert label not in labels, f"{label!r} labels {term} and {labels.get(label)}"
            labels[label] = term


def test_every_term_used_is_declared(merged: Graph) -> None:
    built_in = tuple(str(namespace) for namespace in (OWL, RDF, RDFS))
    predicates = {predicate for predicate in merged.predicates() if not str(predicate).startswith(built_in)}
    assert casus_terms(merged) | predicates <= declared(merged)


def test_borrowed_terms_name_their_vocabulary() -> None:
    graph = graph_of(ONTOLOGY / "borrowed.ttl")
    for term in declared(graph):
        (vocabulary,) = graph.objects(term, RDFS.isDefinedBy)
        assert term.startswith(str(vocabulary).removesuffix("prov-o#")), f"{term} is not a term of {vocabulary}"
        assert graph.value(term, RDFS.label)


def test_alignments_are_annotations_only() -> None:
    graph = graph_of(ONTOLOGY / "alignments.ttl")
    mappings = {SKOS.exactMatch, SKOS.closeMatch, SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch}
    for subject in set(graph.subjects()) - set(graph.subjects(RDF.type, OWL.Ontology)):
        assert subject.startswith(CASUS)
        assert set(graph.predicates(subject)) <= mappings


# Headers, imports and the catalog


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_header_of_each_module(path: Path) -> None:
    graph = graph_of(path)
    iri = URIRef(ROOT if path.stem == "casus" else f"{ROOT}/{path.stem}")
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [iri]
    version = graph.value(iri, OWL.versionInfo)
    assert str(graph.value(iri, OWL.versionIRI)) == f"{iri}/{version}"
    assert str(graph.value(iri, DCTERMS.license)) == "https://creativecommons.org/licenses/by/4.0/"
    for wanted in (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.creator,
        DCTERMS.contributor,
        DCTERMS.publisher,
        DCTERMS.created,
        DCTERMS.modified,
        URIRef("http://purl.org/ontology/bibo/status"),
    ):
        assert graph.value(iri, wanted) is not None, f"{iri} has no {wanted}"
    assert str(graph.value(iri, VANN.preferredNamespaceUri)) == CASUS


def test_root_imports_every_module_but_the_alignments() -> None:
    imported = {str(iri) for iri in graph_of(ONTOLOGY / "casus.ttl").objects(URIRef(ROOT), OWL.imports)}
    assert imported == {f"{ROOT}/{path.stem}" for path in MODULES if path.stem not in ("casus", "alignments")}


def test_catalog_names_every_module_and_every_import(merged: Graph) -> None:
    catalog = owlapi.read_catalog(CATALOG)
    assert sorted(catalog.values()) == MODULES
    assert {str(iri) for iri in merged.objects(None, OWL.imports)} <= set(catalog)
    for iri, path in catalog.items():
        assert (URIRef(iri), RDF.type, OWL.Ontology) in graph_of(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_each_module_imports_what_it_builds_on(path: Path) -> None:
    """A module can be loaded alone: what its axioms mention is declared in it or in what it imports.

    Annotations may name terms of modules that build on this one, as the kinds of obligation name their relations.
    """
    catalog = owlapi.read_catalog(CATALOG)
    closure, pending = Graph(), [path]
    while pending:
        module = graph_of(pending.pop())
        pending += [catalog[str(iri)] for iri in module.objects(None, OWL.imports)]
        closure += module
    annotations = set(closure.subjects(RDF.type, OWL.AnnotationProperty))
    axioms = Graph()
    for triple in graph_of(path):
        if triple[1] not in annotations:
            axioms.add(triple)
    assert casus_terms(axioms) <= declared(closure)


# Idioms


def test_no_property_is_functional(merged: Graph) -> None:
    """Sources disagree: two begin dates must not make the graph inconsistent, nor two states one."""
    for kind in (OWL.FunctionalProperty, OWL.InverseFunctionalProperty):
        assert not list(merged.subjects(RDF.type, kind))


def test_existentials_stand_left_of_a_subclass_axiom(merged: Graph) -> None:
    restrictions = set(merged.subjects(RDF.type, OWL.Restriction))
    assert restrictions and all(isinstance(node, BNode) for node in restrictions)
    assert not restrictions & set(merged.objects(None, RDFS.subClassOf))
    assert not list(merged.triples((None, OWL.equivalentClass, None)))


# Profiles and consistency


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_profiles_and_consistency(owl_api: owlapi.OwlApi, path: Path) -> None:
    """Each module with its imports, and so the root with all of them, is in OWL 2 DL and RL and has a model."""
    ontology = owl_api.load(path, CATALOG)
    assert ontology.violations("DL") == []
    assert ontology.violations("RL") == []
    assert ontology.consistent()
    assert ontology.unsatisfiable() == set()


def test_profile_check_finds_what_is_outside(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    assert reasoned("casus:laterEpisode a owl:FunctionalProperty .").violations("DL")
    exists = "[ a owl:Restriction ; owl:onProperty casus:hasProvision ; owl:someValuesFrom casus:Provision ]"
    assert reasoned(f"casus:Treaty rdfs:subClassOf {exists} .").violations("RL")


# Entailments

PACT = """
:charter a casus:Treaty ; casus:hasProvision :article-4 .
:article-4 a casus:Provision ; casus:createsObligation :defend .
:defend a casus:DefenseObligation ; casus:hasCondition :armed-attack .
:league a casus:Organization ; casus:foundedOn :charter .
"""


def test_a_provision_makes_its_treaty_a_pact_and_the_organization_an_alliance(
    reasoned: Callable[[str], owlapi.Ontology],
) -> None:
    ontology = reasoned(PACT)
    assert holds(ontology, ":charter casus:createsObligation :defend")
    assert holds(ontology, ":charter a casus:DefensePact")
    assert not holds(ontology, ":charter a casus:OffensePact")
    assert holds(ontology, ":league a casus:Alliance")
    assert holds(ontology, ":defend a casus:ConditionalObligation")


def test_a_duty_to_consult_makes_no_alliance(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(PACT.replace("DefenseObligation", "ConsultationObligation"))
    assert holds(ontology, ":charter a casus:ConsultationPact")
    assert not holds(ontology, ":league a casus:Alliance")


def test_episodes_give_timeless_membership_and_obligation(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(
        PACT
        + """
        :first casus:member :ruritania ; casus:inOrganization :league ;
            casus:begins "1992-05-15T00:00:00Z"^^xsd:dateTime , "1992-05-16T00:00:00Z"^^xsd:dateTime ;
            casus:ends "1999-04-20T00:00:00Z"^^xsd:dateTime ; casus:nextEpisode :second .
        :second casus:member :ruritania ; casus:inOrganization :league ; casus:nextEpisode :third .
        :accession casus:party :graustark ; casus:toTreaty :charter .
        """
    )
    assert holds(ontology, ":first a casus:MembershipEpisode")
    assert holds(ontology, ":ruritania a casus:State")
    assert holds(ontology, ":ruritania casus:everMemberOf :league")
    assert holds(ontology, ":ruritania casus:everPartyTo :charter")
    assert holds(ontology, ":ruritania casus:everBoundBy :defend")
    assert holds(ontology, ":graustark casus:everBoundBy :defend")
    assert not holds(ontology, ":graustark casus:everMemberOf :league")
    assert holds(ontology, ":first casus:laterEpisode :third")
    assert ontology.consistent(), "competing dates are data, not a contradiction"


def test_an_observer_is_never_a_member(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(
        PACT
        + """
        :watch a casus:ObserverEpisode ; casus:affiliate :syldavia ; casus:affiliatedWith :league .
        :league casus:hasOrgan :council .
        """
    )
    assert holds(ontology, ":syldavia casus:everAffiliatedWith :league")
    assert not holds(ontology, ":syldavia casus:everMemberOf :league")
    assert not holds(ontology, ":syldavia casus:everPartyTo :charter")
    assert not holds(ontology, ":syldavia casus:everBoundBy :defend")
    assert not holds(ontology, ":syldavia org:hasMembership :watch")


def test_an_observer_recorded_as_member_is_inconsistent(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    assert not reasoned(":watch a casus:ObserverEpisode ; casus:member :syldavia .").consistent()


def test_a_frozen_member_is_still_a_member(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(
        """
        :membership casus:member :ruritania ; casus:inOrganization :league .
        :freeze a casus:FreezeEpisode ; casus:interrupts :membership ; casus:episodeOf :ruritania .
        """
    )
    assert ontology.consistent()
    assert holds(ontology, ":ruritania casus:everMemberOf :league")


def test_only_what_an_alliance_sponsors_is_its_deployment(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(
        PACT
        + """
        :mission a casus:Deployment ; casus:sponsor :league ; casus:invokes :article-4 .
        :maneuvers a casus:Exercise ; casus:sponsor :ruritania ; casus:hasParticipation :part .
        :ruritania a casus:State . :part casus:participant :graustark .
        """
    )
    assert holds(ontology, ":mission a casus:AllianceDeployment")
    assert holds(ontology, ":mission casus:concernsObligation :defend")
    assert not holds(ontology, ":maneuvers a casus:AllianceExercise")
    assert holds(ontology, ":maneuvers casus:involves :graustark")


def test_the_maker_of_a_unilateral_act_owes_what_it_creates(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(
        """
        :guarantee a casus:UnilateralAct ; casus:madeBy :ruritania ; casus:createsObligation :help .
        :help a casus:DefenseObligation ; casus:owedOnlyTo :syldavia .
        :protected a casus:BeneficiaryEpisode ; casus:affiliate :syldavia ; casus:affiliatedWith :guarantee .
        """
    )
    assert ontology.consistent()
    assert holds(ontology, ":help casus:owedOnlyBy :ruritania")
    assert not holds(ontology, ":help casus:owedOnlyBy :syldavia")
    assert not holds(ontology, ":syldavia casus:everPartyTo :guarantee"), "who is protected is bound by nothing"


def test_who_applies_a_treaty_provisionally_is_no_party(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(
        """
        :meanwhile casus:provisionalApplier :ruritania ; casus:appliesProvisionally :charter .
        """
    )
    assert not holds(ontology, ":ruritania casus:everPartyTo :charter")
    assert not reasoned(":meanwhile a casus:ProvisionalApplicationEpisode , casus:PartyEpisode .").consistent()


def test_an_area_lies_in_what_its_area_lies_in(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(
        ":naha casus:within :okinawa . :okinawa casus:within :japan . :japan casus:territoryOf :state ."
    )
    assert holds(ontology, ":japan casus:contains :naha")
    assert holds(ontology, ":naha a casus:Area")
    assert not holds(ontology, ":naha casus:territoryOf :state"), (
        "what belongs to the whole is asked along casus:within"
    )


def test_evidence_against_a_claim_contests_it(reasoned: Callable[[str], owlapi.Ontology]) -> None:
    ontology = reasoned(":claim a casus:Claim ; casus:disputedBy :report . :other a casus:Claim .")
    assert holds(ontology, ":claim a casus:ContestedClaim")
    assert not holds(ontology, ":other a casus:ContestedClaim")


@pytest.mark.parametrize(
    "data",
    [
        ":ruritania a casus:State , casus:Organization .",
        ":ruritania a casus:State ; casus:foundedOn :charter .",
        ":council a casus:Organ , casus:Organization .",
        ":article a casus:Provision , casus:Treaty .",
        ":membership a casus:MembershipEpisode , casus:Event .",
        ":charter casus:amends :charter .",
        ":charter a casus:UnilateralAct , casus:Treaty .",
        ":statement a casus:Reservation , casus:InterpretativeDeclaration .",
        ":statement a casus:Reservation , casus:Treaty .",
        ":japan a casus:Area , casus:State .",
    ],
)
def test_confusions_are_inconsistent(reasoned: Callable[[str], owlapi.Ontology], data: str) -> None:
    assert not reasoned(data).consistent()
