"""Seeded master data: operations, stations, workers. Names are not in the order of the ids."""

from dataclasses import dataclass

from hermetic.kit.factory import ROUTE

OPERATIONS: tuple[tuple[str, str], ...] = (
    ("OP-CUT", "Laser cutting"),
    ("OP-BEND", "Press bending"),
    ("OP-WELD", "Arc welding"),
    ("OP-MILL", "Fine milling"),
    ("OP-PAINT", "Powder coating"),
    ("OP-ASSEMBLE", "Final assembly"),
    ("OP-INSPECT", "Quality inspection"),
    ("OP-PACK", "Boxing"),
)
STATION_KINDS = ("Welding cell", "Press", "Assembly bench", "Lathe", "Paint booth")


@dataclass(frozen=True)
class Size:
    """How much is seeded."""

    workers: int
    stations: int
    plans: int


SIZES = {"minimal": Size(3, 2, 1), "default": Size(10, 5, 10), "full": Size(50, 20, 100)}


@dataclass(frozen=True)
class Station:
    """A station and what can be done there; the last one is new and can do nothing yet."""

    id: str
    name: str
    operations: tuple[str, ...]


@dataclass(frozen=True)
class Worker:
    """A worker, where he works and what he has learned."""

    id: str
    name: str
    stations: tuple[str, ...]
    operations: tuple[str, ...]


def stations(size: Size) -> list[Station]:
    """Return the stations; ST-001 can do everything, so that every seed has somebody there for every operation."""
    made = []
    for number in range(1, size.stations + 1):
        able = ROUTE if number == 1 else tuple(ROUTE[(number * 3 + step) % len(ROUTE)] for step in range(3))
        name = f"{STATION_KINDS[number % len(STATION_KINDS)]} {number:02d}"
        made.append(Station(f"ST-{number:03d}", name, () if number == size.stations else able))
    return made


def workers(size: Size) -> list[Worker]:
    """Return the workers; the first two, and every fourth, work at ST-001, and all at another station too."""
    made = []
    for number in range(1, size.workers + 1):
        second = f"ST-{1 + number % (size.stations - 1):03d}" if size.stations > 2 else "ST-002"
        places = {second, "ST-001"} if number <= 2 or number % 4 == 0 else {second}
        learned = ROUTE if number <= 2 else tuple(ROUTE[(number + step) % len(ROUTE)] for step in range(4))
        name = f"Operator {1 + (number * 7) % size.workers:02d}-{number:02d}"
        made.append(Worker(f"W-{number:03d}", name, tuple(sorted(places)), learned))
    return made


def substations(size: Size) -> list[tuple[str, str, str]]:
    """Return id, name and station of the substations: two for every other station."""
    return [
        (f"SUB-{number:03d}-{letter}", f"{side} side of {number:03d}", f"ST-{number:03d}")
        for number in range(1, size.stations + 1, 2)
        for letter, side in (("A", "Right"), ("B", "Left"))
    ]
