"""The closed months: documents and revenue, and what was predicted of them."""

from datetime import datetime
from math import cos, pi
from random import Random

from hermetic.docflow.database import Connection
from hermetic.docflow.domain.forecast import month_after
from hermetic.docflow.rows.copying import copy

MONTHS = 24
PREDICTED = 6  # of the last months there are predictions
MISSES = 0.04


def fill(connection: Connection, now: datetime) -> None:
    """Store two years of months up to the last closed one: a rise, a season, and a little chance."""
    random, this = Random(7), f"{now:%Y-%m}"
    months = [month_after(this, step) for step in range(-MONTHS, 0)]
    revenue = {
        month: round((90_000 + 1_500 * n) * (1 + 0.08 * cos(2 * pi * n / 12)) * random.gauss(1, 0.015), 2)
        for n, month in enumerate(months)
    }
    copy(
        connection,
        "months",
        ("month", "documents", "revenue_eur"),
        ((month, round(figure / 130), figure) for month, figure in revenue.items()),
    )
    rows = [
        (month, round(revenue[month] * (1 + random.choice((-MISSES, MISSES))), 2), revenue[month])
        for month in months[-PREDICTED:]
    ]
    copy(connection, "forecasts", ("month", "predicted", "actual"), rows)
