"""Regular expressions that are compiled when they are first used.

To compile one takes as long as closing ten statements, and of the many that modules have, a command uses a few.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any, AnyStr, cast


def late_regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What `re.compile` gives, as soon as it is used."""
    return cast("re.Pattern[AnyStr]", _Late(partial(re.compile, pattern, flags)))


class _Late:
    def __init__(self, compiled: Callable[[], object]) -> None:
        self._compiled = compiled

    def __getattr__(self, name: str) -> Any:
        # What is found is kept as the instance's own, where Python looks first.
        found = self.__dict__[name] = getattr(self._compiled(), name)
        return found
