"""The ways back: the front end's deployments, the image of both instances, and the flag. All of it is put back."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gonogo import units
from gonogo.outcome import Missed, Unverified
from gonogo.probes.command import CommandResult
from gonogo.probes.reply import Reply
from systems.docflow.front_end import FrontEnd
from systems.docflow.service import DocFlow, Document

FLAG = "phase1_enabled"
SETTINGS = ".env.rollback"
VARIABLES = ("NEXT_PUBLIC_ENABLE_AI_QUEUE", "NEXT_PUBLIC_ENABLE_FORECAST", "NEXT_PUBLIC_ENABLE_EXPORT_SCHEDULE")
_POLL_S = 0.1


@dataclass(frozen=True)
class Before:
    """What was there before the first change: the deployment, the image, the flag."""

    deployment: str
    image: str
    flag: bool


class Releasing:
    """Rolls back and deploys; front end, image and flag are as they were when `restore` was called."""

    def __init__(self, docflow: DocFlow) -> None:
        self.docflow = docflow
        self.front_end = FrontEnd(docflow)
        self._before: Before | None = None

    # Front end

    def roll_front_end_back(self, *, printed: bool = False, token: str = "") -> CommandResult:
        """Roll the front end back: by the documented command, or by the one that the plan prints."""
        self._note()
        with_token = f"--token={token or self._token()}"
        words = ("--prod", "--force", with_token, "rollback") if printed else ("rollback", with_token)
        return self.docflow.command("vercel", *words)

    def deploy_front_end(self, settings: Path | None, *, command: str = "vercel") -> CommandResult:
        """Build and deploy the front end anew, with the settings file or without one."""
        self._note()
        with_file = ("--env-file", str(settings)) if settings else ()
        return self.docflow.command(command, "deploy", "--prod", *with_file, f"--token={self._token()}")

    # Image

    def instances(self) -> list[Document]:
        """Return what runs: each instance with its name and its release."""
        found: list[Document] = self._status()["instances"]
        return found

    def deploy_image(self, image: str) -> CommandResult:
        """Deploy an image to both instances."""
        self._note()
        return self.docflow.command("fly", "deploy", "--image", image)

    # Flag

    def flag(self) -> bool:
        """Return the flag where it is kept."""
        kept = self.docflow.flag.http.get(self.docflow.flag.path("document")).require(200).json_at(f"/{FLAG}")
        return kept is True

    def set_flag(self, on: bool) -> Reply:
        """Set the flag with the token, and return the answer."""
        self._note()
        return self.docflow.flag.http.request("PATCH", self.docflow.flag.path("document"), json={FLAG: on})

    def set_flag_as_stranger(self, token: str) -> Reply:
        """Switch the flag off without a token (and without a type, as the plan prints it), or with the given one."""
        self._note()
        target, path = self.docflow.strange_flag, self.docflow.strange_flag.path("document")
        as_curl = {"Content-Type": "application/x-www-form-urlencoded"}
        headers = {"Authorization": f"Bearer {token}"} if token else as_curl
        return target.http.request("PATCH", path, json={FLAG: False}, headers=headers)

    # Everything

    def roll_everything_back(self) -> float:
        """Roll back front end, image and flag; return the seconds until the former release answers everywhere.

        Raises:
            Missed: If it does not within the time that the environment file gives a rollback that works.
        """
        deployment, started = self.front_end.former(), time.monotonic()
        self.roll_front_end_back().require()
        self.deploy_image(self.docflow.router.text("former image")).require()
        self.set_flag(False).require(200)
        patience = units.duration(self.docflow.router.text("a rollback is seen within")).total_seconds()
        while (found := self._answering()) != self._former(deployment):
            if time.monotonic() - started > patience:
                raise Missed(
                    f"{patience:g} s after the first command of the rollback: {found}; do not go to production"
                )
            time.sleep(_POLL_S)
        return time.monotonic() - started

    def restore(self) -> None:
        """Put back what was there before the first change.

        Raises:
            Missed: If it is not there afterwards.
        """
        if self._before is None:
            return
        before, token = self._before, f"--token={self._token()}"
        if str(self._status()["image"]) != before.image or self._mixed():
            self.docflow.command("fly", "deploy", "--image", before.image).require()
        if str(self.front_end.current()["id"]) != before.deployment:
            self.docflow.command("vercel", "rollback", before.deployment, token).require()
        if self.flag() != before.flag:
            self.set_flag(before.flag).require(200)
        if (found := self._state()) != before:
            raise Missed(f"{found} after the drill, required {before}; put it back by hand")

    def _note(self) -> None:
        if self._before is None:
            self._before = self._state()

    def _state(self) -> Before:
        return Before(str(self.front_end.current()["id"]), str(self._status()["image"]), self.flag())

    def _status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.docflow.command("fly", "status").require().json()
        return found

    def _mixed(self) -> bool:
        return len({one.get("release") for one in self.instances()}) > 1

    def _answering(self) -> dict[str, str]:
        """Return the release of each instance and of the page, and the build of the page, as they answer now."""
        arms = {arm: self._release(arm) for arm in self.docflow.arms}
        try:
            page = self.front_end.shown()
        except (Missed, Unverified):
            page = {}
        return arms | {f"{key} of the page": page.get(key, "") for key in ("build", "release")}

    def _release(self, arm: str) -> str:
        """Return the release of an instance; nothing while it is being replaced."""
        try:
            return str(self.docflow.health(arm).get("release", ""))
        except (Missed, Unverified):
            return ""

    def _former(self, deployment: str) -> dict[str, str]:
        release = self.docflow.router.text("former release")
        return {"stable": release, "canary": release, "build of the page": deployment, "release of the page": release}

    def _token(self) -> str:
        token = self.docflow.flag.settings.token
        if token is None:
            raise Unverified("edge_config: no token; set the variable that [targets.edge_config] token names")
        return token.reveal()
