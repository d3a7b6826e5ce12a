"""What is wrong with the entries of a list: each function returns the ids of the entries at fault."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from gonogo.target import Target
from systems.mes_sql.build import Document

Entries = Sequence[Document]


def collated(target: Target) -> Callable[[str], int]:
    """Return the place of a name in the database's own order, which knows more of letters than their codes do."""
    rows = target.query("names in their order")
    places: dict[str, int] = {str(row["name"]): int(row["place"]) for row in rows}
    return lambda name: places.get(name, -1)


def out_of_order(entries: Entries, key: str, place: Callable[[str], int]) -> list[str]:
    """Return the entries that stand behind one whose value comes later."""
    return [str(later["id"]) for earlier, later in pairwise(entries) if place(later[key]) < place(earlier[key])]


def newer_below(entries: Entries) -> list[str]:
    """Return the entries that stand below an older one."""
    return [str(later["id"]) for earlier, later in pairwise(entries) if _made(later) > _made(earlier)]


def without(entries: Entries, what: str, fields: Sequence[str]) -> list[str]:
    """Return the entries without a list of that name, or with an element in it that lacks one of the fields."""
    return [str(entry.get("id")) for entry in entries if not _complete(entry.get(what), fields)]


def repeating(entries: Entries, what: str) -> list[str]:
    """Return the entries in whose list an id stands twice."""
    ids = {str(entry["id"]): [one["id"] for one in entry[what]] for entry in entries}
    return [identifier for identifier, found in ids.items() if len(found) != len(set(found))]


def bare_stations(target: Target) -> set[str]:
    """Return the stations that have no operation in the database."""
    having = {row["owner"] for row in target.query("operations of stations")}
    return {row["id"] for row in target.query("stations")} - having


def nodes_out_of_order(target: Target, entries: Entries) -> list[str]:
    """Return the plans whose nodes are listed otherwise than by their sequence in the database."""
    stored: dict[str, list[str]] = defaultdict(list)
    for row in target.query("nodes", plan=None):
        stored[row["plan"]].append(row["node"])
    listed = {str(entry["id"]): [node.get("nodeId") for node in entry.get("nodes") or []] for entry in entries}
    return [plan for plan, nodes in listed.items() if nodes != stored[plan]]


def _made(entry: Document) -> datetime:
    return datetime.fromisoformat(str(entry["created_at"]))


def _complete(found: Any, fields: Sequence[str]) -> bool:
    return isinstance(found, list) and all(
        isinstance(one, dict) and all(one.get(field) not in (None, "") for field in fields) for one in found
    )
