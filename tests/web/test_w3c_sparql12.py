"""The W3C's SPARQL 1.2 tests of queries, run where their folder is given.

pytest tests/web/test_w3c_sparql12.py --w3c-sparql12 FOLDER/sparql/sparql12
"""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store
from test_w3c import content, evaluate
from w3c import Evaluation, SyntaxTest, evaluations, expected, syntax_tests

from kg.web.app import create_app
from kg.web.executor import LocalExecutor

PARTS = (
    "codepoint-escapes", "eval-triple-terms", "expression", "grouping", "lang-basedir", "rdf11", "syntax",
    "syntax-triple-terms-negative", "syntax-triple-terms-positive", "version",
)  # fmt: skip

#: Tests that cannot pass, by their names, with the reason.
SUBJECT = "pyoxigraph: a triple term with a subject that it cannot have is no mistake; it has no value"
FAILING = {
    "grouping/group01": "the store keeps the value of a number, not how it was written: 1 and 01 are one group",
    "grouping/select-variable-reuse": "pyoxigraph: SELECT does not see what an aggregate before it is called",
    "syntax/nested-aggregate-functions": "pyoxigraph: an aggregate within an aggregate is no mistake",
    "syntax-triple-terms-negative/tripleterm-subject-03": SUBJECT,
    "syntax-triple-terms-negative/tripleterm-subject-06": SUBJECT,
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each of the suite's, or one that is skipped and says why."""
    folder: Path | None = metafunc.config.getoption("--w3c-sparql12")
    for argument, read in (("evaluation", lambda: evaluations(folder, PARTS)), ("syntax_test", lambda: syntax(folder))):
        if argument in metafunc.fixturenames:
            if folder is None:
                skip = pytest.mark.skip(reason="the suite is not here: --w3c-sparql12 FOLDER names it")
                metafunc.parametrize(argument, [pytest.param(None, marks=skip)], ids=["suite"])
            else:
                tests = list(read())
                metafunc.parametrize(argument, tests, ids=[test.name for test in tests])


def syntax(folder: Path) -> list[SyntaxTest]:
    return [test for part in PARTS for test in syntax_tests(folder, part)]


@pytest.mark.w3c("SPARQL 1.2 query")
def test_query_evaluation(evaluation: Evaluation, request: pytest.FixtureRequest) -> None:
    if evaluation.name in FAILING:
        request.applymarker(pytest.mark.xfail(reason=FAILING[evaluation.name], strict=True))
    response = evaluate(evaluation)
    assert response.status_code == 200, response.text
    assert content(response) == expected(evaluation)


@pytest.mark.w3c("SPARQL 1.2 syntax")
def test_syntax(syntax_test: SyntaxTest, request: pytest.FixtureRequest) -> None:
    """Every update is refused, the well-formed ones, too."""
    if syntax_test.name in FAILING:
        request.applymarker(pytest.mark.xfail(reason=FAILING[syntax_test.name], strict=True))
    name = "update" if syntax_test.is_update else "query"
    text = syntax_test.file.read_bytes().decode("utf-8", "surrogatepass")
    response = create_app(LocalExecutor(Store())).test_client().post("/sparql", data={name: text})
    accepted = syntax_test.is_good and not syntax_test.is_update
    assert response.status_code == (200 if accepted else 400), response.text
