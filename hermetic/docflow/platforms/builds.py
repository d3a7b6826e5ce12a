"""Deployments of the front end: builds of a release, whose NEXT_PUBLIC_ variables are fixed when they are made."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from hermetic.docflow.platforms.kept import Kept
from hermetic.docflow.world import OLD_RELEASE, World
from hermetic.kit.log import timestamp

PREFIX = "NEXT_PUBLIC_"
SWITCHES: Mapping[str, str] = {
    "queue_ai_enrichment": "NEXT_PUBLIC_ENABLE_AI_QUEUE",
    "analytics_forecasting": "NEXT_PUBLIC_ENABLE_FORECAST",
    "export_scheduling": "NEXT_PUBLIC_ENABLE_EXPORT_SCHEDULE",
}
"""Feature -> the variable of a build that may switch it off."""


@dataclass(frozen=True)
class Build:
    """A deployment; `created` is RFC 3339."""

    id: str
    release: str
    created: str
    env: Mapping[str, str]

    def allows(self, feature: str) -> bool:
        """Tell whether the build has a feature, switched on."""
        return self.release != OLD_RELEASE and self.env.get(SWITCHES[feature], "true") != "false"


class Builds:
    """All deployments of a world, oldest first, and which of them is current."""

    def __init__(self, world: World) -> None:
        self._kept = Kept(world.platform / "builds.json")

    def all(self) -> list[Build]:
        return [Build(**one) for one in self._kept.read()["builds"]]

    def current(self) -> Build:
        name = self._kept.read()["current"]
        return next(build for build in self.all() if build.id == name)

    def before_current(self) -> Build | None:
        """Return the deployment that was made before the current one."""
        builds = self.all()
        position = builds.index(self.current())
        return builds[position - 1] if position else None

    def add(self, release: str, env: Mapping[str, str], at: datetime) -> Build:
        """Make a build; it becomes current."""
        builds = self.all() if self._exists() else []
        build = Build(_name(release, len(builds)), release, timestamp(at), dict(env))
        self._write([*builds, build], build)
        return build

    def choose(self, build: Build) -> None:
        """Make a deployment current."""
        self._write(self.all(), build)

    def clear(self) -> None:
        self._kept.write({"builds": [], "current": ""})

    def _exists(self) -> bool:
        return bool(self._kept.read()["builds"])

    def _write(self, builds: list[Build], current: Build) -> None:
        content: dict[str, Any] = {"builds": [asdict(build) for build in builds], "current": current.id}
        self._kept.write(content)


def default_env(release: str) -> dict[str, str]:
    """Return the variables that a build of a release has by itself."""
    return {} if release == OLD_RELEASE else dict.fromkeys(SWITCHES.values(), "true")


def _name(release: str, number: int) -> str:
    digest = hashlib.sha256(f"{release}/{number}".encode()).hexdigest()
    return f"dpl_{digest[:12]}"
