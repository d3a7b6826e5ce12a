"""Faults of the pages: a module that is served with one passage changed."""

from collections.abc import Collection

CHANGES: dict[str, tuple[str, str, str]] = {
    "page-exception": (
        "queue.js",
        'await component("queue", async () => {',
        'refreshBadges();\nawait component("queue", async () => {',
    ),
    "page-crash": ("analytics.js", "const bars = [", 'throw new Error("no scale for the bars");\n  const bars = ['),
    "page-request-fails": ("export.js", "if (form) {", 'fetch("/api/admin/exports");\nif (form) {'),
    "queue-filter-page-only": ("queue.js", "`?aiType=${kind}`", "``"),
    "forecast-draws-nothing": ("analytics.js", ", ...predictions(body.forecast ?? [])", ""),
    "schedule-button-dead": (
        "export.js",
        'form.addEventListener("submit", schedule);',
        'form.addEventListener("submit", (event) => event.preventDefault());',
    ),
}  # fmt: skip
"""Fault -> the module, a passage of it, and what stands there instead."""


def broken_asset(faults: Collection[str], name: str, text: str) -> str:
    """Return the text of a module with the planted faults in it."""
    for fault, (file, old, new) in CHANGES.items():
        if fault in faults and file == name:
            text = text.replace(old, new)
    return text
