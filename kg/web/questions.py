"""Questions that any graph can answer, for the query page of one that has none of its own."""

from __future__ import annotations

from kg.build.questions import Question

#: Questions that any graph can answer.
GENERAL = (
    Question(
        "classes",
        "Which kinds of things are there, and how many of each?",
        """\
SELECT ?class (COUNT(DISTINCT ?thing) AS ?things) WHERE {
  ?thing a ?class
}
GROUP BY ?class
ORDER BY DESC(?things)
""",
    ),
    Question(
        "properties",
        "Which properties do they have, and how often?",
        """\
SELECT ?property (COUNT(*) AS ?times) WHERE {
  ?thing ?property ?value
}
GROUP BY ?property
ORDER BY DESC(?times)
""",
    ),
    Question(
        "graphs",
        "Which named graphs are there, and how large are they?",
        """\
SELECT ?graph (COUNT(*) AS ?triples) WHERE {
  GRAPH ?graph { ?thing ?property ?value }
}
GROUP BY ?graph
ORDER BY ?graph
""",
    ),
)
