"""Faults of the WebSocket."""

from collections.abc import Collection


def is_told(faults: Collection[str]) -> bool:
    """Tell whether a change reaches the readers."""
    return "websocket-silent" not in faults
