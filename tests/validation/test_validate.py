"""Validation of any RDF with any SHACL: what is reported, where, and in which formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat, parse
from rdflib.namespace import RDF, SH

from kg.build.store import Build
from kg.errors import BadInput
from kg.project import Project
from kg.rdf.load import load_file, load_files
from kg.rdf.turtle import rdflib_graph
from kg.validation.validate import RENDERERS, Report, validate

Write = Callable[[str, str], Path]
Check = Callable[[str, str], Report]


@pytest.fixture
def check(write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Check:
    """Validate data with shapes, each written to a file of the present folder below nine lines of prefixes."""
    monkeypatch.chdir(tmp_path)

    def run(data: str, shapes: str) -> Report:
        files, shape_files = [write("data.ttl", data)], [write("shapes.ttl", shapes)]
        return validate(load_files(files), load_files(shape_files), files=files, shape_files=shape_files)

    return run


def lines(report: Report) -> list[str]:
    return [str(result) for result in report.results]


def about(constraint: str) -> str:
    """A shape for all states with one property shape."""
    return f"<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:property [ {constraint} ] ."


def about_states(query: str) -> str:
    """A shape for all states with one query."""
    return f'<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:sparql [ sh:select "{query}" ] .'


# The shipped data.


def test_the_shipped_data_conforms_without_a_warning(shipped: Build) -> None:
    assert shipped.info.warnings == 0


def test_an_end_before_the_beginning_and_an_unknown_property_have_one_clear_line_each(
    project: Project, write: Write
) -> None:
    file = write(
        "graph/mine.ttl",
        "<episode/MDA-CSTO-1> a casus:MembershipEpisode ;\n"
        '    rdfs:label "Moldova in the CSTO"@en ;\n'
        "    dcterms:source <source/GK> ; casus:confidence <confidence/uncertain> ;\n"
        "    casus:member <state/MDA> ; casus:inOrganization <organization/CSTO> ;\n"
        '    casus:begins "2004-05-01T00:00:00Z"^^xsd:dateTime ; casus:beginPrecision <precision/day> ;\n'
        '    casus:ends "2003-05-01T00:00:00Z"^^xsd:dateTime ; casus:endPrecision <precision/day> ;\n'
        '    casus:endReason "none"@en .\n',
    )
    files = [*project.sources, file]
    report = validate(load_files(files), load_files(project.shapes), files=files, shape_files=project.shapes)
    assert lines(report) == [
        f"{file}:15: violation: It ends (2003-05-01) before it begins (2004-05-01): mend one of the two dates."
        " (<episode/MDA-CSTO-1>)",
        f"{file}:16: violation: Unknown property: mend its name, or declare it in ontology/. (casus:endReason)",
    ]


# Reports.


def test_warnings_are_reported_after_violations_and_do_not_count(check: Check) -> None:
    name = "sh:path rdfs:label ; sh:minCount 1 ; sh:message 'no name' ; sh:severity sh:Warning"
    code = "sh:path casus:isoAlpha3 ; sh:minCount 1 ; sh:message 'no code'"
    report = check("<state/A> a casus:State .", about(name) + about(code).replace("<S>", "<T>"))
    assert lines(report) == [
        "data.ttl:10: violation: no code (state:A)",
        "data.ttl:10: warning: no name (state:A)",
    ]
    assert (report.conforms, len(report.violations), len(report.warnings)) == (False, 1, 1)
    report = check("<state/A> a casus:State .", about(name))
    assert (report.conforms, len(report.violations), len(report.warnings)) == (True, 0, 1)
    assert RENDERERS["text"](report).splitlines()[-1] == "The data conforms to the shapes: 0 violations, 1 warning."


def test_text_ends_with_the_verdict(check: Check) -> None:
    shapes = about("sh:path rdfs:label ; sh:minCount 1 ; sh:message 'no name'")
    text = RENDERERS["text"](check("<state/A> a casus:State .", shapes))
    assert text == (
        "data.ttl:10: violation: no name (state:A)\nThe data violates the shapes: 1 violation, 0 warnings.\n"
    )


def test_json_says_all_of_each_result(check: Check) -> None:
    shapes = about("sh:path casus:n ; sh:maxInclusive 1 ; sh:message 'too much'@en, 'trop'@fr")
    report = json.loads(RENDERERS["json"](check("<state/A> a casus:State ;\n  casus:n 2 .", shapes)))
    assert report == {
        "conforms": False,
        "results": [
            {
                "severity": "violation",
                "message": "too much",
                "focus": "https://w3id.org/casus/id/state/A",
                "path": "https://w3id.org/casus/ontology#n",
                "value": '"2"^^<http://www.w3.org/2001/XMLSchema#integer>',
                "sourceShape": "https://w3id.org/casus/id/S",
                "file": "data.ttl",
                "line": 11,
            }
        ],
    }


def test_turtle_is_the_report_that_shacl_defines(check: Check) -> None:
    shapes = about("sh:path rdfs:label ; sh:minCount 1")
    for data, conforms in (("<state/A> a casus:State .", False), ("<state/A> a casus:Organ .", True)):
        graph = rdflib.Graph().parse(data=RENDERERS["turtle"](check(data, shapes)), format="turtle")
        node = graph.value(None, RDF.type, SH.ValidationReport)
        assert graph.value(node, SH.conforms) == rdflib.Literal(conforms)
        results = list(graph.objects(node, SH.result))
        assert len(results) == (not conforms)
        for result in results:
            assert graph.value(result, SH.sourceConstraintComponent) == SH.MinCountConstraintComponent


def test_turtle_can_be_read_whatever_the_literals(check: Check) -> None:
    shapes = about("sh:path casus:n ; sh:in ( 0 )")
    values = [
        '"none"^^xsd:boolean',
        '"TRUE"^^xsd:boolean',
        '"1.50e0"^^xsd:double',
        '"01"^^xsd:integer',
    ]
    report = check(f"<a> a casus:State ; casus:n {', '.join(values)} .", shapes)
    written = {str(quad.object) for quad in parse(RENDERERS["turtle"](report), RdfFormat.TURTLE)}
    assert {result.value for result in report.results} <= written
    assert len(report.results) == len(values)


# Places.


@pytest.mark.parametrize(
    ("data", "constraint", "line"),
    [
        pytest.param(
            "<a> a casus:State ;\n  casus:n 1 ;\n  casus:n 2 .", "sh:path casus:n ; sh:in ( 1 )", 12, id="value"
        ),
        pytest.param("<a> a casus:State ;\n  casus:n 1, 2 .", "sh:path casus:n ; sh:maxCount 1", 11, id="property"),
        pytest.param("<a> casus:m 1 .\n<a> a casus:State .", "sh:path casus:n ; sh:minCount 1", 10, id="subject"),
        pytest.param(
            "<a> a casus:State .\n<b>\n  casus:in <a> .",
            "sh:path [ sh:inversePath casus:in ] ; sh:maxCount 0",
            10,
            id="count of an inverse path",
        ),
        pytest.param(
            "<a> a casus:State .\n<b>\n  casus:in <a> .",
            "sh:path [ sh:inversePath casus:in ] ; sh:class casus:Organ",
            12,
            id="inverse path",
        ),
        pytest.param(
            "<a> a casus:State ;\n  casus:m 1 ;\n  casus:n 2 .",
            "sh:path [ sh:alternativePath ( casus:m casus:n ) ] ; sh:maxInclusive 1",
            12,
            id="alternative path",
        ),
        pytest.param(
            "<b> a casus:Organ .\n<b> casus:of\n  [ casus:at [ a casus:State ;\n    casus:n 2 ] ] .",
            "sh:path casus:n ; sh:maxInclusive 1",
            13,
            id="nested blank node",
        ),
        pytest.param("[] a casus:State ;\n  casus:n 2 .", "sh:path casus:n ; sh:maxInclusive 1", 11, id="blank node"),
    ],
)
def test_a_result_is_at_the_statement_at_fault(check: Check, data: str, constraint: str, line: int) -> None:
    (result,) = check(data, about(constraint)).results
    assert (result.file and result.file.name, result.line) == ("data.ttl", line)


def test_each_blank_node_has_a_line_of_its_own(check: Check) -> None:
    report = check(
        "[] a casus:State .\n[] a casus:State .\n[] a casus:Organ .", about("sh:path casus:n ; sh:minCount 1")
    )
    assert [(result.file and result.file.name, result.line) for result in report.results] == [
        ("data.ttl", 10),
        ("data.ttl", 11),
    ]


def test_a_blank_node_that_was_renamed_is_found_by_what_only_it_says(write: Write) -> None:
    """As in a build, which gives blank nodes labels of its own."""
    file = write("data.ttl", "[] a casus:State ; casus:m 1 .\n[] a casus:State ;\n  casus:m 2 .\n")
    renamed = Dataset(load_file(file))
    renamed.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    shapes = load_file(write("shapes.ttl", about("sh:path casus:n ; sh:minCount 1")))
    assert sorted(result.line or 0 for result in validate(renamed, shapes, files=[file]).results) == [10, 12]


def test_what_is_unknown_has_a_result_for_each_that_uses_it(check: Check) -> None:
    shapes = (
        "<S> a sh:NodeShape ; sh:targetNode casus:m ; sh:sparql [ sh:message 'no such property' ;\n"
        ' sh:select "SELECT DISTINCT $this ?value { ?value $this ?object }" ] .'
    )
    report = check("<a> casus:m 1 .\n<b> casus:n 1 ;\n  casus:m 2, 3 .", shapes)
    assert lines(report) == [f"data.ttl:{line}: violation: no such property (casus:m)" for line in (10, 12)]


def test_a_result_about_nothing_in_the_files_has_no_place(check: Check) -> None:
    shapes = "<S> a sh:NodeShape ; sh:targetNode <state/A> ; sh:class casus:State ; sh:message 'none' ."
    assert lines(check("", shapes)) == ["violation: none (state:A)"]


def test_a_literal_at_fault_is_placed_at_its_statement(check: Check) -> None:
    shapes = "<S> a sh:NodeShape ; sh:targetObjectsOf casus:n ; sh:datatype xsd:integer ; sh:message 'no number' ."
    assert lines(check("<a> casus:n 1 ;\n  casus:n 'one' .", shapes)) == ['data.ttl:11: violation: no number ("one")']


# The features of SHACL.


@pytest.mark.parametrize(
    "shapes",
    [
        pytest.param(
            "<S> a sh:NodeShape, rdfs:Class ; sh:property [ sh:path casus:n ; sh:maxInclusive 1 ] .", id="implicit"
        ),
        pytest.param(
            "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:closed true ; sh:ignoredProperties ( <p> ) .",
            id="closed",
        ),
        pytest.param(about("sh:path ( casus:m casus:n ) ; sh:minCount 1"), id="sequence path"),
        pytest.param(
            "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:sparql [\n"
            '  sh:select "SELECT $this ?value { $this <n> ?value FILTER(?value > 1 && bound($this)) }" ] .',
            id="bound variable",
        ),
        pytest.param(
            "<S> a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ;\n"
            '  sh:select "SELECT ?this { ?this <n> 2 }" ] ; sh:class casus:Organ .',
            id="SPARQL target",
        ),
        pytest.param(
            "<double> a sh:SPARQLFunction ; sh:parameter [ sh:path <x> ; sh:datatype xsd:integer ] ;\n"
            '  sh:returnType xsd:integer ; sh:select "SELECT ($x * 2 AS ?result) {}" .\n'
            "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:sparql [\n"
            '  sh:select "SELECT $this { $this <n> ?n FILTER(<double>(?n) > 3) }" ] .',
            id="function",
        ),
        pytest.param(
            "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:rule [ a sh:TripleRule ;\n"
            "  sh:subject sh:this ; sh:predicate <m> ; sh:object [ sh:path <n> ] ] ; sh:sparql [\n"
            '  sh:select "SELECT $this { $this <m> 2 }" ] .',
            id="rule",
        ),
        pytest.param(
            "<most> a sh:ConstraintComponent ; sh:parameter [ sh:path <most> ] ;\n"
            '  sh:validator [ a sh:SPARQLAskValidator ; sh:ask "ASK { FILTER($value <= $most) }" ] .\n'
            + about("sh:path <n> ; <most> 1"),
            id="constraint component",
        ),
    ],
)
def test_core_sparql_and_advanced_features_work(check: Check, shapes: str) -> None:
    base = "https://w3id.org/casus/id/"
    shapes = shapes.replace('"SELECT', f'"BASE <{base}> SELECT').replace('"ASK', f'"BASE <{base}> ASK')
    data = "<a> a casus:State, <S> ; <n> 2 ; casus:n 2 ."
    assert len(check(data, shapes).violations) >= 1


@pytest.mark.parametrize(
    "where",
    [
        "BIND($this AS ?it) FILTER(?it = <a>)",
        "BIND((($this)) AS ?it) FILTER(?it = <a>)",
        "BIND(COALESCE($this, 1) AS ?it) FILTER(?it = <a>)",
        "BIND(IF(true, $this, 'AS (') AS ?it) FILTER(?it = <a>)",
        "FILTER(bound($this) && $this = <a>)",
        "FILTER($this = <a>) BIND(1 AS ?it)",
        "FILTER(EXISTS { BIND($this AS ?it) FILTER(?it = <a>) })",
    ],
)
def test_the_focus_is_bound_in_every_place(check: Check, where: str) -> None:
    """SHACL, section 5.3.2 and appendix A: the variable this has its value wherever it stands."""
    query = f"BASE <https://w3id.org/casus/id/> SELECT $this {{ {where} }}"
    report = check("<a> a casus:State . <b> a casus:State .", about_states(query))
    assert [result.focus for result in report.results] == ["https://w3id.org/casus/id/a"]


def test_prefixes_are_declared_by_what_is_imported_too(check: Check) -> None:
    def declared(prefix: str, namespace: str) -> str:
        return f'sh:declare [ sh:prefix "{prefix}" ; sh:namespace "{namespace}"^^xsd:anyURI ]'

    shapes = (
        f"<here> owl:imports <there> ; {declared('n', 'https://w3id.org/casus/ontology#')} .\n"
        f"<there> owl:imports <far> .\n<far> {declared('i', 'https://w3id.org/casus/id/')} .\n"
        "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:sparql [ sh:prefixes <here> ;\n"
        '  sh:select "SELECT $this { $this n:of i:b }" ] .'
    )
    assert len(check("<a> a casus:State ; casus:of <b> . <b> a casus:State .", shapes).results) == 1


@pytest.mark.parametrize(("value", "results"), [("true", 1), ('"1"^^xsd:boolean', 0), ("false", 0)])
def test_only_true_asks_for_unique_languages(check: Check, value: str, results: int) -> None:
    shapes = about(f"sh:path rdfs:label ; sh:uniqueLang {value}")
    assert len(check("<a> a casus:State ; rdfs:label 'A'@en, 'B'@en .", shapes).results) == results


def test_data_in_the_file_of_its_shapes_may_use_any_name(check: Check) -> None:
    """Only of a shape is it wrong to have a property that SHACL does not have."""
    both = about("sh:path rdfs:label ; sh:minCount 1") + " <a> a casus:State ; sh:nodeShape <S> ."
    assert len(check(both, both).results) == 1


def test_subclasses_in_the_data_are_followed(check: Check) -> None:
    data = "<a> a casus:Empire . casus:Empire rdfs:subClassOf casus:State ."
    assert len(check(data, about("sh:path rdfs:label ; sh:minCount 1")).results) == 1


def test_results_are_those_of_pyshacl_alone(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", rdflib.NORMALIZE_LITERALS)  # which pySHACL changes
    cases = Path(__file__).parents[1] / "shapes"
    names = ("world", "dates", "identifiers")
    data = load_files([project.root / "ontology" / "episodes.ttl", *(cases / f"{name}.ttl" for name in names)])
    shapes = load_files(project.root / "shapes" / f"{name}.ttl" for name in ("casus", "dates", "identifiers"))

    def summary(graph: rdflib.Graph) -> list[tuple[str, ...]]:
        asked = (SH.focusNode, SH.value, SH.resultMessage)
        found = ([graph.value(node, p) for p in asked] for node in graph.objects(None, SH.result))
        return sorted(tuple("[]" if isinstance(term, rdflib.BNode) else str(term) for term in terms) for terms in found)

    _, alone, _ = pyshacl.validate(rdflib_graph(data), shacl_graph=rdflib_graph(shapes), advanced=True)
    assert len(summary(alone)) > 20
    assert summary(rdflib_graph(validate(data, shapes).graph)) == summary(alone)


def test_literals_are_kept_as_written_and_rdflib_is_as_it_was_afterwards(check: Check) -> None:
    (result,) = check("<a> a casus:State ; casus:n 002 .", about("sh:path casus:n ; sh:maxInclusive 1")).results
    assert result.value == '"002"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert rdflib.NORMALIZE_LITERALS is True


# Shapes that cannot be used.


@pytest.mark.parametrize(
    ("shapes", "line", "cause"),
    [
        (about("sh:path casus:n ; sh:mincount 1"), 10, "there is no sh:mincount"),
        (about("sh:path casus:n ; \n sh:minCount 'one'"), 11, 'sh:minCount "one": Value is not Literal with datatype'),
        (about("sh:minCount 1"), 10, "sh:path"),
        (about("sh:path casus:n ; \n sh:pattern '('"), 11, 'sh:pattern "(" is no regular expression'),
        ("<S> sh:targetClass 'State' ; a sh:NodeShape .", 10, 'sh:targetClass "State"'),
        ("<S> a sh:NodeShape ; sh:targetClass <T> ;\n sh:or <T> .", 11, "sh:or"),
        (
            '<S> a sh:NodeShape ; sh:targetClass <T> ; sh:sparql [\n sh:select "SELECT $this {" ] .',
            11,
            "not SPARQL: syntax error in line 1, column 15 of the query",
        ),
        (
            '<S> a sh:NodeShape ; sh:targetClass <T> ; sh:sparql [ sh:select "SELECT $this { $this no:p 1 }" ] .',
            10,
            "not SPARQL: a prefix is not declared",
        ),
        (
            "<S> a sh:NodeShape ; sh:targetClass casus:State ; sh:sparql [\n"
            ' sh:select "SELECT $this { VALUES ?x { 1 } }" ] .',
            None,
            "the shapes cannot be run: Validation Failure - A SPARQL Constraint must not contain a VALUES clause",
        ),
    ],
)
def test_broken_shapes_are_refused_with_one_line(check: Check, shapes: str, line: int | None, cause: str) -> None:
    with pytest.raises(BadInput) as caught:
        check("<a> a casus:State .", shapes)
    assert cause in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (caught.value.exit_code, caught.value.line) == (2, line)


def test_all_that_is_wrong_with_the_shapes_is_said_at_once(check: Check) -> None:
    shapes = (
        "<S> a sh:NodeShape ; sh:targetClass casus:State ;\n sh:property [ sh:path casus:n ; sh:mincount 1 ] ;\n"
        " sh:property [ sh:path casus:n ;\n sh:pattern '(' ] .\n<T> sh:targetClass 'State' ; a sh:NodeShape ."
    )
    with pytest.raises(BadInput) as caught:
        check("<a> a casus:State .", shapes)
    said = str(caught.value).splitlines()
    assert [line.split(": ")[0].rsplit("/", 1)[-1] for line in said] == [
        "shapes.ttl:11",
        "shapes.ttl:13",
        "shapes.ttl:14",
    ]
    for line, cause in zip(said, ("sh:mincount", "no regular expression", 'sh:targetClass "State"'), strict=True):
        assert cause in line


@pytest.mark.parametrize(
    "query",
    [
        "SELECT $this { SERVICE <http://127.0.0.1:1/> { $this ?p ?o } }",
        "SELECT $this { service silent ?where { $this ?p ?o } }",
        "SELECT $this { SERVICE<http://127.0.0.1:1/> { $this ?p ?o } }",
        "SELECT $this { SERVICE#\\n<http://127.0.0.1:1/> { $this ?p ?o } }",
        "SELECT $this { \\\\u0053ERVICE <http://127.0.0.1:1/> { $this ?p ?o } }",
        "PREFIX e: <http://127.0.0.1:1/> SELECT $this { SERVICE e: { $this ?p ?o } }",
        "SELECT ?this FROM <http://127.0.0.1:1/> { ?this ?p ?o }",
        "SELECT ?this FROM NAMED <http://127.0.0.1:1/> { GRAPH ?g { ?this ?p ?o } }",
    ],
)
def test_shapes_that_reach_outside_are_refused(check: Check, query: str) -> None:
    for holder in ("sh:sparql [", "sh:target [ a sh:SPARQLTarget ;"):
        with pytest.raises(BadInput, match="reaches outside the data") as caught:
            check(
                "<a> a casus:State .",
                f'<S> a sh:NodeShape ; sh:targetClass casus:State ; {holder} sh:select "{query}" ] .',
            )
        assert caught.value.line == 10


def test_a_variable_or_term_may_be_named_from_or_service(check: Check) -> None:
    query = "PREFIX from: <http://example.org/> SELECT ?this { ?this from:service ?from . ?service from:a from:b }"
    shapes = f'<S> a sh:NodeShape ; sh:target [ a sh:SPARQLTarget ; sh:select "{query}" ] .'
    assert check("<a> a casus:State .", shapes).conforms


def test_imports_of_shapes_and_data_are_not_followed(check: Check) -> None:
    remote = "<o> a owl:Ontology ; owl:imports <http://127.0.0.1:1/o> ."
    assert check(remote, remote + about("sh:path rdfs:label ; sh:minCount 1")).conforms


def test_no_shapes_and_no_data_conform(check: Check) -> None:
    assert check("", "").conforms
    assert check("<a> a casus:State .", "").conforms
    assert validate([], []).conforms


def test_many_results_have_each_their_own_line(write: Write) -> None:
    data = write("data.ttl", "".join(f"<a{n}> a casus:State .\n" for n in range(500)))
    shapes = load_file(write("shapes.ttl", about("sh:path rdfs:label ; sh:minCount 1")))
    report = validate(load_file(data), shapes, files=[data])
    assert [result.line for result in report.results] == list(range(10, 510))


def test_shapes_are_looked_at_once_as_long_as_they_are_the_same(
    check: Check, cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CASUS_CACHE", str(tmp_path / "cache"))
    sound, broken = about("sh:path rdfs:label ; sh:minCount 1"), about("sh:path rdfs:label ; sh:minCount 1, 2")
    noted = partial((tmp_path / "cache" / "notes").glob, "sound-shapes-*")
    for _ in range(2):
        assert len(check("<state/A> a casus:State .", sound).results) == 1
        assert len(list(noted())) == 1
    for _ in range(2):
        with pytest.raises(BadInput, match="not well-formed SHACL"):
            check("<state/A> a casus:State .", broken)
        assert len(list(noted())) == 1
