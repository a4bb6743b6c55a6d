"""What tools tell, as typed values: the fields' docstrings are what a client reads of them in the schema."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, model_serializer


class Told(BaseModel):
    """Something told. What is None, or a list of nothing, is left out: a model pays for each word."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    @model_serializer(mode="wrap")
    def _without_nothing(self, write: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
        return {name: value for name, value in write(self).items() if value is not None and value != []}


class ToldThing(Told):
    """A thing of the graph."""

    term: str
    """Its name as queries and tools take it, for example state:ARM or <treaty/CST/article/4>."""

    label: str
    """What it is called."""


class ToldValue(Told):
    """A value in an answer."""

    value: str
    """A thing by its name as queries take it, a date as YYYY-MM-DD, or a text."""

    label: str | None = None
    """What the thing is called."""
