"""Which features are on: the remote switch, the build of the front end and the release of the instance must agree."""

from collections.abc import Collection

from hermetic.docflow.broken.switches import switched
from hermetic.docflow.platforms.builds import SWITCHES, Builds
from hermetic.docflow.platforms.edge import Edge
from hermetic.docflow.world import OLD_RELEASE, World

AI, FORECAST, SCHEDULING = FEATURES = tuple(SWITCHES)


class Features:
    """The features of one instance; each look tells what is on now."""

    def __init__(self, world: World, release: str, faults: Collection[str]) -> None:
        self._edge = Edge(world)
        self._builds = Builds(world)
        self._faults = faults
        self.released = release != OLD_RELEASE

    def on(self) -> dict[str, bool]:
        """Return each feature, and whether it is on."""
        released = dict.fromkeys(FEATURES, self.released)
        return switched(released, self._edge.phase1_enabled, self._builds.current(), self._faults)

    def has(self, feature: str) -> bool:
        return self.on()[feature]
