"""What instruments are called, as ATOP has no names for them."""

from __future__ import annotations

from kg.importers.atop.alliances import Accord, states_of


def title(accord: Accord) -> tuple[str, str]:
    """What an instrument is called, in English and Russian: by its members and the year, as ATOP has no names."""
    parts = states_of(accord.phases[0].stays)
    year, rest = accord.span.begins.first.year, len(parts) - 2
    english = [part.bearer.english for part in parts[:2]]
    russian = [part.bearer.russian for part in parts[:2]]
    if rest > 0:
        others = f"{rest} other{'s' if rest > 1 else ''}"
        return (
            f"Alliance of {', '.join(english)} and {others}, {year} (ATOP {accord.name})",
            f"Союз {year} года: {', '.join(russian)} и ещё {rest} (ATOP {accord.name})",
        )
    return (
        f"Alliance of {' and '.join(english)}, {year} (ATOP {accord.name})",
        f"Союз {year} года: {' и '.join(russian)} (ATOP {accord.name})",
    )
