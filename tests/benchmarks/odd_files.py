"""RDF files that nobody would write, for whoever reads files: strategies for Hypothesis."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse, serialize

from kg.rdf.formats import GRAPH_FORMATS

_TOP = Path(__file__).parents[2]
#: A file with a suffix.
File = tuple[str, bytes]

_FORMATS = {suffix: form.rdf for form in GRAPH_FORMATS for suffix in form.suffixes}
_UNKNOWN = [".TTL", ".txt", ""]
_HEAD = """\
@prefix : <http://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
_WORDS = """
    rdf:type rdf:first rdf:rest rdf:nil rdf:List rdf:Property rdf:langString rdf:XMLLiteral rdf:reifies rdf:_1
    rdfs:subClassOf rdfs:subPropertyOf rdfs:domain rdfs:range rdfs:Literal rdfs:Datatype rdfs:label rdfs:Resource
    owl:Thing owl:Nothing owl:Class owl:Restriction owl:onProperty owl:onProperties owl:onClass owl:onDataRange
    owl:someValuesFrom owl:allValuesFrom owl:hasValue owl:hasSelf owl:maxCardinality owl:maxQualifiedCardinality
    owl:cardinality owl:intersectionOf owl:unionOf owl:oneOf owl:complementOf owl:disjointWith owl:AllDisjointClasses
    owl:AllDifferent owl:AllDisjointProperties owl:members owl:distinctMembers owl:sameAs owl:differentFrom
    owl:equivalentClass owl:equivalentProperty owl:inverseOf owl:propertyChainAxiom owl:propertyDisjointWith
    owl:hasKey owl:FunctionalProperty owl:InverseFunctionalProperty owl:TransitiveProperty owl:SymmetricProperty
    owl:AsymmetricProperty owl:IrreflexiveProperty owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty
    owl:NegativePropertyAssertion owl:sourceIndividual owl:assertionProperty owl:targetIndividual owl:targetValue
    owl:withRestrictions owl:onDatatype owl:imports owl:Ontology owl:deprecated owl:topObjectProperty
    sh:NodeShape sh:PropertyShape sh:targetClass sh:targetNode sh:targetObjectsOf sh:property sh:path sh:inversePath
    sh:zeroOrMorePath sh:alternativePath sh:minCount sh:maxCount sh:datatype sh:class sh:nodeKind sh:IRI sh:pattern
    sh:flags sh:in sh:languageIn sh:uniqueLang sh:equals sh:lessThan sh:minInclusive sh:maxLength sh:not sh:and sh:or
    sh:xone sh:node sh:closed sh:ignoredProperties sh:hasValue sh:qualifiedValueShape sh:qualifiedMinCount sh:sparql
    sh:select sh:ask sh:prefixes sh:declare sh:message sh:severity sh:deactivated sh:rule sh:construct sh:condition
    sh:target sh:SPARQLTarget sh:values sh:expression sh:js sh:result sh:conforms
"""
_NAMES = """
    :a :b :c :p :q :C :D :x\\-y :%41 <> <#a> <?q> <urn:x> <a:b> <relative/path> <http://ex.org/é> <http://ex.org/🏳️‍🌈>
    <http://ex.org/\\u00e9> <http://[::1]:99999/> <http://ex.org/a/> <http://ex.org/1> <//ex.org> <javascript:alert(1)>
    <file:///etc/passwd> <http://ex.org/'> <http://ex.org/a.ttl#x,y;z> <http://ex.org/a%20b> <http://ex.org/%FF> _:a _:b
    _:c [] () xsd:string xsd:integer xsd:decimal xsd:dateTime xsd:date xsd:boolean xsd:nonNegativeInteger
"""
_DATATYPES = """
    xsd:string xsd:boolean xsd:integer xsd:decimal xsd:double xsd:float xsd:dateTime xsd:dateTimeStamp xsd:date
    xsd:time xsd:gYear xsd:gYearMonth xsd:gMonthDay xsd:duration xsd:dayTimeDuration xsd:yearMonthDuration xsd:anyURI
    xsd:hexBinary xsd:base64Binary xsd:byte xsd:unsignedLong xsd:nonNegativeInteger xsd:negativeInteger xsd:token
    xsd:language xsd:Name xsd:NCName xsd:QName xsd:anySimpleType rdf:langString rdf:dirLangString rdf:XMLLiteral
    rdf:HTML rdf:JSON rdf:PlainLiteral rdfs:Literal owl:real owl:rational :own <> xsd:nonsense
"""
_LEXICAL = [
    "", " ", "0", "1", "-1", "+0", "-0", "01", "1.", ".5", "1e0", "1E400", "-1e-400", "INF", "+INF", "-INF", "NaN",
    "true", "TRUE", "1/3", "1/0", "-4/2", "9" * 50, "0." + "3" * 50, "1e9999999999", "2000-01-01", "2000-02-30",
    "2000-01-01T00:00:00Z", "2000-01-01T24:00:00", "-0001-01-01T00:00:00+14:00", "99999999999-12-31T23:59:60Z",
    "0000-00-00T00:00:00.000000000000001-14:01", "P1Y", "-P1M1DT1H", "P", "PT", "--02-30", "FF", "F", "AA==", "A=",
    "<a>b</a>", "<a>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "{}", '{"a":[1e999]}', "[", "en", "a b", "٣", "🏳️‍🌈",
    "\x00", "\x01", "\ufffe", "\u2028", "\r\n", "\t", '"', "\\", "'''", '"""', "e\u0301", "(a+)+$", "[", "(?<n>a)",
    "SELECT $this { $this ?p ?o }", "SELECT", "ASK { SERVICE <http://127.0.0.1:9/> {} }", "http://[", "%", "x" * 5000,
]  # fmt: skip
_TAGS = [
    "en",
    "EN-gb",
    "x-a",
    "i-default",
    "de-1996",
    "zh-Hant-CN-x-private1-private2",
    "en--ltr",
    "ar--rtl",
    "en--up",
    "a1",
    "1",
]


def _quoted(text: str) -> str:
    return '"' + "".join(c if c.isalnum() else f"\\U{ord(c):08X}" for c in text) + '"'


def _list(items: list[str]) -> str:
    return f"( {' '.join(items)} )"


_TEXT = st.one_of(st.sampled_from(_LEXICAL), st.text(st.characters(codec="utf-8"), max_size=12)).map(_quoted)
_LITERALS = st.one_of(
    _TEXT,
    st.tuples(_TEXT, st.sampled_from(_DATATYPES.split())).map("^^".join),
    st.tuples(_TEXT, st.sampled_from(_TAGS)).map("@".join),
    st.sampled_from(["1", "-1.5", "1e0", "01", "true", "+0", "1.e1", "1e400"]),
    st.integers(-(10**30), 10**30).map(str),
)
_RESOURCES = st.one_of(
    st.sampled_from(_NAMES.split()),
    st.sampled_from(_WORDS.split()),
    st.text(st.characters(codec="utf-8", exclude_characters='<>"{}|^`\\ '), max_size=8).map(
        lambda t: f"<http://e.org/{t}>"
    ),
)
_PROPERTIES = st.one_of(
    st.sampled_from(_WORDS.split()), st.sampled_from([":p", ":q", "a", "<p>", "<http://ex.org/1>", "rdf:_1"])
)
#: What can be put into itself, and how often: triples not so often that they would end this process.
_NESTS = [
    ("( ", " )", 3),
    ("( ", " )", 1500),
    ("[ :p ", " ]", 1500),
    ("<<( :a :p ", " )>>", 3),
    ("<<( :a :p ", " )>>", 150),
]
_TERMS = st.recursive(
    st.one_of(_RESOURCES, _LITERALS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(_list),
        st.lists(st.tuples(_PROPERTIES, inner).map(" ".join), max_size=3).map(lambda pairs: f"[ {' ; '.join(pairs)} ]"),
        st.tuples(st.sampled_from(["<< {} >>", "<<( {} )>>"]), _RESOURCES, _PROPERTIES, inner).map(
            lambda parts: parts[0].format(" ".join(parts[1:]))
        ),
        st.tuples(st.sampled_from(_NESTS), inner).map(
            lambda parts: parts[0][0] * parts[0][2] + parts[1] + parts[0][1] * parts[0][2]
        ),
    ),
    max_leaves=6,
)
_STATEMENTS = st.tuples(st.one_of(_RESOURCES, _TERMS), _PROPERTIES, _TERMS).map(
    lambda triple: " ".join(triple) + " .\n"
)
#: The smallest inputs of each rule, so that axioms meet that do something.
_RULES = [path.read_text("utf-8") for path in sorted((_TOP / "tests" / "rules").glob("*.ttl"))]
_SHIPPED = [
    path.read_text("utf-8")
    for folder in ("ontology", "graph", "shapes")
    for path in sorted((_TOP / folder).rglob("*.ttl"))
    if path.stat().st_size < 12_000
]
_INNER = [
    "[]", "[ sh:class :C ]", "[ sh:datatype xsd:integer ]", "[ sh:property [ sh:path :p ; sh:minCount 1 ] ]", "_:s",
    "[ sh:not _:s ]", "[ sh:closed true ]", "[ sh:hasValue 1 ]",
]  # fmt: skip
_QUERIES = [
    "SELECT $this { $this ?p ?o }", "SELECT $this ?value { $this $PATH ?value FILTER (?value > 1) }", "SELECT {",
    "ASK { $this a $value }", "SELECT $this { BIND (1/0 AS ?x) FILTER (REGEX(STR($this), '(')) }", "CONSTRUCT {} {}",
    "SELECT $this { { SELECT $this { $this ?p [] } LIMIT 1 } MINUS { $this ?q 1 } }", "SELECT * { VALUES $this {} }",
    "CONSTRUCT { $this :p $this } WHERE { $this ?p ?o }", "SELECT ?this { SERVICE <http://127.0.0.1:9/> {} }",
]  # fmt: skip
_CONSTRAINTS = st.one_of(
    st.tuples(st.sampled_from(["minCount", "maxCount", "minLength", "qualifiedMinCount"]), st.integers(-1, 3)),
    st.tuples(st.just("datatype"), st.sampled_from(_DATATYPES.split())),
    st.tuples(st.sampled_from(["class", "equals", "disjoint", "lessThan", "lessThanOrEquals"]), _RESOURCES),
    st.tuples(st.just("nodeKind"), st.sampled_from(["sh:IRI", "sh:Literal", "sh:BlankNodeOrIRI", "sh:nonsense"])),
    st.tuples(st.sampled_from(["minInclusive", "maxExclusive", "hasValue", "defaultValue"]), _LITERALS),
    st.tuples(st.sampled_from(["message", "pattern", "flags", "name"]), _TEXT),
    st.tuples(st.sampled_from(["uniqueLang", "closed", "deactivated"]), st.sampled_from(["true", "false", "1", ":a"])),
    st.tuples(st.sampled_from(["in", "languageIn", "ignoredProperties"]), st.lists(_TERMS, max_size=3).map(_list)),
    st.tuples(
        st.sampled_from(["and", "or", "xone"]),
        st.lists(st.sampled_from(_INNER), max_size=3).map(_list),
    ),
    st.tuples(st.sampled_from(["not", "node", "qualifiedValueShape"]), st.sampled_from(_INNER)),
    st.tuples(st.just("sparql"), st.sampled_from(_QUERIES).map(lambda query: f"[ sh:select {_quoted(query)} ]")),
    st.tuples(st.just("rule"), st.sampled_from(_QUERIES).map(lambda text: f"[ sh:construct {_quoted(text)} ]")),
    st.tuples(st.sampled_from(["rule", "expression", "values", "target", "in", "and", "severity"]), _TERMS),
).map(lambda pair: f"sh:{pair[0]} {pair[1]}")
_PATHS = st.recursive(
    st.sampled_from([":p", ":q", "a", "rdfs:subClassOf"]).map(lambda path: "rdf:type" if path == "a" else path),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(_list),
        st.lists(inner, min_size=2, max_size=3).map(lambda paths: f"[ sh:alternativePath ( {' '.join(paths)} ) ]"),
        st.tuples(st.sampled_from(["inverse", "zeroOrMore", "oneOrMore", "zeroOrOne"]), inner).map(
            lambda pair: f"[ sh:{pair[0]}Path {pair[1]} ]"
        ),
    ),
    max_leaves=4,
)
_TARGETS = st.sampled_from(["Class :C", "Class rdfs:Resource", "Node :a", "Node 1", "SubjectsOf :p", "ObjectsOf :p"])
_SHAPE = st.tuples(_TARGETS, _PATHS, st.lists(_CONSTRAINTS, min_size=1, max_size=3)).map(
    lambda parts: (
        f"[] a sh:NodeShape ; sh:target{parts[0]} ; sh:property [ sh:path {parts[1]} ; {' ; '.join(parts[2])} ] .\n"
    )
)
_SHAPES = [path.read_text("utf-8") for path in sorted((_TOP / "shapes").glob("*.ttl"))]
_SIGNS = b"""
    # " ' \"\"\" < > << >> ( ) [ ] { } . ; , : @ ^^ \\ & &amp; <!-- ]]> <![CDATA[ null 1e999 @context "@id" @prefix BASE
    _:a a xml:lang rdf:ID rdf:parseType="Literal" <?xml version="1.1"?> encoding="UTF-16" 'x'@en--ltr
"""
_BYTES = [b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f\x8b", b"\xed\xa0\x80", b"\n", b"\r"]
_ODD = [*_SIGNS.split(), *_BYTES, b"A" * 5000, b"[" * 200, b"(" * 200, b"<a>" * 200]


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """A file of which pieces are taken out, doubled, or replaced."""
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(0, len(content)))
        end = min(len(content), begin + draw(st.integers(0, 30)))
        piece = draw(st.one_of(st.sampled_from(_ODD), st.just(content[begin:end] * 2), st.binary(max_size=3)))
        content = content[:begin] + piece + content[end:]
    return content


def _relabelled(content: bytes) -> bytes:
    """A file whose blank nodes are called alike each time; the parser names them by chance."""
    labels: dict[bytes, bytes] = {}
    return re.sub(rb"\b[0-9a-f]{20,32}\b", lambda label: labels.setdefault(label[0], b"b%d" % len(labels)), content)


@st.composite
def _written(draw: st.DrawFn, texts: st.SearchStrategy[str], suffixes: st.SearchStrategy[str]) -> File:
    """Turtle, put into the format of a suffix where that can be, and often damaged."""
    content, suffix = draw(texts).encode(), draw(suffixes)
    form = _FORMATS.get(suffix, RdfFormat.TURTLE)
    if form not in (RdfFormat.TURTLE, RdfFormat.TRIG) and draw(st.integers(0, 19)):
        try:
            quads = list(parse(content, RdfFormat.TURTLE, base_iri="http://example.org/base/file"))
            content = (
                serialize(quads if form.supports_datasets else [quad.triple for quad in quads], format=form) or b""
            )
        except (SyntaxError, OSError):  # a format need not be able to hold it
            pass
        content = _relabelled(content)
    if draw(st.integers(0, 9)) == 9:
        content = draw(mutated(content))
    if draw(st.integers(0, 19)) == 19:
        content, suffix = gzip.compress(content, mtime=0), suffix + ".gz"
    return suffix, content


def _is_turtle(text: str) -> bool:
    try:
        return bool(list(parse(_HEAD + text, RdfFormat.TURTLE, base_iri="http://example.org/")))
    except SyntaxError:
        return False


_SOUND = _STATEMENTS.filter(_is_turtle)
_ABOUT_FEW = st.tuples(
    st.sampled_from([":a", ":b", "_:a", ":C"]), st.sampled_from([":p", ":q", "a", ":p :c ; :q"]), _TERMS
).map(lambda triple: " ".join(triple) + " .\n")
_PIECES = st.one_of(_SOUND, _ABOUT_FEW.filter(_is_turtle), st.sampled_from([*_RULES, ":a a :C ; :p :b .\n"]))
_DOCUMENTS = st.one_of(
    st.lists(_PIECES, max_size=8).map(lambda pieces: _HEAD + "".join(pieces)), st.sampled_from(_SHIPPED)
)
_JUNK = st.tuples(
    st.sampled_from([*_FORMATS, *_UNKNOWN]),
    st.lists(st.one_of(st.sampled_from(_ODD), st.binary(max_size=20)), max_size=12).map(b"".join),
)

_ANY_SUFFIX = st.sampled_from([*_FORMATS, *_FORMATS, *_UNKNOWN])
_TURTLE = st.just(".ttl")


def _rarely(usual: st.SearchStrategy[File], odd: st.SearchStrategy[File]) -> st.SearchStrategy[File]:
    return st.integers(0, 9).flatmap(lambda number: odd if number == 9 else usual)


FILES = _rarely(_written(_DOCUMENTS, _ANY_SUFFIX), _JUNK)
TURTLE_FILES = _rarely(_written(_DOCUMENTS, _TURTLE), FILES)
SHAPES = _rarely(
    st.one_of(
        _written(
            st.lists(_SHAPE.filter(_is_turtle), min_size=1, max_size=3).map(lambda p: _HEAD + "".join(p)), _TURTLE
        ),
        _written(st.lists(_SOUND, max_size=6).map(lambda pieces: _HEAD + "".join(pieces)), _TURTLE),
        _written(st.sampled_from(_SHAPES), _TURTLE),
    ),
    FILES,
)
