"""The data as a whole: everything has a name, a source and a confidence; codes hold; what is refuted is no fact."""

from __future__ import annotations

from pathlib import Path

import pycountry
import pytest
from pyoxigraph import Store

from kg.project import Project
from kg.sparql.query import run

#: States whose Wikidata identifier no two datasets agree on: former states, and Denmark, of which one dataset gives the
#: kingdom and the other the country.
UNVERIFIED = {"AUH", "CSK", "DDR", "DNK", "NCY", "RVN", "SUN", "YAR", "YMD", "YUG"}
#: States that ISO 3166, and so pycountry, does not have under the code used here, with the reason.
NOT_IN_ISO = {
    "XKX": "Kosovo has no code of ISO 3166; XK and XKX are user-assigned codes in wide use.",
    "YAR": "The Yemen Arab Republic had the code of today's Yemen, YEM; YAR is the one of the Correlates of War.",
}
#: States for which pycountry has another numeric code, with the reason.
OTHER_NUMBER = {
    "YUG": "pycountry keeps the last number, 891 of the Federal Republic; the socialist one, which is meant, had 890.",
}
IN_DATA = 'FILTER (STRSTARTS(STR(?graph), "https://w3id.org/casus/graph/graph/") && STRSTARTS(STR(?thing), STR(id:)))'


def values(store: Store, query: str) -> list[tuple[str, ...]]:
    return [tuple(term.value if term is not None else "" for term in row) for row in run(store, query).rows]


# Name, source and confidence


def test_everything_has_a_name_in_english(store: Store) -> None:
    unnamed = f"""SELECT DISTINCT ?thing {{ GRAPH ?graph {{ ?thing a ?class }} {IN_DATA}
        FILTER NOT EXISTS {{ ?thing rdfs:label ?label FILTER (lang(?label) = "en") }} }}"""
    assert values(store, unnamed) == []


def test_everything_has_a_source(store: Store) -> None:
    """Concepts and their schemes are this project's own vocabulary, and a source is what the others rest on."""
    unsourced = f"""SELECT DISTINCT ?thing {{ GRAPH ?graph {{ ?thing a ?class }} {IN_DATA}
        FILTER NOT EXISTS {{ ?thing dcterms:source ?source . ?source a casus:Source }}
        FILTER NOT EXISTS {{ ?thing a ?exempt
            FILTER (?exempt IN (skos:Concept, skos:ConceptScheme, casus:Source)) }} }}"""
    assert values(store, unsourced) == []


def test_everything_says_how_well_it_is_supported(store: Store) -> None:
    """A claim says on what its status rests instead, and the sections of an article only divide it."""
    unsure = f"""SELECT DISTINCT ?thing {{ GRAPH ?graph {{ ?thing a ?class }} {IN_DATA}
        FILTER NOT EXISTS {{ ?thing casus:confidence ?confidence }}
        FILTER NOT EXISTS {{ ?thing a casus:Claim ; casus:claimBasis ?basis }}
        FILTER NOT EXISTS {{ ?thing a ?exempt
            FILTER (?exempt IN (skos:Concept, skos:ConceptScheme, casus:Source, casus:ArticleSection)) }} }}"""
    assert values(store, unsure) == []


def test_what_is_verified_rests_on_a_source_that_was_seen(store: Store) -> None:
    unseen = """SELECT ?thing { ?thing casus:confidence <confidence/verified>
        FILTER NOT EXISTS { ?thing dcterms:source/casus:seen ?extent FILTER (?extent != <seen/no>) } }"""
    assert values(store, unseen) == []


def test_what_is_uncertain_can_be_left_out(store: Store, project: Project) -> None:
    """The question that leaves uncertain records out leaves out Uzbekistan, whose return to the treaty is in doubt."""
    question = next(path for path in project.questions if path.stem.endswith("without-what-is-uncertain"))
    text = question.read_text(encoding="utf-8")
    without_filter = text.replace("FILTER (?level != <confidence/uncertain>)", "")
    assert without_filter != text
    certain, all_of_them = ({row[0] for row in values(store, query)} for query in (text, without_filter))
    assert all_of_them - certain == {"Uzbekistan"}


# Codes


def states(store: Store) -> list[tuple[str, ...]]:
    """The states that have a code of ISO 3166; what was gone before the standard of 1974 has none."""
    return values(
        store,
        """SELECT ?alpha3 ?alpha2 ?m49 (EXISTS { ?state casus:ends ?end } AS ?former) {
            ?state a casus:State ; dcterms:identifier ?alpha3 .
            FILTER EXISTS { ?state casus:isoAlpha2|casus:isoAlpha3|casus:unM49 ?code }
            OPTIONAL { ?state casus:isoAlpha2 ?alpha2 } OPTIONAL { ?state casus:unM49 ?m49 } }""",
    )


def test_codes_agree_with_pycountry(store: Store) -> None:
    for alpha3, alpha2, m49, former in states(store):
        if alpha3 in NOT_IN_ISO:
            assert pycountry.countries.get(alpha_3=alpha3) is None
            continue
        register = pycountry.historic_countries if former == "true" else pycountry.countries
        known = register.get(alpha_3=alpha3)
        assert known is not None, f"ISO 3166 has no {alpha3}: explain it in NOT_IN_ISO or mend it"
        assert alpha2 == known.alpha_2, alpha3
        if alpha3 not in OTHER_NUMBER:
            assert m49 == known.numeric, alpha3


def test_the_exceptions_are_needed(store: Store) -> None:
    codes = {alpha3: m49 for alpha3, _, m49, _ in states(store)}
    assert set(NOT_IN_ISO) | set(OTHER_NUMBER) <= set(codes)
    assert all(pycountry.historic_countries.get(alpha_3=code).numeric != codes[code] for code in OTHER_NUMBER)


def test_a_wikidata_identifier_that_is_not_verified_says_so(store: Store) -> None:
    rows = values(
        store,
        """SELECT ?id ?status (EXISTS { ?thing skos:exactMatch ?item } AS ?exact) {
            ?thing casus:wikidataId ?item_id ; casus:wikidataStatus ?status ; dcterms:identifier ?id
            FILTER (lang(?status) = "en") }""",
    )
    assert len(rows) == len(values(store, "SELECT ?thing { ?thing casus:wikidataId ?item }")), "one without a status"
    assert {id_ for id_, status, _ in rows if not status.startswith("verified")} == UNVERIFIED
    for id_, status, exact in rows:
        assert (exact == "true") == status.startswith("verified"), f"{id_}: only what is verified is an exact match"


def test_a_code_passes_on_and_the_states_stay_apart(store: Store) -> None:
    """The Empire, Soviet Russia, the Soviet Union and Russia share a code of the Correlates of War."""
    assert values(store, 'SELECT ?id { ?state casus:cowCode "365" ; dcterms:identifier ?id } ORDER BY ?id') == [
        ("RSF",),
        ("RUE",),
        ("RUS",),
        ("SUN",),
    ]
    assert values(store, "SELECT ?x { state:RUS owl:sameAs ?x FILTER (?x != state:RUS) }") == []


# What is refuted, and what is only claimed


def test_the_one_deployment_of_the_csto_is_that_in_kazakhstan(store: Store) -> None:
    query = """SELECT ?id {
        ?event a casus:AllianceDeployment ; casus:sponsor organization:CSTO ; dcterms:identifier ?id }"""
    assert values(store, query) == [("EV-KAZ-2022",)]


@pytest.mark.parametrize("claim", ["CLM-120", "CLM-134", "CLM-135", "CLM-136", "CLM-138"])
def test_a_refuted_event_exists_only_as_a_claim(store: Store, claim: str) -> None:
    """The source article has the CSTO intervene in Kyrgyzstan in 2010; what happened there is a request, declined."""
    status = f"SELECT ?id {{ <claim/{claim}> casus:status/rdfs:label ?id FILTER (lang(?id) = 'en') }}"
    assert values(store, status) == [("disputed",)]
    operations = """SELECT ?event { ?event a casus:MilitaryOperation ; casus:begins ?day ;
        casus:hostState|casus:involves state:KGZ FILTER (YEAR(?day) = 2010) }"""
    assert values(store, operations) == []
    declined = """SELECT ?id { ?event casus:requestedBy state:KGZ ; dcterms:identifier ?id ;
        casus:outcome <outcome/declined> }"""
    assert values(store, declined) == [("EV-KGZ-2010",)]


def test_a_claim_asserts_nothing(store: Store) -> None:
    """What a claim says enters no statement but those about the claim itself."""
    asserted = """SELECT ?claim { ?claim casus:claimSubject ?s ; casus:claimPredicate ?p ; casus:status ?status .
        { ?claim casus:claimObject ?o } UNION { ?claim casus:claimValue ?o }
        ?s ?p ?o FILTER (?status != <status/corroborated>) }"""
    assert values(store, asserted) == []


def test_an_observer_is_no_member_at_the_same_time(store: Store) -> None:
    """India was an observer of the SCO before it was a member; of what a state watches now it is no member."""
    query = """SELECT ?state ?what {
        ?episode casus:affiliate ?state ; casus:affiliatedWith ?what ; casus:begins ?begins .
        ?own casus:member|casus:party ?state ; casus:inOrganization|casus:toTreaty ?what ; casus:begins ?since .
        OPTIONAL { ?episode casus:ends ?ends } OPTIONAL { ?own casus:ends ?until }
        FILTER (COALESCE(?since < ?ends, true) && COALESCE(?begins < ?until, true)) }"""
    assert values(store, query) == []


# Germany, whose codes change


def test_the_codes_of_germany_follow_the_lists(store: Store) -> None:
    query = """SELECT ?list ?code (SUBSTR(STR(?begins), 1, 10) AS ?from) (SUBSTR(STR(?ends), 1, 10) AS ?to) {
        ?assignment casus:codeOf state:DEU ; casus:inCodeList ?in ; casus:codeValue ?code ; casus:begins ?begins .
        OPTIONAL { ?assignment casus:ends ?ends } BIND (REPLACE(STR(?in), "^.*/", "") AS ?list) }
        ORDER BY ?list ?from"""
    assert values(store, query) == [
        ("COW", "255", "1871-01-18", "1945-05-08"),
        ("COW", "260", "1955-01-01", "1990-10-02"),
        ("COW", "255", "1990-10-03", ""),
        ("GW", "255", "1871-01-18", "1945-05-07"),
        ("GW", "260", "1949-01-01", ""),
    ]


# Texts in both languages


def test_a_text_in_english_has_its_twin_in_russian(store: Store) -> None:
    """Whatever is said in words is for readers of both languages; citations and further names stay as they are."""
    query = f"""SELECT ?thing ?property ?language (COUNT(?text) AS ?number) {{
        GRAPH ?graph {{ ?thing ?property ?text }} {IN_DATA}
        BIND (lang(?text) AS ?language) FILTER (?language IN ("en", "ru"))
        FILTER (?property NOT IN (skos:altLabel, dcterms:bibliographicCitation))
        FILTER NOT EXISTS {{ ?thing a casus:Source }} }}
        GROUP BY ?thing ?property ?language"""
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for thing, prop, language, number in values(store, query):
        counts.setdefault((thing, prop), {})[language] = int(number)
    assert len({prop for _, prop in counts}) > 20
    assert [key for key, by in counts.items() if by.get("en") != by.get("ru")] == []


# Files


def test_files_open_with_a_comment_that_orients(project: Project) -> None:
    for path in project.graph:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# "), f"{path.name} needs a comment that orients at its top"
        assert "\r" not in text


def test_one_file_per_treaty(project: Project, store: Store) -> None:
    treaties = {id_ for (id_,) in values(store, "SELECT ?id { ?treaty a casus:Instrument ; dcterms:identifier ?id }")}
    assert {path.stem for path in project.graph if path.parent == Path(project.root, "graph", "treaties")} == treaties
