"""The statements of the source article: by section, with their verdicts, and what speaks for and against each."""

from __future__ import annotations

import io
import json
from collections import Counter

import pytest
from pyoxigraph import Store
from rich.console import Console

from kg.claims import claims_by_section, claims_to_json, print_claims
from kg.errors import BadInput


def printed(store: Store, **choice: object) -> str:
    out = io.StringIO()
    print_claims(claims_by_section(store, **choice), Console(file=out, width=200))  # type: ignore[arg-type]
    return out.getvalue()


def test_the_article_makes_185_claims_in_17_sections(store: Store) -> None:
    sections = claims_by_section(store)
    assert [section.number for section in sections] == list(range(17))
    assert sections[0].heading == "Introduction (untitled)"
    claims = [claim for section in sections for claim in section.claims]
    assert len({claim.identifier for claim in claims}) == len(claims) == 185
    assert Counter(claim.status for claim in claims) == {
        "corroborated": 84, "opinion": 72, "disputed": 27, "outdated": 1, "uncorroborated": 1,
    }  # fmt: skip
    assert {claim.source for claim in claims} == {"SEED"}


def test_a_disputed_claim_comes_with_what_holds_and_what_speaks_against_it(store: Store) -> None:
    (section,) = claims_by_section(store, status="disputed", section=11)
    assert section.heading == "Case Studies of Past Collective Interventions"
    refuted = next(claim for claim in section.claims if claim.identifier == "CLM-135")
    assert refuted.text == "CSTO forces intervened in Kyrgyzstan, 2010"
    assert (refuted.kind, refuted.status, refuted.basis) == ("activity", "disputed", "verified")
    assert refuted.better_fact is not None and "declined" in refuted.better_fact
    assert "event:EV-KGZ-2010" in [evidence.name for evidence in refuted.disputed_by]
    assert refuted.supported_by == ()


def test_what_does_not_hold_always_says_what_holds_and_by_what_evidence(store: Store) -> None:
    for status in ("disputed", "outdated"):
        for section in claims_by_section(store, status=status):
            for claim in section.claims:
                assert claim.better_fact, claim.identifier
                assert claim.disputed_by, claim.identifier


def test_what_is_corroborated_says_by_what(store: Store) -> None:
    for section in claims_by_section(store, status="corroborated"):
        for claim in section.claims:
            assert claim.supported_by, claim.identifier
            assert not claim.disputed_by, claim.identifier


def test_an_opinion_is_settled_by_nothing(store: Store) -> None:
    for section in claims_by_section(store, status="opinion"):
        assert all(claim.basis == "not applicable" for claim in section.claims)


def test_a_status_leaves_out_sections_without_such_claims(store: Store) -> None:
    assert [section.number for section in claims_by_section(store, status="outdated")] == [7]
    assert claims_by_section(store, status="disputed", section=0) == []


def test_claims_are_printed_below_their_section(store: Store) -> None:
    heading, first, *rest = printed(store, status="disputed", section=11).splitlines()
    assert heading == "11  Case Studies of Past Collective Interventions"
    assert first == "  CLM-134  CSTO undertook several collective interventions  disputed, activity"
    assert rest[0].strip() == "One collective deployment: 6-19 January 2022"
    assert rest[1].strip() == "against: event:EV-KAZ-2022, source:ARMR-20220113, source:ASIAP-20220114"


def test_claims_are_written_as_json(store: Store) -> None:
    (section,) = json.loads(claims_to_json(claims_by_section(store, status="outdated")))
    (claim,) = section["claims"]
    assert (section["number"], claim["identifier"], claim["status"]) == (7, "CLM-087", "outdated")
    assert {"iri", "name", "label"} == set(claim["disputed_by"][0])


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"status": "true"}, "no claim has the status true; choose from corroborated, disputed, "),
        ({"section": 17}, "no section has the number 17; choose from 0, 1, 2, "),
    ],
)
def test_an_unknown_choice_is_answered_with_the_known_ones(store: Store, choice: dict, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        claims_by_section(store, **choice)
