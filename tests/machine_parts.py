"""Parts of the machine that some tests need: without one they skip, and fail where GONOGO_REQUIRE names it."""

import os

import pytest


def needed(part: str, there: bool, remedy: str) -> None:
    """Skip or fail where `part` (as GONOGO_REQUIRE spells it) is not `there`; `remedy` says how to get it."""
    if there:
        return
    if part in os.environ.get("GONOGO_REQUIRE", "").split(","):
        pytest.fail(f"GONOGO_REQUIRE names {part}, and it is missing: {remedy}")
    pytest.skip(f"no {part}: {remedy}")
