"""One world of the stand-in: where its services, files and ports are. Commands find it by DOCFLOW_HOME."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Literal

from hermetic.kit.home import Home

HOST = "127.0.0.1"
OLD_RELEASE = "2.0.9"
Arm = Literal["stable", "canary"]
ARMS: tuple[Arm, Arm] = ("stable", "canary")


@dataclass(frozen=True)
class World(Home):
    """What the keeper gives a world, its tokens, and the addresses that the supervisor listens on."""

    PACKAGE: ClassVar[str] = "hermetic.docflow"
    VARIABLE: ClassVar[str] = "DOCFLOW_HOME"

    token: str = field(default="", repr=False)
    vercel_token: str = field(default="", repr=False)
    session_key: str = field(default="", repr=False)
    stable_url: str = ""
    canary_url: str = ""
    router_url: str = ""
    edge_url: str = ""
    prometheus_url: str = ""
    control_url: str = ""

    @property
    def store(self) -> str:
        """The database of this stand-in; its tables are in the schema docflow."""
        return f"{self.database}_docflow"

    def url_of(self, arm: Arm) -> str:
        return self.stable_url if arm == "stable" else self.canary_url

    @property
    def platform(self) -> Path:
        """Where the platforms keep what they know: deployments, images, the switch, the share."""
        return self.directory / "platform"

    @property
    def variables(self) -> dict[str, str]:
        """The variables by which others find this world."""
        return {
            "DOCFLOW_URL": self.router_url,
            "DOCFLOW_STABLE_URL": self.stable_url,
            "DOCFLOW_CANARY_URL": self.canary_url,
            "DOCFLOW_HOST": HOST,
            "DOCFLOW_TOKEN": self.token,
            "DOCFLOW_PROMETHEUS_URL": self.prometheus_url,
            "DOCFLOW_EDGE_CONFIG_URL": f"{self.edge_url}/config",
            "DOCFLOW_VERCEL_TOKEN": self.vercel_token,
            "DOCFLOW_CONTROL_URL": self.control_url,
            "DOCFLOW_HOME": str(self.directory),
            "DOCFLOW_PYTHON": sys.executable,
            "DOCFLOW_RELEASE": self.release,
            "DOCFLOW_REPOSITORY": str(self.repository),
            "DOCFLOW_DOCUMENTS": str(self.documents),
            "DOCFLOW_ACCESS_LOG": str(self.request_log),
            "DOCFLOW_DB_NAME": self.store,
        }
