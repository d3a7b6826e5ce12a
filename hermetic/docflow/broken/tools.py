"""Faults of the commands: what is announced and not done, and what is taken that should be refused."""

from collections.abc import Collection, Mapping

from hermetic.docflow.platforms.builds import PREFIX
from hermetic.docflow.world import Arm


def takes_any_token(faults: Collection[str]) -> bool:
    return "vercel-any-token" in faults


def is_rolled_back(faults: Collection[str]) -> bool:
    """Tell whether the deployment really changes."""
    return "vercel-rollback-forgets" not in faults


def built_env(given: Mapping[str, str], shell: Mapping[str, str], faults: Collection[str]) -> Mapping[str, str]:
    """Return the variables that go into a build.

    Args:
        given: Those of the file.
        shell: The caller's, which do not matter.
    """
    taken = {} if "env-file-ignored" in faults else dict(given)
    if "shell-decides" in faults:
        taken |= {name: value for name, value in shell.items() if name.startswith(PREFIX)}
    return taken


def deployed_arms(arms: tuple[Arm, ...], faults: Collection[str]) -> tuple[Arm, ...]:
    """Return which instances really get an image."""
    return arms[1:] if "fly-one-instance" in faults else arms


def known_release(release: str | None, running: str, faults: Collection[str]) -> str | None:
    """Return the release of an image; with the fault an unknown one is taken, and what runs stays."""
    return running if release is None and "fly-takes-any-image" in faults else release
