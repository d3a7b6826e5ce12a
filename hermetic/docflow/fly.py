"""`python -m hermetic.docflow.fly status | deploy --image registry.fly.io/docflow:v2.0.9`: what the back end runs."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from hermetic.docflow.broken.tools import deployed_arms, known_release
from hermetic.docflow.platforms.images import Images, image_of
from hermetic.docflow.world import ARMS, World
from hermetic.kit.command import FINE, PROBLEMS, Parser, Usage, request, run
from hermetic.kit.log import timestamp
from hermetic.kit.planted import Planted


def main(world: World, arguments: Sequence[str]) -> int:
    parser = Parser("hermetic.docflow.fly")
    parser.add_argument("action", choices=("status", "deploy"))
    parser.add_argument("--image", help="which image is to run everywhere")
    options = parser.parse_args(arguments)
    if options.action == "status":
        return status(world)
    if options.image is None:
        raise Usage("deploy which image? Give --image")
    return deploy(world, options.image, Planted(world.faults_file))


def status(world: World) -> int:
    """Print what runs, as one JSON object."""
    images = Images(world)
    _, body = request("GET", f"{world.control_url}/state")
    instances = [
        {"name": arm, "release": images.release_of(arm), "started": _time(body["processes"][arm]["started"])}
        for arm in ARMS
    ]
    deployed = images.deployed()
    print(json.dumps({"image": image_of(deployed), "release": deployed, "instances": instances}))
    return FINE


def _time(seconds: float) -> str:
    return timestamp(datetime.fromtimestamp(seconds, UTC))


def deploy(world: World, image: str, faults: Collection[str]) -> int:
    """Have both instances run an image, one after the other; one that is not known changes nothing."""
    images = Images(world)
    release = known_release(images.known(image), images.deployed(), faults)
    if release is None:
        print(f"Error: failed to fetch an image or build from source: could not find image {image!r}")
        return PROBLEMS
    arms = deployed_arms(ARMS, faults)
    images.deploy(release, {arm: release if arm in arms else images.release_of(arm) for arm in ARMS})
    for arm in arms:
        code, body = request("POST", f"{world.control_url}/restart", {"name": arm})
        if code != 200:
            print(f"Error: {arm} did not come up: {body}")
            return PROBLEMS
        print(f"{arm} runs {image}")
    return FINE


if __name__ == "__main__":
    run(World, main)
