"""What the front page is asked, and the sentence that answers it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from kg.duties.kinds import Kind
from kg.web.views.view import View


def today() -> date:
    """The present day, in UTC, as the graph counts days."""
    return datetime.now(UTC).date()


def kind_words(view: View, kind: Kind) -> str:
    """What is owed, in the reader's language."""
    return kind.russian if view.reader.language == "ru" else kind.english
