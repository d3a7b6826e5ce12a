"""The admins, and how they rated the features while those were tried."""

from datetime import datetime, timedelta

from hermetic.docflow.database import Connection
from hermetic.docflow.platforms.builds import SWITCHES
from hermetic.docflow.rows.copying import copy

ADMINS = tuple(f"admin-{number:02}" for number in range(1, 19))
RATINGS = (5, 4, 5, 4, 4, 5, 3, 4, 5, 4)


def fill(connection: Connection, now: datetime, *, rated: bool) -> None:
    """Store the admins, and the ratings of those who have tried the release."""
    copy(connection, "admins", ("name",), ((name,) for name in ADMINS))
    rows = [
        (ADMINS[number], feature, rating, now - timedelta(minutes=20 + number))
        for feature in SWITCHES
        for number, rating in enumerate(RATINGS)
    ]
    copy(connection, "ratings", ("admin", "feature", "rating", "at"), rows if rated else [])
