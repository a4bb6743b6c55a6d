"""The server of the Model Context Protocol: what its tools are called, and what they take.

https://modelcontextprotocol.io/specification. The tools only read. Queries and questions that take reasoning are put to
the same processes as those of the endpoint, with the same limits: `kg.pool.limits`.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Literal, TypeAlias

from mcp.server.mcpserver import MCPServer
from pydantic import Field

from kg.mcp.about import AboutThing, describe_thing
from kg.mcp.by_name import FoundThings, find_things
from kg.mcp.case_told import CaseTold, tell_case
from kg.mcp.checked_told import CheckedStatement, check_statement
from kg.mcp.documents import add_documents
from kg.mcp.due_duties import DueDuties, tell_owed
from kg.mcp.prompts import add_prompts
from kg.mcp.proof_steps import ProvedStatement, prove
from kg.mcp.rows import AnswerRows, answer_query
from kg.mcp.schema import SchemaTerms, tell_schema
from kg.mcp.supposed import WorldDifference, suppose
from kg.mcp.teller import Teller
from kg.mcp.tool import StrictTool
from kg.mcp.worked import WorkedQuestions, tell_questions
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
_State: TypeAlias = Annotated[str, Field(max_length=1000, description="A state: its term, code or name, as ARM.")]
_OnDay: TypeAlias = Annotated[str, Field(max_length=20, description="The day, YYYY-MM-DD.")]
_About: TypeAlias = Annotated[
    str | None, Field(max_length=300, description="A topic in some English words; without it, an overview.")
]
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
    server = MCPServer(
        "casus",
        title="Casus",
        description="A knowledge graph of alliances and of what they oblige states to do, with proofs.",
        instructions=INSTRUCTIONS,
        version=version("casus-kg"),
        tools=[
            StrictTool.of(tools.find, "find", "Find things by name"),
            StrictTool.of(tools.describe, "describe", "Tell all of a thing"),
            StrictTool.of(tools.schema, "schema", "Find classes and properties"),
            StrictTool.of(tools.questions, "questions", "Find questions with queries and answers"),
            StrictTool.of(tools.query, "query", "Ask in SPARQL"),
            StrictTool.of(tools.owed, "owed", "Who owes what to whom, on a day"),
            StrictTool.of(tools.case, "case", "Who must act if one state attacks another"),
            StrictTool.of(tools.explain, "explain", "Prove a statement"),
            StrictTool.of(tools.what_if, "what_if", "What would be lost and gained"),
            StrictTool.of(tools.check, "check", "Check a statement"),
        ],
        log_level="WARNING",
    )
    add_documents(server, service)
    add_prompts(server)
    return server


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

    def describe(
        self,
        iri: Annotated[_LongName, Field(description="A term as find gives it, an IRI, or a state's code.")],
        as_of: _AsOf = None,
        language: _Language = "en",
    ) -> AboutThing:
        """Tell all of a thing: names, properties, what points at it, sources, confidence, and which lists about it are
        complete.
        """
        teller = self._teller(language)
        thing = teller.thing("iri", iri, "state", "organization", "treaty", "event", "source")
        return describe_thing(teller, thing, teller.any_day("as_of", as_of))

    def schema(self, about: _About = None, language: _Language = "en") -> SchemaTerms:
        """Find classes and properties by what they are about, with definitions, counts, domains, ranges and an example
        statement each. For writing queries.
        """
        return tell_schema(self._teller(language), about)

    def questions(self, about: _About = None, language: _Language = "en") -> WorkedQuestions:
        """Find competency questions near a topic, each with its query and its answer. Change a query's things, days
        and words, and give it to query: it is better than writing one anew.
        """
        return tell_questions(self._teller(language), about)

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

    def owed(
        self,
        on: _OnDay,
        holder: Annotated[_State | None, Field(description="Only what this state owes.")] = None,
        beneficiary: Annotated[_State | None, Field(description="Only what is owed to this state.")] = None,
        kind: Annotated[
            str | None,
            Field(max_length=100, description="defense, consultation, neutrality, nonaggression and so on; or all."),
        ] = None,
        proof: Annotated[bool, Field(description="Whether to prove the first duties; takes some seconds.")] = False,
        language: _Language = "en",
    ) -> DueDuties:
        """Who owed what to whom on a day: the states by clause and certainty, what each clause says, on which
        conditions, and its sources. Name a holder or a beneficiary.
        """
        teller = self._teller(language)
        return tell_owed(
            teller,
            teller.day("on", on),
            teller.any_thing("holder", holder, "state"),
            teller.any_thing("beneficiary", beneficiary, "state"),
            kind,
            proof,
        )

    def case(
        self,
        attacker: _State,
        victim: _State,
        on: _OnDay,
        place: Annotated[
            str | None, Field(max_length=300, description="Where; by default in the victim's main territory.")
        ] = None,
        kind: Annotated[
            Literal["armed-attack", "threat", "internal", "aggression-by-victim"],
            Field(description="What happens. Of internal unrest, attacker and victim are the same state."),
        ] = "armed-attack",
        requested: Annotated[
            bool | None, Field(description="Whether the victim asked for help, if that is known.")
        ] = None,
        proof_for: Annotated[
            _State | None, Field(description="A state for whose duties there are to be proofs.")
        ] = None,
        language: _Language = "en",
    ) -> CaseTold:
        """Who must act if one state attacks or threatens another on a day: who owes help for certain and possibly, by
        which clause, which conditions are met, open or failed, who is bound to the attacker, and precedents.
        """
        teller = self._teller(language)
        arguments: dict[str, str | bool | None] = {
            "attacker": str(teller.thing("attacker", attacker, "state")),
            "victim": str(teller.thing("victim", victim, "state")),
            "on": teller.day("on", on).isoformat(),
            "place": (place or "").strip() or None,
            "kind": kind,
            "requested": requested,
        }
        return tell_case(teller, arguments, teller.any_thing("proof_for", proof_for, "state"))

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

    def what_if(
        self,
        without: Annotated[_LongName, Field(description="A state, organization, treaty or episode that is gone.")],
        within: Annotated[
            _LongName | None,
            Field(description="An organization or treaty, if a state is gone only from it and what it is founded on."),
        ] = None,
        start: Annotated[
            str | None, Field(max_length=20, description="The first day without it, YYYY-MM-DD; else it never was.")
        ] = None,
        language: _Language = "en",
    ) -> WorldDifference:
        """Suppose that a state, an organization or a treaty were gone: which duties would be lost, gained or changed,
        by treaty. Nothing is changed. Takes some seconds.
        """
        teller = self._teller(language)
        gone = teller.thing("without", without, "state", "organization", "treaty")
        where = teller.any_thing("within", within, "organization", "treaty")
        return suppose(teller, gone, where, teller.any_day("start", start))

    def check(
        self,
        statement: Annotated[
            _LongName,
            Field(
                description="A sentence, as 'Russia owes defense to Armenia on 2022-09-13'; or subject | property | "
                "object | day, each a term, a code or a name in any language."
            ),
        ],
    ) -> CheckedStatement:
        """Check one statement: holds, does not hold, disputed or not known, with the proof or what comes nearest."""
        return check_statement(self._teller("en"), statement)

    def _teller(self, language: str) -> Teller:
        return Teller(self._service, language)
