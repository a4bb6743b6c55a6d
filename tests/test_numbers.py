"""Every number that the documents state of the graph is counted in it."""

from __future__ import annotations

import re

import pytest
from pyoxigraph import Store

from kg.build.store import Build
from kg.project import Project
from kg.sparql.query import run

#: How many things there are of a class.
COUNT = "SELECT (COUNT(DISTINCT ?thing) AS ?number) {{ ?thing a casus:{} }}"
YEAR = "SELECT ({}(YEAR(?day)) AS ?number) {{ ?thing a casus:Instrument ; casus:signedOn ?day }}"
#: A document, a sentence in it, and the queries that count what its numbers state, in their order.
SENTENCES = {
    ("CHANGELOG.md", r"(\d+) instruments from (\d+) to (\d+) with (\d+) provisions"): (
        COUNT.format("Instrument"),
        YEAR.format("MIN"),
        YEAR.format("MAX"),
        COUNT.format("Provision"),
    ),
    ("CHANGELOG.md", r"(\d+) episodes, (\d+) events with (\d+) participations"): (
        COUNT.format("Episode . FILTER NOT EXISTS { ?thing a casus:OfficeTenure }"),
        COUNT.format("Event"),
        COUNT.format("Participation"),
    ),
    ("CHANGELOG.md", r"of (\d+) lists whether it is complete"): (COUNT.format("CompletenessStatement"),),
    ("graph/claims/article.ttl", r"# The (\d+) statements of the source article"): (
        COUNT.format("Claim ; casus:statedIn source:SEED"),
    ),
}


@pytest.mark.parametrize(("document", "sentence"), SENTENCES, ids=[sentence for _, sentence in SENTENCES])
def test_a_document_states_what_is_counted(project: Project, store: Store, document: str, sentence: str) -> None:
    text = " ".join((project.root / document).read_text(encoding="utf-8").split())
    found = re.search(sentence, text)
    assert found is not None, f"{document} has no such sentence any more: mend this table"
    counted = [
        row[0].value
        for query in SENTENCES[document, sentence]
        for row in run(store, query, namespaces=project.names).rows
    ]
    assert list(found.groups()) == counted


def test_the_readme_states_how_many_statements_there_are(project: Project, shipped: Build) -> None:
    text = (project.root / "README.md").read_text(encoding="utf-8")
    (stated,) = re.findall(r"shipped project of ([\d,]+) statements", text)
    assert int(stated.replace(",", "")) == round(shipped.info.asserted, -3)
