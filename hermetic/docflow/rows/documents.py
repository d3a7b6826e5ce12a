"""Documents of the last weeks, classified by the service's own classifier."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

from hermetic.docflow.broken.past import dimmed
from hermetic.docflow.database import Connection
from hermetic.docflow.domain.classifier import Classification, trained
from hermetic.docflow.domain.training import SENTENCES
from hermetic.docflow.rows.copying import copy

COUNT = 480
EVERY = timedelta(minutes=47)
UNCLEAR = "Scanned page, please see the other page"  # hardly a word that says what it is
UNCLEAR_EACH = 15
QUEUED = 40  # the newest are not published yet
COLUMNS = (
    *("title", "body", "state", "ai_type", "ai_confidence", "amount_eur", "uploaded_at", "published_at"),
)  # fmt: skip


@cache
def texts() -> Sequence[tuple[str, str, float | None, Classification | None]]:
    """Return title, text, amount and class of each document, oldest first; the same in every world."""
    random, made = Random(5), []
    for number in range(COUNT):
        kind = random.choice(tuple(SENTENCES))
        words = "; ".join(random.sample(SENTENCES[kind], 3))
        amount = round(random.lognormvariate(6.5, 0.6), 2) if kind == "invoice" else None
        if number % UNCLEAR_EACH == 0:
            words, amount = UNCLEAR, None
        body = f"{words}. EUR {amount:.2f}" if amount else f"{words}."
        title = f"{kind.capitalize()} {2000 + number}"
        made.append((title, body, amount, trained().classify(f"{title} {body}")))
    return made


def fill(connection: Connection, now: datetime, faults: Collection[str], *, classified: bool) -> None:
    """Store the documents of the last weeks; `classified` is whether the release was there to classify them."""
    copy(connection, "documents", COLUMNS, _rows(now, faults, classified=classified))


def _rows(now: datetime, faults: Collection[str], *, classified: bool) -> Iterator[tuple[Any, ...]]:
    for number, (title, body, amount, found) in enumerate(texts()):
        uploaded = now - EVERY * (COUNT - number)
        published = None if number >= COUNT - QUEUED else uploaded + timedelta(hours=2)
        kind, confidence = (found.type, found.confidence) if found and classified else (None, None)
        yield (
            *(title, body, "queued" if published is None else "published"),
            *(kind, dimmed(confidence, number, faults), amount, uploaded, published),
        )
