"""One world of the stand-in: where its services, files and ports are. Commands find it by MES_HOME."""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from hermetic.kit.home import WORLD_FILE, Home
from hermetic.mes.domain.calendar import Calendar, calendar_for

if TYPE_CHECKING:  # takes its time to import, and not every command needs it
    import redis

SERVICE_NAME = "burkol-backend"


@dataclass(frozen=True)
class World(Home):
    """What the keeper gives a world, and the addresses that the supervisor adds once it listens."""

    PACKAGE: ClassVar[str] = "hermetic.mes"
    VARIABLE: ClassVar[str] = "MES_HOME"

    url: str = ""
    control_url: str = ""
    cloudwatch_url: str = ""

    @property
    def env_file(self) -> Path:
        return self.directory / ".env"

    @property
    def log_file(self) -> Path:
        return self.directory / "log" / "backend.log"

    @property
    def backups(self) -> Path:
        return self.directory / "backups"

    @property
    def templates(self) -> Path:
        return self.directory / "templates"

    @property
    def schema_file(self) -> Path:
        return self.repository / "server" / "models" / "ProductionPlanSchema.json"

    @property
    def redis_options(self) -> dict[str, Any]:
        return {
            "host": self.redis_host,
            "port": self.redis_port,
            "password": self.redis_password or None,
            "db": self.redis_db,
            "decode_responses": True,
        }

    @property
    def variables(self) -> dict[str, str]:
        """The variables by which others find this world."""
        return {
            "MES_URL": self.url,
            "MES_HOST": "127.0.0.1",
            "MES_CONTROL_URL": self.control_url,
            "MES_CLOUDWATCH_URL": self.cloudwatch_url,
            "MES_HOME": str(self.directory),
            "MES_RELEASE": self.release,
            "MES_LOG_FILE": str(self.log_file),
            "MES_REPOSITORY": str(self.repository),
            "MES_DOCUMENTS": str(self.documents),
            "MES_PYTHON": sys.executable,
            **AWS_VARIABLES,
        }

    @property
    def calendar(self) -> Calendar:
        """The dates that this world plays: those of its start, however long it lives."""
        path = self.directory / WORLD_FILE
        started = datetime.fromtimestamp(path.stat().st_mtime, UTC) if path.exists() else datetime.now(UTC)
        return calendar_for(started)

    def redis(self) -> "redis.Redis":
        """Return a client for the world's Redis database."""
        import redis

        return redis.Redis(**self.redis_options)

    def state(self) -> dict[str, Any]:
        """Return what was last arranged: the state's name, and whether the fallback code is gone."""
        if not self.state_file.exists():
            return {"state": None, "fallback_removed": False}
        return super().state()


AWS_VARIABLES = {
    "AWS_ACCESS_KEY_ID": "key-of-no-account",
    "AWS_SECRET_ACCESS_KEY": "secret-of-no-account",
    "AWS_DEFAULT_REGION": "eu-central-1",
}
