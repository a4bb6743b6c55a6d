"""How sure a duty or a standing is, in words."""

from __future__ import annotations

from kg.day import Certainty
from kg.web.views.view import View


def certainty_words(view: View) -> dict[Certainty | None, str]:
    """How sure something is, in a word; what is suspended is sure in no way."""
    say = view.say
    return {
        Certainty.CERTAIN: say("certain"),
        Certainty.PRESUMED: say("presumed"),
        Certainty.POSSIBLE: say("possible"),
        None: say("suspended"),
    }
