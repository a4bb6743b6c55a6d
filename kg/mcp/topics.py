"""What is near a topic: texts that have its words, by rough stems, rare ones counting more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log
from typing import TypeVar

from kg.finder import folded

#: What words are ranked for.
Topical = TypeVar("Topical")
#: Letters of a word that count: member, members and membership are one.
_STEM = 5
#: Words that say nothing of a topic.
_EMPTY = frozenset(
    """
    a an and are as at be been by did do does for from had has have how in is it its many me of on or that the their
    there these they this to was we were what when where which who whom whose why will with would
    """.split()  # noqa: SIM905 - a list of them would be longer and no clearer
)


def stems(text: str) -> list[str]:
    """The words of a text that say what it is about, shortened."""
    return [word[:_STEM] for word in folded(text).split() if word not in _EMPTY and len(word) > 1]


def nearest_topics(about: str, texts: Mapping[Topical, Iterable[tuple[str, float]]], most: int) -> list[Topical]:
    """Those whose texts have the words of a topic, the best first.

    Args:
        about: the topic in words.
        texts: texts of each, with what a word in them counts.
        most: how many at most.
    """
    weighed: dict[Topical, dict[str, float]] = {}
    for key, said in texts.items():
        weights: dict[str, float] = {}
        for text, weight in said:
            for stem in stems(text):
                weights[stem] = max(weights.get(stem, 0), weight)
        weighed[key] = weights
    frequency = Counter(stem for weights in weighed.values() for stem in weights)
    asked = dict.fromkeys(stems(about))
    scores = {
        key: sum(weights[stem] * log(1 + len(weighed) / frequency[stem]) for stem in asked if stem in weights)
        for key, weights in weighed.items()
    }
    # Of two that have the same words, the shorter text says less besides.
    ranked = sorted((key for key in scores if scores[key] > 0), key=lambda key: (-scores[key], len(weighed[key])))
    return ranked[:most]
