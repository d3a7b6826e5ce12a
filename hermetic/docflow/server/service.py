"""What the routes of one instance share."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from starlette.requests import HTTPConnection

from hermetic.docflow.features import Features
from hermetic.docflow.platforms.builds import Builds
from hermetic.docflow.platforms.images import Images
from hermetic.docflow.server.metrics import Metrics
from hermetic.docflow.server.pace import Pace
from hermetic.docflow.server.store import Store
from hermetic.docflow.server.updates import Updates
from hermetic.docflow.world import OLD_RELEASE, Arm, World
from hermetic.kit.log import ServiceLog
from hermetic.kit.planted import Planted


@dataclass
class Service:
    """One instance: an arm, and the release that it was started with."""

    world: World
    arm: Arm
    release: str
    faults: Planted
    features: Features
    builds: Builds
    metrics: Metrics
    pace: Pace
    store: Store
    updates: Updates
    log: ServiceLog
    started: datetime = field(default_factory=lambda: datetime.now(UTC))


def make_service(world: World, arm: Arm) -> Service:
    """Put an instance together, of the release that the platform has for it; nothing is connected yet."""
    faults, release = Planted(world.faults_file), Images(world).release_of(arm)
    metrics = Metrics(arm, release, featured=release != OLD_RELEASE, faults=faults)
    return Service(
        world=world,
        arm=arm,
        release=release,
        faults=faults,
        features=Features(world, release, faults),
        builds=Builds(world),
        metrics=metrics,
        pace=Pace(arm, faults, canaried=Images(world).release_of("canary") != OLD_RELEASE),
        store=Store(world, faults),
        updates=Updates(world, metrics, faults),
        log=ServiceLog(world.log_of(arm)),
    )


def service_of(request: HTTPConnection) -> Service:
    service: Service = request.app.state.service
    return service
