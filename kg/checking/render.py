"""Checked statements as text, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kg.checking.checked import Checked
from kg.proofs.as_json import to_json as proof_to_json
from kg.terms import Term

#: The columns of the table.
CSV_COLUMNS = ("id", "statement", "date", "verdict", "why", "on_record")


def to_text(found: Iterable[Checked], *, proofs: bool = False) -> str:
    """Each statement with its verdict, why, what is on record, and the proof if it is asked for."""
    return "\n".join(line for one in found for line in _lines(one, proofs)) + "\n"


def to_json(found: Iterable[Checked], *, proofs: bool = False) -> str:
    """An array of statements with what came of them; a proof is as `kg explain --format json` has it."""
    return json.dumps([checked_json(one, proofs) for one in found], ensure_ascii=False, indent=2) + "\n"


def to_csv(found: Iterable[Checked], *, proofs: bool = False) -> str:
    """A row for each statement; there is no room for proofs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for one in found:
        record = "; ".join(each.text for each in one.on_record)
        writer.writerow((one.said.name, one.said.text, one.said.when, one.verdict.value, one.why, record))
    return out.getvalue()


def checked_json(one: Checked, proofs: bool) -> dict[str, Any]:
    """What came of a statement, as JSON has it."""
    proof = one.proof() if proofs else None
    return {
        "id": one.said.name or None,
        "text": one.said.text,
        "date": one.said.when or None,
        "verdict": one.verdict.value,
        "why": one.why,
        "statement": None if one.statement is None else [_written(term) for term in one.statement],
        "day": None if one.day is None else one.day.isoformat(),
        "on_record": [{"iri": each.thing.value, "text": each.text} for each in one.on_record],
    } | ({} if proof is None else {"proof": json.loads(proof_to_json(proof))})


def _lines(one: Checked, proofs: bool) -> Iterable[str]:
    named = f"{one.said.name}  " if one.said.name else ""
    dated = f", {one.said.when}" if one.said.when else ""
    yield f"{one.verdict.value:<14}{named}{one.said.text}{dated}"
    yield f"              {one.why}"
    for each in one.on_record:
        yield f"              - {each.text}"
    proof = one.proof() if proofs else None
    if proof is not None:
        yield ""
        yield from (f"  {line}".rstrip() for line in str(proof).splitlines())
    yield ""


def _written(term: Term) -> str:
    return term.value if hasattr(term, "value") else str(term)


#: Format -> how checked statements are written in it.
RENDERERS: Mapping[str, Callable[..., str]] = {"text": to_text, "json": to_json, "csv": to_csv}
