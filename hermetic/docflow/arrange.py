"""Arranging: putting a whole world, rows, platforms, router and files, into a named state."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from hermetic.docflow import papers, repository
from hermetic.docflow.broken.rollout import arranged_releases, configured_share
from hermetic.docflow.platforms.builds import Builds, default_env
from hermetic.docflow.platforms.edge import Edge
from hermetic.docflow.platforms.images import Images
from hermetic.docflow.platforms.sharing import Sharing
from hermetic.docflow.rows.fill import fill
from hermetic.docflow.states import STATES, Moments, State
from hermetic.docflow.world import OLD_RELEASE, World


def known(body: dict[str, Any]) -> State:
    """Return the state that a request to arrange asks for.

    Raises:
        ValueError: Its name or a parameter is not known; the message lists those that are.
    """
    name, unknown = str(body.get("state", "")), sorted(set(body) - {"state"})
    if unknown:
        raise ValueError(f"unknown parameters {unknown}; known is state")
    if name not in STATES:
        raise ValueError(f"there is no state {name!r}; known are {', '.join(STATES)}")
    return STATES[name]


def arrange(world: World, state: State, faults: Collection[str]) -> None:
    """Put rows, platforms and files into a state; whoever calls it starts again what serves."""
    now = datetime.now(UTC)
    moments = Moments.of(state, now)
    _set_platforms(world, state, now, faults)
    with world.connect(world.store) as connection, connection.transaction():
        fill(connection, state, moments, now, world.release, faults)
    repository.make(world, faults)
    papers.write(world, state, moments, faults)
    world.state_file.write_text(json.dumps(state.as_json(now)), encoding="utf-8")


def _set_platforms(world: World, state: State, now: datetime, faults: Collection[str]) -> None:
    Edge(world).reset()
    builds = Builds(world)
    builds.clear()
    for release in (OLD_RELEASE, world.release) if state.released else (OLD_RELEASE,):
        builds.add(release, default_env(release), now)
    stable = OLD_RELEASE if state.stable_is_old else world.release
    canary = world.release if state.released else OLD_RELEASE
    releases = arranged_releases({"stable": stable, "canary": canary}, state.name, faults)
    Images(world).deploy(canary, releases)
    Sharing(world).put(configured_share(state.share, faults), faults, testers_only=state.testers_only)
