"""One world of the stand-in: where its services, files and ports are. Commands find it by MES_SQL_HOME."""

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from hermetic.kit.home import WORLD_FILE, Home

HOST = "127.0.0.1"
BLUE, GREEN = "burkol-api-blue", "burkol-api-green"  # the names that the process manager knows


@dataclass(frozen=True)
class World(Home):
    """What the keeper gives a world, the token of its one account, and the addresses that the supervisor listens on."""

    PACKAGE: ClassVar[str] = "hermetic.mes_sql"
    VARIABLE: ClassVar[str] = "MES_SQL_HOME"

    token: str = field(default="", repr=False)
    green_url: str = ""
    blue_url: str = ""
    balancer_url: str = ""
    old_store_url: str = ""
    control_url: str = ""

    @property
    def main_database(self) -> str:
        """What the plan calls burkol."""
        return f"{self.database}_burkol"

    @property
    def test_database(self) -> str:
        """What the plan calls burkol_test."""
        return f"{self.database}_burkol_test"

    @property
    def started(self) -> datetime:
        """When the world began: its past is dated back from here."""
        path = self.directory / WORLD_FILE
        return datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else datetime.now(UTC)

    @property
    def variables(self) -> dict[str, str]:
        """The variables by which others find this world."""
        return {
            "MES_SQL_URL": self.green_url,
            "MES_SQL_BLUE_URL": self.blue_url,
            "MES_SQL_BALANCER_URL": self.balancer_url,
            "MES_SQL_OLD_STORE_URL": self.old_store_url,
            "MES_SQL_CONTROL_URL": self.control_url,
            "MES_SQL_HOST": HOST,
            "MES_SQL_BLUE_HOST": HOST,
            "MES_SQL_BALANCER_HOST": HOST,
            "MES_SQL_OLD_STORE_HOST": HOST,
            "MES_SQL_TOKEN": self.token,
            "MES_SQL_HOME": str(self.directory),
            "MES_SQL_PYTHON": sys.executable,
            "MES_SQL_RELEASE": self.release,
            "MES_SQL_REPOSITORY": str(self.repository),
            "MES_SQL_DOCUMENTS": str(self.documents),
            "MES_SQL_GREEN_LOG": str(self.log_of("green")),
            "MES_SQL_BLUE_LOG": str(self.log_of("blue")),
            "MES_SQL_BALANCER_LOG": str(self.log_of("balancer")),
            "MES_SQL_DB_HOST": self.postgres_host,
            "MES_SQL_DB_PORT": str(self.postgres_port),
            "MES_SQL_DB_USER": self.reader,
            "MES_SQL_DB_PASSWORD": self.reader_password,
            "MES_SQL_DB_NAME": self.main_database,
            "MES_SQL_TEST_DB_NAME": self.test_database,
        }
