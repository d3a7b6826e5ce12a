"""What a scenario is recognised by from run to run, so that a new name does not end its history."""

from collections import Counter
from collections.abc import Sequence

from gonogo.bdd.item import ScenarioItem
from gonogo.bdd.tags import is_criterion, is_label, label_of


def keep_histories(items: Sequence[ScenarioItem]) -> None:
    """Give each item of a file the most lasting key that no other item of the file has.

    That is its `@id:` tag, else the criteria it verifies, and only where these do not tell it apart, its name.
    """
    keys = [_lasting_key(item) for item in items]
    counts = Counter(keys)
    for item, key in zip(items, keys, strict=True):
        if key is not None and counts[key] == 1:
            item.history_key = key


def _lasting_key(item: ScenarioItem) -> tuple[str, ...] | None:
    """Return the key without the name; None if nothing but the name tells what the scenario is."""
    tags = sorted(item.case.tags)
    ids = [label_of(tag)[1] for tag in tags if is_label(tag) and label_of(tag)[0] == "id"]
    if ids:
        return ("id", *ids, item.case.row.id)
    criteria = [tag for tag in tags if is_criterion(tag)]
    return (item.parent.shown_path, *criteria, item.case.row.id) if criteria else None
