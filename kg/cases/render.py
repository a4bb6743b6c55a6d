"""Answers to cases as text, and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from kg.cases.case_answer import LEVELS, CaseAnswer, CaseFinding, ConditionAssessment
from kg.cases.precedents import Precedent
from kg.terms import Resource, local_name

#: Holders that are named in a line of text; of more, the number is told.
_NAMED = 40
#: Precedents that are told in text, the latest.
_TOLD = 12


def to_text(answer: CaseAnswer) -> str:
    """An answer for people."""
    case, label = answer.case, answer.label
    lines = [f"{label(case.attacker)} against {label(case.victim)} on {case.on}: {case.kind.value.replace('-', ' ')}"]
    lines += [f"  {sentence}" for sentence in answer.assumed]
    lines += _section(f"Help owed to {label(case.victim)}", answer.owed, answer)
    if case.attacker != case.victim:
        lines += _section(f"Help owed to {label(case.attacker)}", answer.owes_attacker, answer)
        both = ", ".join(label(one.holder) for one in answer.owes_both) or "none"
        lines += ["", "Have promised help to both", f"  {both}"]
    lines += _section("Bound otherwise", answer.other, answer)
    lines += ["", "When clauses of these instruments were invoked"]
    lines += [f"  {line}" for line in _precedents(answer)]
    return "\n".join(lines) + "\n"


def to_json(answer: CaseAnswer) -> str:
    """An answer as JSON: things by their IRIs, proofs by `kg explain` of the duties that it names."""
    case = answer.case
    said: dict[str, Any] = {
        "case": {
            "attacker": case.attacker.value,
            "victim": case.victim.value,
            "on": case.on.isoformat(),
            "kind": case.kind.value,
            "place": [area.value for area in case.place.areas],
            "requested": case.requested,
        },
        "assumed": list(answer.assumed),
        "owed": [_finding(one) for one in answer.owed],
        "owes_attacker": [_finding(one) for one in answer.owes_attacker],
        "owes_both": [
            {
                "holder": one.holder.value,
                "to_attacker": sorted({found.provision.value for found in one.to_attacker}),
                "to_victim": sorted({found.provision.value for found in one.to_victim}),
            }
            for one in answer.owes_both
        ],
        "other": [_finding(one) for one in answer.other],
        "precedents": [_precedent(one) for one in answer.precedents],
    }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


#: Format -> how an answer is written in it.
RENDERERS: Mapping[str, Callable[[CaseAnswer], str]] = {"text": to_text, "json": to_json}


def _finding(one: CaseFinding) -> dict[str, Any]:
    return {
        "type": one.kind.iri.value,
        "holder": one.holder.value,
        "toward": one.toward.value,
        "treaty": one.treaty.value,
        "provision": one.provision.value,
        "level": one.level,
        "duty": one.duty.value,
        "frozen": one.frozen,
        "conditions": [
            {"condition": condition.condition.value, "result": condition.result, "why": condition.why}
            | ({"question": dict(condition.question)} if condition.question else {})
            for condition in one.conditions
        ],
    }


def _precedent(one: Precedent) -> dict[str, Any]:
    return {
        "event": one.event.value,
        "day": None if one.day is None else one.day.isoformat(),
        "provisions": [provision.value for provision in one.provisions],
        "outcomes": [outcome.value for outcome in one.outcomes],
        "answers": {kind.value: count for kind, count in one.answers.items()},
    }


def _section(title: str, findings: Iterable[CaseFinding], answer: CaseAnswer) -> list[str]:
    """What is owed, told once for all holders of whom the same is to be said."""
    lines = ["", title]
    groups: dict[tuple[object, ...], list[CaseFinding]] = {}
    for one in findings:
        told = tuple((condition.condition, condition.result) for condition in one.conditions)
        key = (one.level, one.provision, one.kind, one.toward, told if one.level != "none" else _failing(one))
        groups.setdefault(key, []).append(one)
    for group in sorted(groups.values(), key=lambda group: LEVELS.index(group[0].level)):
        lines += [f"  {line}" for line in _group(group, answer)]
    return lines if groups else [*lines, "  nothing on record"]


def _group(group: list[CaseFinding], answer: CaseAnswer) -> Iterator[str]:
    one, label = group[0], answer.label
    names = sorted({label(member.holder) for member in group})
    holders = ", ".join(names) if len(names) <= _NAMED else f"{len(names)} states"
    what = "" if one.kind.makes_allies else f" ({one.kind.english} toward {label(one.toward)})"
    yield f"{one.level:<9} {label(one.provision)}{what}: {holders}"
    frozen = sorted({label(member.holder) for member in group if member.frozen})
    if frozen:
        yield f"            called frozen, which ends no duty: {', '.join(frozen)}"
    met = [label(condition.condition) for condition in one.conditions if condition.result == "met"]
    if met and one.level != "none":
        yield f"            met: {'; '.join(met)}"
    for condition in one.conditions:
        if condition.result != "met":
            yield f"            {condition.result}: {_condition(condition, label)}"


def _condition(condition: ConditionAssessment, label: Callable[[Resource], str]) -> str:
    """An open condition as its question, one that failed with the reason."""
    told = condition.question.get("en") if condition.result == "open" else None
    return f"{label(condition.condition)}: {told or condition.why}"


def _failing(one: CaseFinding) -> tuple[Resource, ...]:
    return tuple(condition.condition for condition in one.conditions if condition.result == "failed")


def _precedents(answer: CaseAnswer) -> Iterator[str]:
    found, label = answer.precedents, answer.label
    if not found:
        yield "nothing on record"
    elif len(found) > _TOLD:
        yield f"the latest {_TOLD} of {len(found)}"
    for one in found[-_TOLD:]:
        day = one.day.isoformat() if one.day else "day unknown"
        outcomes = ", ".join(map(label, one.outcomes)) or "outcome not on record"
        counts = ", ".join(f"{count} {_answer_word(kind)}" for kind, count in sorted(one.answers.items(), key=str))
        yield f"{day}  {label(one.event)}: {outcomes}" + (f" ({counts})" if counts else "")


def _answer_word(kind: Resource) -> str:
    """The first words of the class of an answer: ``MetAssistance`` is met."""
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in local_name(kind))
    return words.replace("assistance", "").strip()
