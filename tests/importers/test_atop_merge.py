"""What the shipped project has of an alliance stays; it gets parties where it has none, and differences are told."""

from __future__ import annotations

import pytest
from madeup import alliance, member, write_tables

from kg.importers.atop.folder import AtopImport, import_atop

DUAL = (
    "1335"  # Germany and Austria-Hungary, 1879: signed on 7 October, in force from 21 October, defense and neutrality
)
WITHOUT_PARTIES = "4945"  # the pact of assistance of ECCAS
#: As the graph has it, but counted from signature, without neutrality, with offense, and with a third member.
MEMBERS = [
    member(1335, 300, (1879, 10, 7), (1918, 11, 3), defense=1, offense=1),
    member(1335, 255, (1879, 10, 7), (1918, 11, 3), defense=1, offense=1),
    member(1335, 325, (1890, 1, 1), (1900, 1, 1), defense=1, offense=1),
    member(4945, 481, (2000, 2, 24), defense=1, nonagg=1),
    member(4945, 471, (2000, 2, 24), defense=1, nonagg=1),
    member(9001, 220, (1900, 1, 1), (1910, 1, 1), defense=1),
    member(9001, 230, (1900, 1, 1), (1910, 1, 1), defense=1),
]
ALLIANCES = [
    alliance(1335, (1879, 10, 7), (1918, 11, 3)),
    alliance(4945, (2000, 2, 24)),
    alliance(9001, (1900, 1, 1), (1910, 1, 1)),
]


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> AtopImport:
    folder = tmp_path_factory.mktemp("merged")
    return import_atop(write_tables(folder / "tables", MEMBERS, ALLIANCES), folder / "out")


def text(imported: AtopImport, name: str) -> str:
    return (imported.project.root / "graph" / name).read_text(encoding="utf-8")


def test_it_has_the_shipped_data_by_reference(merged: AtopImport, project) -> None:
    assert set(project.graph) < set(merged.project.graph)


def test_a_curated_treaty_is_not_there_twice(merged: AtopImport) -> None:
    assert "<treaty/ATOP-9001> a casus:Treaty" in text(merged, "alliances.ttl")
    assert "ATOP-1335> a" not in text(merged, "alliances.ttl")


def test_differences_are_claims_and_one_convention_is_told_once(merged: AtopImport) -> None:
    told = sorted((claim.what, claim.about) for claim in merged.claims if claim.atopid == DUAL)
    assert told == [
        ("no pledge", ("neutrality",)),
        ("party", ("ITA",)),
        ("pledge", ("offense",)),
        ("signature", ("AUH", "DEU")),
    ]
    claims = text(merged, "claims.ttl")
    assert 'casus:claimValue "1879-10-07T00:00:00Z"^^xsd:dateTime' in claims
    assert 'casus:readFrom "some_members.csv#row=2-3"' in claims
    assert "casus:statedIn <source/ATOP-4.01>" in claims


def test_parties_are_filled_in_where_a_treaty_has_none(merged: AtopImport) -> None:
    members = text(merged, "members.ttl")
    assert members.count("casus:toTreaty casus-treaty:ECCAS-MAP") == 2
    told = {(claim.what, claim.about) for claim in merged.claims if claim.atopid == WITHOUT_PARTIES}
    assert ("signature", ("CMR", "GAB")) in told or ("signature", ("GAB", "CMR")) in told
    assert not any(what == "party" for what, _ in told)


def test_the_account_says_what_was_kept(merged: AtopImport) -> None:
    notes = {(entry.atopid, entry.member): (entry.outcome.value, entry.note) for entry in merged.account.entries}
    assert notes[DUAL, "255"] == ("curated", "kept as DUAL-1879: claims tell in what it differs")
    assert notes[WITHOUT_PARTIES, "471"] == ("curated", "kept as ECCAS-MAP: filled in")
    assert notes["9001", "220"] == ("imported", "")
