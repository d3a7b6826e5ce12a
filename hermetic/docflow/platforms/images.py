"""Which image each instance runs, as the platform of the back end keeps it."""

from collections.abc import Mapping

from hermetic.docflow.platforms.kept import Kept
from hermetic.docflow.world import OLD_RELEASE, Arm, World

REGISTRY = "registry.fly.io/docflow:v"


class Images:
    """The image that was deployed last, and the release of each instance."""

    def __init__(self, world: World) -> None:
        self._kept = Kept(world.platform / "images.json")
        self._known = (OLD_RELEASE, world.release)

    def release_of(self, arm: Arm) -> str:
        return str(self._kept.read()["releases"][arm])

    def deployed(self) -> str:
        """Return the release of the image that was deployed last."""
        return str(self._kept.read()["deployed"])

    def known(self, image: str) -> str | None:
        """Return the release of an image; None when the registry has none of that name."""
        release = image.removeprefix(REGISTRY)
        return release if image.startswith(REGISTRY) and release in self._known else None

    def deploy(self, deployed: str, releases: Mapping[Arm, str]) -> None:
        """Note what is to run; an instance runs it from its next start on."""
        self._kept.write({"deployed": deployed, "releases": dict(releases)})


def image_of(release: str) -> str:
    return f"{REGISTRY}{release}"
