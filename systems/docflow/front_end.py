"""The front end of DocFlow as it is deployed: its builds, which one is live, and what its pages say of themselves."""

import json
import re

from gonogo.outcome import Missed
from systems.docflow.service import DocFlow, Document

_META = re.compile(r"""<meta\s+name="(build|release)"\s+content="([^"]*)\"""")


class FrontEnd:
    """Reads what is deployed; `Releasing` changes it."""

    def __init__(self, docflow: DocFlow) -> None:
        self._docflow = docflow

    def deployments(self) -> list[Document]:
        """Return the deployments of the front end, newest first."""
        lines = self._docflow.command("vercel", "list").require().stdout.splitlines()
        return [json.loads(line) for line in lines if line.strip()]

    def current(self) -> Document:
        """Return the deployment that is live; Missed if there is not exactly one."""
        found = [one for one in self.deployments() if one.get("current") is True]
        if len(found) != 1:
            raise Missed(f"{len(found)} deployments of the front end are live, required one; look at the list")
        return found[0]

    def former(self) -> str:
        """Return the id of the deployment before the live one; Missed if there is none to go back to."""
        ids, live = [str(one["id"]) for one in self.deployments()], str(self.current()["id"])
        older = ids[ids.index(live) + 1 :]
        if not older:
            raise Missed(f"there is no deployment before {live}; the front end cannot go back")
        return older[0]

    def shown(self) -> dict[str, str]:
        """Return "build" and "release" as the queue page behind the router says them."""
        target = self._docflow.router
        target.http.renew()
        return dict(_META.findall(target.http.get(target.path("queue page")).require(200).text))
