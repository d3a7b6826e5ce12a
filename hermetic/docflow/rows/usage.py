"""What else was recorded of the days round the rollout: use of the features, exports, resources, work and errors."""

from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random

from hermetic.docflow.broken.past import adopting, has_critical_errors, manual_factor, scheduled_share
from hermetic.docflow.database import Connection
from hermetic.docflow.platforms.builds import SWITCHES
from hermetic.docflow.rows.copying import copy
from hermetic.docflow.rows.people import ADMINS
from hermetic.docflow.world import OLD_RELEASE

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADOPTING = 12
EXPORTS, SCHEDULED = 240, 0.4
EVERY = timedelta(minutes=15)
WORK_A_DAY, MANUAL_SHARE, MANUAL_LEFT = 200, 0.48, 0.75
DAYS_BEFORE = 14


def fill(connection: Connection, full: datetime, now: datetime, release: str, faults: Collection[str]) -> None:
    """Store what was recorded.

    Args:
        full: When everybody got the release.
        now: Where the record ends.
    """
    _features(connection, full, faults)
    _exports(connection, full, now, faults)
    _resources(connection, full, now, release)
    _work(connection, full, now, faults)
    _errors(connection, full, faults)


def _features(connection: Connection, full: datetime, faults: Collection[str]) -> None:
    """Have each adopting admin use a feature or two again and again, from some hour on."""
    features, rows = tuple(SWITCHES), []
    for number, admin in enumerate(ADMINS[: adopting(ADOPTING, faults)]):
        for turn in range(6):
            at = full + HOUR * (1 + 1.5 * number + 4.5 * turn)
            rows.append((at, admin, features[(number + turn % 2) % len(features)]))
    copy(connection, "feature_use", ("at", "admin", "feature"), rows)


def _exports(connection: Connection, full: datetime, now: datetime, faults: Collection[str]) -> None:
    """Have exports at even distances: manual ones before, and a part of them scheduled after."""
    step = (now - full) / EXPORTS
    scheduled = round(10 * scheduled_share(SCHEDULED, faults))
    rows = [("manual", "csv", full - step * number) for number in range(1, EXPORTS // 2)]
    rows += [
        ("scheduled" if number % 10 < scheduled else "manual", "csv", full + step * (number + 0.5))
        for number in range(EXPORTS)
    ]
    copy(connection, "exports", ("mode", "format", "at"), rows)


def _resources(connection: Connection, full: datetime, now: datetime, release: str) -> None:
    random, at, rows = Random(11), full - DAY, []
    while at < now:
        after = at >= full
        cpu, memory = (0.325, 424e6) if after else (0.31, 412e6)
        shown = release if after else OLD_RELEASE
        rows.append((at, shown, round(cpu * random.gauss(1, 0.05), 4), int(memory * random.gauss(1, 0.01))))
        at += EVERY
    copy(connection, "resources", ("at", "release", "cpu_ratio", "memory_bytes"), rows)


def _work(connection: Connection, full: datetime, now: datetime, faults: Collection[str]) -> None:
    random, day, rows = Random(13), full.date() - DAY * DAYS_BEFORE, []
    while day <= now.date():
        left = manual_factor(MANUAL_LEFT, faults) if day >= full.date() else 1.0
        manual = round(WORK_A_DAY * MANUAL_SHARE * left * random.gauss(1, 0.02))
        rows.append((day, manual, WORK_A_DAY - manual))
        day += DAY
    copy(connection, "classification_work", ("day", "manual", "automatic"), rows)


def _errors(connection: Connection, full: datetime, faults: Collection[str]) -> None:
    """Store a critical error of the week before; with the fault two of the first day."""
    rows = [(full - 3 * DAY, "export", "the export stopped half-way: no space left")]
    if has_critical_errors(faults):
        rows += [(full + HOUR * hours, "queue", "the list of documents could not be drawn") for hours in (3, 11)]
    copy(connection, "critical_errors", ("at", "component", "message"), rows)
