"""A tool as this server has them: read-only, strict about its arguments, with errors that say what to do."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getdoc
from typing import Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from kg.errors import Busy, CasusError, QueryError, QueryTimeout, QueryTooLarge

#: What a model reads of a tool before it calls one: that nothing changes, here or elsewhere, and that the graph is all.
_HARMLESS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)
#: What to do after an error, by its kind; the first that fits counts.
_ADVICE: tuple[tuple[type[CasusError], str], ...] = (
    (QueryTooLarge, "ask for less: add a LIMIT, or name more of what the patterns match"),
    (
        QueryTimeout,
        "ask for less: bind more variables, name a state or a treaty, or take a day asked before",
    ),
    (Busy, "wait some seconds and call the tool again"),
    (QueryError, "the tools schema and questions have terms and queries to start from"),
)
#: Errors of arguments that are told; more are of no use.
_MOST = 5
#: Characters of an argument's fault that are told.
_CHARACTERS = 200


class StrictTool(Tool):
    """A tool that takes no argument that it does not know, which a model would believe to be heeded."""

    @classmethod
    def of(cls, function: Callable[..., Any], name: str, title: str) -> StrictTool:
        """The tool of a function, whose docstring and annotations say what it takes and gives.

        Args:
            function: it may be called by several threads at once.
            name: its name, which is shorter than the function's.
            title: what people see.
        """
        tool = cls.from_function(
            function, name, title, getdoc(function), annotations=_HARMLESS, structured_output=True
        )  # fmt: skip
        taken = tool.fn_metadata.arg_model

        class Strict(taken):  # type: ignore[misc, valid-type]
            model_config = ConfigDict(extra="forbid", title=f"What {name} takes")

        tool.fn_metadata.arg_model = Strict
        tool.parameters = Strict.model_json_schema(by_alias=True)
        assert isinstance(tool, cls)
        return tool

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """Call the function.

        Raises:
            ToolError: an argument is wrong, or the question cannot be answered; the text says what to do.
        """
        try:
            return await super().run(arguments, context, convert_result)
        except ToolError as error:
            cause = error.__cause__
            if isinstance(cause, ValidationError):
                raise ToolError(self._mistaken(cause)) from None
            if isinstance(cause, CasusError):
                raise ToolError(told_error(cause)) from None
            raise

    def _mistaken(self, error: ValidationError) -> str:
        faults = [_fault(one) for one in error.errors(include_url=False, include_context=False)[:_MOST]]
        taken = ", ".join(
            f"{name}{'' if name in self.parameters.get('required', ()) else '?'}"
            for name in self.parameters["properties"]
        )
        return f"{'; '.join(faults)}. {self.name} takes {taken}"


def told_error(error: CasusError) -> str:
    """An error as a model reads it: what is wrong, and what to do."""
    advice = next((text for kind, text in _ADVICE if isinstance(error, kind)), None)
    return str(error) if advice is None else f"{error}. What to do: {advice}"


def _fault(one: ErrorDetails) -> str:
    where = ".".join(map(str, one["loc"]))[:_CHARACTERS] or "arguments"
    if one["type"] == "extra_forbidden":
        return f"there is no argument {where!r}"
    if one["type"] == "missing":
        return f"{where} is missing"
    return f"{where}: {one['msg'][0].lower()}{one['msg'][1:_CHARACTERS]}"
