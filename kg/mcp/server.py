"""The server of the Model Context Protocol: what its tools are called, and what they take.

https://modelcontextprotocol.io/specification. The tools only read. Queries and questions that take reasoning are put to
the same processes as those of the endpoint, with the same limits: `kg.pool.limits`.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, TypeAlias

from mcp.server.mcpserver import MCPServer
from pydantic import Field

from kg.mcp.by_name import FoundThings, find_things
from kg.mcp.proof_steps import ProvedStatement, prove
from kg.mcp.rows import AnswerRows, answer_query
from kg.mcp.teller import Teller
from kg.mcp.tool import StrictTool
from kg.web.service import Service

INSTRUCTIONS = """\
Casus is a knowledge graph of alliances: who was party to what and when, which article obliges whom to do what, and what
sources claim. It proves what it says, so never answer from memory what it can be asked.

1. find turns names in any language into terms such as state:ARM.
2. owed says who owes what to whom on a day, case who must act if one state attacks another, what_if what would be lost.
3. For all else, questions has worked queries near a topic, schema the classes and properties; then query.
4. explain proves a statement down to file, line and source; cite these.

Days are YYYY-MM-DD. What is certain, presumed and only possible are three things: keep them apart. A list that is not
known to be complete is "at least" that. What is not on record is not known, rather than false. Repeat caveats.
"""

#: A short text, and a name: what is longer has something else in mind.
_ShortText: TypeAlias = Annotated[str, Field(max_length=300)]
_LongName: TypeAlias = Annotated[str, Field(max_length=1000)]
_Language: TypeAlias = Annotated[str, Field(max_length=35, description="A language for labels, en or ru for example.")]
_AsOf: TypeAlias = Annotated[
    str | None,
    Field(
        max_length=20,
        description="A day, YYYY-MM-DD, whose relations hold besides: casus:memberOf, casus:owesDefenseTo and so on.",
    ),
]


def create_server(service: Service) -> MCPServer:
    """The server that tells what a service knows."""
    tools = _Tools(service)
    return MCPServer(
        "casus",
        title="Casus",
        description="A knowledge graph of alliances and of what they oblige states to do, with proofs.",
        instructions=INSTRUCTIONS,
        version=version("casus-kg"),
        tools=[
            StrictTool.of(tools.find, "find", "Find things by name"),
            StrictTool.of(tools.query, "query", "Ask in SPARQL"),
            StrictTool.of(tools.explain, "explain", "Prove a statement"),
        ],
        log_level="WARNING",
    )


class _Tools:
    """The tools as clients see them: the docstrings are what a model reads of them."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def find(
        self,
        text: Annotated[_ShortText, Field(description="Words of a name in any language, or a code.")],
        kind: Annotated[
            str | None,
            Field(
                max_length=50,
                description="states, organizations, treaties, articles, events, claims, persons, sources, episodes, "
                "terms or others; without it, all.",
            ),
        ] = None,
        language: _Language = "en",
    ) -> FoundThings:
        """Find states, alliances, treaties, articles, events, persons and terms by their names or codes, in any
        language. Gives the term that queries and the other tools take. Begin here.
        """
        return find_things(self._teller(language), text, kind)

    def query(
        self,
        sparql: Annotated[
            str,
            Field(
                description="SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE. Prefixes (casus:, state:, organization:, "
                "treaty:, event:, rdfs:, skos: …) need no declaration; <treaty/CST/article/4> is a thing."
            ),
        ],
        as_of: _AsOf = None,
        limit: Annotated[int, Field(ge=1, le=1000, description="Rows that are told.")] = 50,
        language: _Language = "en",
    ) -> AnswerRows:
        """Ask the graph in SPARQL. Rows come with labels, and with caveats: terms that the graph does not know, lists
        that are not known to be complete. With as_of, the plain relations of that day hold besides.
        """
        teller = self._teller(language)
        return answer_query(teller, sparql, teller.any_day("as_of", as_of), limit)

    def explain(
        self,
        s: Annotated[_LongName, Field(description="The subject, for example state:RUS.")],
        p: Annotated[_LongName, Field(description="The property, for example casus:owesDefenseTo.")],
        o: Annotated[_LongName, Field(description="The object: a thing, or a literal as in Turtle.")],
        as_of: _AsOf = None,
        language: _Language = "en",
    ) -> ProvedStatement:
        """Prove a statement, step by step down to file, line and source; or tell what is nearest to it. Relations that
        hold on a day need as_of.
        """
        teller = self._teller(language)
        return prove(teller, s, p, o, teller.any_day("as_of", as_of))

    def _teller(self, language: str) -> Teller:
        return Teller(self._service, language)
