"""What the tests of the pool ask for: formats, and a query without an end."""

from __future__ import annotations

from kg.sparql.answer import AnswerKind

JSON: dict[AnswerKind, str] = {"bindings": "json", "boolean": "json", "graph": "nt"}
ENDLESS = "ASK { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER (STR(?c) = CONCAT(STR(?f), STR(?i), STR(?l), 'no')) }"
