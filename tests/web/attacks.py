"""Queries and clients that are meant to do harm, by what they try."""

from __future__ import annotations

import http.client
import socket
from contextlib import suppress
from urllib.parse import quote

_MIB = 2**20
_TIMEOUT = 60


def doubling(times: int) -> str:
    binds = "".join(f"BIND (CONCAT(?v{n}, ?v{n}) AS ?v{n + 1}) " for n in range(times))
    return f"SELECT * {{ BIND ('0123456789' AS ?v0) {binds} }}"


#: What takes long or needs much, on a graph of some thousand triples.
COSTLY = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross product, in order": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a",
    "cross product, distinct": "SELECT DISTINCT ?a ?d ?g { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "cross product as a graph": "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "doubling": doubling(40),
    "long concatenation": "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?s) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "path over everything": "SELECT (COUNT(*) AS ?n) { ?a (!<http://example.org/x>)* ?b . ?c (<x>|!<y>)* ?d }",
    "comparison of all": "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (STR(?c) = CONCAT(STR(?f), STR(?i), 'no')) }",
    "too many rows": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "too many triples": "CONSTRUCT { ?a ?e ?f } { ?a ?b ?c . ?d ?e ?f } LIMIT 20000",
    "too many bytes": "SELECT (REPEATED AS ?s) { ?a ?b ?c }".replace("REPEATED", f"CONCAT(STR(?a), '{'x' * 5000}')"),
}

#: What would break a parser or keep it busy.
NESTED = {
    "braces": "ASK " + "{" * 3000 + "}" * 3000,
    "unclosed braces": "ASK " + "{" * 50_000,
    "lists": "ASK { ?s ?p " + "(" * 409 + ")" * 409 + " }",
    "blank nodes": "ASK { ?s ?p " + "[<p>" * 2000 + "]" * 2000 + " }",
    "paths": "ASK { ?s " + "(" * 3000 + "<p>" + ")" * 3000 + " ?o }",
    "expressions": "ASK { FILTER (" + "(" * 3000 + "1" + ")" * 3000 + ") }",
    "negations": "ASK { FILTER (" + "!(" * 40 + "1" + ")" * 40 + ") }",
    "calls": "ASK { FILTER (" + "REGEX(" * 30 + "'a', 'b'" + ")" * 30 + ") }",
    "unions": "ASK { {} " + "UNION {} " * 10_000 + "}",
    "subqueries": "SELECT * { " * 500 + "}" * 500,
    "quoted triples": "ASK { " + "<< " * 500 + "?s ?p ?o" + " >>" * 500 + " ?p ?o }",
    "optionals": "ASK { " + "OPTIONAL { " * 500 + "}" * 500 + " }",
    "operators": "ASK { FILTER (" + "1 + " * 20_000 + "1 > 0) }",
    "length": "ASK {} #" + "x" * 200_000,
}

#: Regular expressions that take exponential time where they are tried by going back.
PATTERNS = ["(a+)+$", "(a|aa)+$", "(.*)*=.*", "((a{1,100}){1,100}){1,100}", "(a?){30}a{30}"]

#: What would make the server call URL, or change its data.
SERVICES = [
    "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "ASK { service <URL> { ?s ?p ?o } }",
    "ASK { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "ASK{SERVICE<URL>{?s ?p ?o}}",
    "ASK { SERVICE#<x>\n<URL>#{\n{ ?s ?p ?o } }",
    "ASK { # }\n SERVICE <URL> {} }",
    "ASK { SER\\u0056ICE <URL> {} }",
    "ASK { FILTER (1=1SERVICE<URL>{}) }",
    "ASK { ?s ?p 1SERVICE<URL>{} }",
    "ASK { ?s ?p trueSERVICE<URL>{} }",
    "PREFIX x: <URL> ASK { SERVICE x: {} }",
    "ASK { VALUES ?u { <URL> } SERVICE ?u {} }",
    "ASK { BIND (IRI('URL') AS ?u) SERVICE ?u {} }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <URL> {} } } } }",
    "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "ASK { FILTER (?a<1) SERVICE <URL> { } #> \n }",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "PREFIX x: <URL> SELECT * FROM x: { ?s ?p ?o }",
    "LOAD <URL>",
    "LOAD SILENT <URL> INTO GRAPH <http://example.org/g>",
    "INSERT DATA { <a> <b> <c> }",
]


def send_much(port: int, megabytes: int, *, chunked: bool) -> int:
    """Send a long body, announced by its length or not; the status of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT)
    headers = {"Content-Type": "application/sparql-query"}
    headers |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(megabytes * _MIB)}
    # The server may close the connection before it has read all that it will not use.
    with suppress(OSError):
        connection.request("POST", "/sparql", (b"x" * _MIB for _ in range(megabytes)), headers, encode_chunked=chunked)
    try:
        return connection.getresponse().status
    finally:
        connection.close()


def send_slowly(port: int, *, headers: bool) -> socket.socket:
    """Begin a request and do not end it: after its headers, or within them."""
    client = socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT)
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n"
    client.sendall(head + (b"\r\nASK" if headers else b""))
    return client


def read_slowly(port: int, query: str) -> socket.socket:
    """Ask and do not read the answer."""
    client = socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT)
    address = f"/sparql?query={quote(query)}"
    client.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\nAccept: text/csv\r\n\r\n".encode())
    return client
