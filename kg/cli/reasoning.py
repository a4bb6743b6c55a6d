"""What the commands that reason share: limits, and words for what grows while people wait."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import wraps
from math import isnan
from typing import Any

import click

from kg.cli.options import Function
from kg.cli.output import messages
from kg.messages import Status


class _Seconds(click.FloatRange):
    """Seconds, of which nan, which is never reached, are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        seconds = float(super().convert(value, param, ctx))
        if isnan(seconds):
            self.fail(f"{value} is no number of seconds", param, ctx)
        return seconds


def limit_options(function: Function) -> Function:
    """The options that bound reasoning, which a command gets as `limits`."""

    @click.option(
        "--limit-seconds", type=_Seconds(min=0, min_open=True), metavar="SECONDS",
        help="End reasoning that takes longer, with exit status 7.  [default: no limit]",
    )  # fmt: skip
    @click.option(
        "--limit-memory", type=click.IntRange(min=1), metavar="MB",
        help="End reasoning that takes more memory, with exit status 7.  [default: half of the machine's]",
    )  # fmt: skip
    @click.option(
        "--limit-statements", type=click.IntRange(min=1), metavar="NUMBER", default=10_000_000, show_default=True,
        help="End reasoning whose closure has more statements, with exit status 7.",
    )  # fmt: skip
    @wraps(function)
    def with_limits(
        *args: Any, limit_seconds: float | None, limit_memory: int | None, limit_statements: int, **options: Any
    ) -> Any:
        from kg.reasoning.grounder import ReasoningLimits  # noqa: PLC0415 - `kg --help` does without

        memory = None if limit_memory is None else limit_memory << 20
        return function(*args, limits=ReasoningLimits(limit_seconds, memory, limit_statements), **options)

    return with_limits  # type: ignore[return-value] # click's decorators keep it


def growing(status: Status) -> Callable[[str], None]:
    """Says what grows while reasoning goes on: in a terminal at once, else a line after ever longer times."""
    begin = time.monotonic()
    next_line = 1.0

    def on_growth(words: str) -> None:
        nonlocal next_line
        status.update(f"reasoning … {words}")
        if not sys.stderr.isatty() and time.monotonic() - begin > next_line:
            next_line *= 2
            messages.print(f"reasoning: {words}", markup=False)

    return on_growth
