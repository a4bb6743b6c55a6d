"""Requests that nobody would send, for whoever asks a server: strategies for Hypothesis."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

from hypothesis import strategies as st

from tests.web.odd_queries import ODD_QUERIES

#: A method, a path with its parameters, headers and a body.
Request = tuple[str, str, dict[str, str], bytes | None]

_TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
_PATHS = """
    / /sparql /sparql/ /graphs /graph/ /graph/as-of/ /id/ /id/state/ /doc/id/ /doc/id/state/ /doc/graph/ /data /data/
    /ontology /ontology/ /ontology. /dataset /dataset. /examples /prefixes /prefixes. /shapes /shapes. /static/ /health
    /openapi.json /metrics /robots.txt /sitemap.xml /.well-known/void /nowhere // * http://elsewhere.example/sparql
"""
_RESTS = """
    ARM ARM.ttl ARM.html ARM.jsonld ARM.rdf ttl html nonsense .. ../.. %2e%2e/ %00 %FF %3E %3Cx%3E 2010-01-01 2010-02-30
    inferred derived metadata ;x / é
"""
_REST = st.one_of(st.just(""), _TEXT.map(quote), st.sampled_from([*_RESTS.split(), "a" * 3000]))
_PATH = st.builds(
    lambda path, rest: path + rest if path.endswith(("/", ".")) else path, st.sampled_from(_PATHS.split()), _REST
)
_NAMES = """
    query query query update default-graph-uri named-graph-uri as-of format output results graph default question page
    lang timeout x
"""
_VALUES = """
    2010-01-01 10000-01-01 csv html rdf http://[ 1 -1 999999999999999999999999 https://w3id.org/casus/graph/inferred
    https://w3id.org/casus/id/state/ARM ASK{} SELECT*{?s?p?o}LIMIT+9 DESCRIBE<x:y>
"""
_VALUE = st.one_of(_TEXT, ODD_QUERIES, st.sampled_from(["", *_VALUES.split()]))
_PARAMETERS = st.lists(st.tuples(st.sampled_from(_NAMES.split()), _VALUE), max_size=4).map(urlencode)
_FIELDS = """
    Accept Accept Accept-Language Accept-Encoding Content-Type Content-Type If-None-Match If-Modified-Since Range Origin
    Access-Control-Request-Method Access-Control-Request-Headers X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Prefix
    Cookie Expect Content-Encoding Authorization Upgrade
"""
_CONTENTS = """
    */*|text/html|text/turtle;q=nan|application/ld+json|application/rdf+xml|text/csv|*/*;q=2
    gzip|zstd;q=0.5, br|ru|null|,|;
    en-GB, *;q=0|application/x-www-form-urlencoded|application/x-www-form-urlencoded; charset=utf-16|bytes=0-1|bytes=9-
    é|application/sparql-query|multipart/form-data; boundary=x|application/json|"x", W/"y"|100-continue|websocket|*
    Thu, 01 Jan 1970 00:00:00 GMT
"""
_CONTENT = st.one_of(
    st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20),
    st.sampled_from([content.strip() for content in re.split(r"[|\n]", _CONTENTS)]),
)
_HEADERS = st.dictionaries(st.sampled_from(_FIELDS.split()), _CONTENT, max_size=4)
_BODIES = st.one_of(
    st.none(),
    _PARAMETERS.map(str.encode),
    ODD_QUERIES.map(lambda text: text.encode(errors="replace")),
    st.binary(max_size=60),
)
_METHODS = "GET GET GET GET GET GET GET GET POST POST POST POST HEAD HEAD OPTIONS PUT DELETE PATCH TRACE QUERY get"
REQUESTS: st.SearchStrategy[Request] = st.builds(
    lambda method, path, parameters, headers, body: (method, f"{path}?{parameters}", headers, body),
    st.sampled_from(_METHODS.split()), _PATH, _PARAMETERS, _HEADERS, _BODIES,
)  # fmt: skip
