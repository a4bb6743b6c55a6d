"""Which property a column's cells are stated by, where that is all there is to say of them."""

from __future__ import annotations

from collections.abc import Mapping

from pyoxigraph import NamedNode

from kg.terms import CASUS, DCTERMS, SKOS

#: The classes of instruments by the form that the column kind of treaties names.
INSTRUMENT_CLASSES = {
    "protocol": CASUS.Treaty,
    "declaration": CASUS.Declaration,
    "unilateral-act": CASUS.UnilateralAct,
}
TIES: Mapping[NamedNode, tuple[NamedNode, NamedNode]] = {
    CASUS.PartyEpisode: (CASUS.party, CASUS.toTreaty),
    CASUS.MembershipEpisode: (CASUS.member, CASUS.inOrganization),
}
INTERRUPTIONS = (CASUS.SuspensionEpisode, CASUS.FreezeEpisode)
#: Properties that a column states by itself, its text in English where it is one for people.
TEXTS: Mapping[str, Mapping[str, NamedNode]] = {
    "sources": {"citation": DCTERMS.bibliographicCitation, "locator": CASUS.locator, "note": SKOS.note},
    "states": {"note": SKOS.note},
    "organizations": {"note": SKOS.note},
    "treaties": {"place": CASUS.signingPlace, "depositary": CASUS.depositary, "note": SKOS.note},
    "parties": {"how_began": CASUS.howBegan, "how_ended": CASUS.howEnded, "note": SKOS.note},
    "clauses": {"condition_text": CASUS.conditionText, "note": SKOS.note},
    "events": {
        "place": CASUS.place, "invokes_text": CASUS.provisionText, "addressee": CASUS.addresseeText,
        "outcome_text": CASUS.outcomeText, "note": SKOS.note,
    },
    "participants": {"note": SKOS.note},
}  # fmt: skip
#: Properties whose values are codes, without a language.
CODES: Mapping[str, Mapping[str, NamedNode]] = {
    "states": {
        "iso2": CASUS.isoAlpha2, "iso3": CASUS.isoAlpha3, "m49": CASUS.unM49, "cow": CASUS.cowCode,
        "gw": CASUS.gwCode, "wikidata": CASUS.wikidataId,
    },
    "organizations": {"wikidata": CASUS.wikidataId},
    "treaties": {"atop_id": CASUS.atopId, "cow_id": CASUS.cowAllianceId, "unts": CASUS.unTreatySeries},
}  # fmt: skip
#: Properties whose values are concepts.
CONCEPT_COLUMNS: Mapping[str, Mapping[str, NamedNode]] = {
    "sources": {"kind": CASUS.sourceKind},
    "treaties": {
        "kind": CASUS.hasForm, "entry": CASUS.entryRule, "legal_force": CASUS.legalForce, "secrecy": CASUS.secrecy,
        "coding": CASUS.obligationCoding,
    },
    "parties": {"began_by": CASUS.beganBy, "ended_by": CASUS.endedBy},
    "clauses": {"term": CASUS.termRule},
    "events": {"outcome": CASUS.outcome},
    "participants": {"role": CASUS.participationRole},
}  # fmt: skip
OBLIGATION_CONCEPTS = {
    "conditions": CASUS.hasCondition, "exceptions": CASUS.hasException, "means": CASUS.hasMeans,
    "territory": CASUS.hasGeographicScope, "conflict": CASUS.hasConflictScope,
}  # fmt: skip
SIDES = {"owed_by": CASUS.owedOnlyBy, "owed_to": CASUS.owedOnlyTo, "against": CASUS.owedOnlyAgainst}
PLEDGE_FLAGS = {
    "defense": CASUS.atopDefense, "offense": CASUS.atopOffense, "neutrality": CASUS.atopNeutrality,
    "nonaggression": CASUS.atopNonaggression, "consultation": CASUS.atopConsultation,
}  # fmt: skip
