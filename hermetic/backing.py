"""Which Postgres and Redis a run uses: servers somebody named, containers, or embedded programs."""

import os
from collections.abc import Mapping
from typing import Literal, get_args

from hermetic.containers import engine_problem, start_containers
from hermetic.embedded import start_embedded
from hermetic.errors import HermeticError
from hermetic.external import is_configured, use_external
from hermetic.services import Backing
from hermetic.workspace import Workspace

Choice = Literal["auto", "containers", "embedded", "external"]
CHOICES: tuple[Choice, ...] = get_args(Choice)


def open_backing(choice: Choice, workspace: Workspace, environment: Mapping[str, str] = os.environ) -> Backing:
    """Start, or find, Postgres and Redis; both answer when this returns. Its `stop` ends what was started.

    Args:
        choice: `auto` takes servers named by variables, else containers when an engine answers, else embedded programs,
            and says in `reason` what decided. The others take what they name, or fail.
        workspace: Where embedded servers live, and what marks containers and databases as this run's.
        environment: The variables to read; see `external`, `containers` and `binaries` for their names.

    Raises:
        HermeticError: Nothing can serve; it says what to install or to set.
    """
    reason = f"chosen by --backing={choice}"
    if choice == "external":
        return use_external(reason, environment)
    if choice == "containers":
        return start_containers(workspace, reason, environment)
    if choice == "embedded":
        return start_embedded(workspace, reason, environment)
    return _first_that_serves(workspace, environment)


def _first_that_serves(workspace: Workspace, environment: Mapping[str, str]) -> Backing:
    if is_configured(environment):
        return use_external("its address is given by variables", environment)
    problem = engine_problem()
    if problem is None:
        try:
            return start_containers(workspace, "a container engine answers", environment)
        except HermeticError as error:
            problem = f"a container engine answers, but {error.problem}"
    return start_embedded(workspace, problem, environment)
