"""What people ask often, as prompts that lead a model through the tools."""

from __future__ import annotations

from typing import Annotated

from mcp.server.mcpserver import MCPServer
from pydantic import Field

_RULES = (
    "Use the tools of Casus alone, not your memory. Name the article, the day and the source of each step. Keep apart "
    "what is certain, presumed and only possible, repeat caveats, and say where the record may lack something."
)


def add_prompts(server: MCPServer) -> None:
    """Add the prompts."""

    @server.prompt("check-this-claim", title="Check this claim")
    def check_claim(claim: Annotated[str, Field(description="A sentence about states and alliances.")]) -> str:
        """Hold a sentence against the record."""
        return (
            f"Check this claim: {claim}\n\n"
            "1. Split it into single statements: a subject, a property, an object and, if it says one, a day.\n"
            "2. Give each to the tool check. If it is not read, look its names up with find and its property with "
            "schema, and give it again as subject | property | object | day.\n"
            "3. Prove with explain what the verdict rests on.\n"
            "4. Say of each statement: holds, does not hold, disputed or not known. What is not known is not false.\n\n"
            f"{_RULES}"
        )

    @server.prompt("brief-me-on-an-alliance", title="Brief me on an alliance")
    def brief(
        alliance: Annotated[str, Field(description="An organization or a treaty.")],
        on: Annotated[str, Field(description="A day, YYYY-MM-DD; without it, today.")] = "",
    ) -> str:
        """Who is in it, what it obliges to, and what came of it."""
        day = on or "today"
        return (
            f"Brief me on {alliance}, as of {day}.\n\n"
            "1. find it, then describe it: what it is, since when, on which treaty it is founded.\n"
            "2. Who belonged to it on the day: query with as_of, casus:memberOf or casus:partyTo; who left or "
            "froze its part: questions about leaving and freezing.\n"
            "3. What its members owe each other: owed, with one of them as beneficiary, by clause and condition.\n"
            "4. When it was invoked, and what was done: questions about requests and their outcomes.\n\n"
            f"{_RULES} Write at most 300 words."
        )

    @server.prompt("who-must-act", title="Who must act?")
    def who_must_act(
        attacker: Annotated[str, Field(description="The state that attacks.")],
        victim: Annotated[str, Field(description="The state that is attacked.")],
        on: Annotated[str, Field(description="The day, YYYY-MM-DD.")],
        place: Annotated[str, Field(description="Where, if that is known.")] = "",
    ) -> str:
        """Who owes help in a case, and on what that turns."""
        where = f" at {place}" if place else ""
        return (
            f"{attacker} attacks {victim}{where} on {on}. Who must act?\n\n"
            "1. find both states, then ask case.\n"
            "2. Name who owes help for certain and who possibly, by clause; ask me what the open conditions ask.\n"
            "3. Name who is bound to the attacker or to both, and what was done in the precedents.\n"
            "4. Ask case again with proof_for the state that matters most, and give the proof's steps and sources.\n\n"
            f"{_RULES}"
        )
