"""A small classifier of documents: naive Bayes over words, with the confidence that it has in its answer.

Source: Manning, Raghavan, Schuetze (2008), Introduction to Information Retrieval, section 13.2 (multinomial model,
add-one smoothing). Words that were never learnt say nothing and are left out.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from hermetic.docflow.domain.training import SENTENCES

WORD = re.compile(r"[a-z]{2,}")
# Naive Bayes counts words that come together as if each were news of its own: it is surer than it should be.
TEMPER = 0.7
SURE = 0.999


@dataclass(frozen=True)
class Classification:
    """A kind of document, and the probability that it is this one, in (0, 1)."""

    type: str
    confidence: float


class Classifier:
    """Knows how often each word stands in each kind of document.

    Args:
        sentences: Kind -> examples.
    """

    def __init__(self, sentences: Mapping[str, Sequence[str]]) -> None:
        counts = {kind: Counter(_words(" ".join(texts))) for kind, texts in sentences.items()}
        known = {word for counted in counts.values() for word in counted}
        self._weights = {
            kind: {word: math.log((counted[word] + 1) / (counted.total() + len(known))) for word in known}
            for kind, counted in counts.items()
        }
        self._known = known

    def classify(self, text: str) -> Classification | None:
        """Return the likeliest kind; None when no word of the text is known."""
        words = [word for word in _words(text) if word in self._known]
        if not words:
            return None
        scores = {kind: TEMPER * sum(weights[word] for word in words) for kind, weights in self._weights.items()}
        best = max(scores, key=scores.__getitem__)
        share = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
        return Classification(best, min(share, SURE))


def _words(text: str) -> list[str]:
    return WORD.findall(text.lower())


@cache
def trained() -> Classifier:
    """Return the classifier that the service uses."""
    return Classifier(SENTENCES)
