"""One world of the stand-in: where its services, files and ports are. Commands find it by MES_HOME."""

import dataclasses
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hermetic.errors import HermeticError
from hermetic.mes.domain.calendar import Calendar, calendar_for

if TYPE_CHECKING:  # both take their time to import, and not every command needs them
    import psycopg
    import redis

WORLD_FILE = "world.json"
SERVICE_NAME = "burkol-backend"


@dataclass(frozen=True)
class World:
    """What the keeper gives a world, and the addresses that the supervisor adds once it listens."""

    index: int
    directory: Path
    postgres_host: str
    postgres_port: int
    database: str
    owner: str
    owner_password: str = field(repr=False)
    reader: str
    reader_password: str = field(repr=False)
    redis_host: str
    redis_port: int
    redis_password: str = field(repr=False)
    redis_db: int
    profile: str
    release: str
    url: str = ""
    control_url: str = ""
    cloudwatch_url: str = ""

    @property
    def production(self) -> bool:
        return self.profile == "production"

    @property
    def env_file(self) -> Path:
        return self.directory / ".env"

    @property
    def log_file(self) -> Path:
        return self.directory / "log" / "backend.log"

    @property
    def request_log(self) -> Path:
        return self.directory / "log" / "requests.jsonl"

    @property
    def repository(self) -> Path:
        return self.directory / "repository"

    @property
    def documents(self) -> Path:
        return self.directory / "documents"

    @property
    def backups(self) -> Path:
        return self.directory / "backups"

    @property
    def templates(self) -> Path:
        return self.directory / "templates"

    @property
    def faults_file(self) -> Path:
        return self.directory / "faults.json"

    @property
    def state_file(self) -> Path:
        return self.directory / "state.json"

    @property
    def schema_file(self) -> Path:
        return self.repository / "server" / "models" / "ProductionPlanSchema.json"

    @property
    def conninfo(self) -> str:
        """The owner's connection string."""
        from psycopg.conninfo import make_conninfo

        return make_conninfo(
            host=self.postgres_host,
            port=self.postgres_port,
            dbname=self.database,
            user=self.owner,
            password=self.owner_password,
            connect_timeout=5,
            application_name="mes",
        )

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

    def connect(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect as the owner of the database, in autocommit mode."""
        import psycopg

        return psycopg.connect(self.conninfo, autocommit=True)

    def redis(self) -> "redis.Redis":
        """Return a client for the world's Redis database."""
        import redis

        return redis.Redis(**self.redis_options)

    def state(self) -> dict[str, Any]:
        """Return what was last arranged: the state's name, and whether the fallback code is gone."""
        if not self.state_file.exists():
            return {"state": None, "fallback_removed": False}
        state: dict[str, Any] = json.loads(self.state_file.read_text(encoding="utf-8"))
        return state

    def save(self) -> None:
        """Write the world's file into its home, for commands; it holds passwords, so only the owner may read it."""
        path = self.directory / WORLD_FILE
        path.touch(mode=0o600)
        values = {**dataclasses.asdict(self), "directory": str(self.directory)}
        path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


AWS_VARIABLES = {
    "AWS_ACCESS_KEY_ID": "key-of-no-account",
    "AWS_SECRET_ACCESS_KEY": "secret-of-no-account",
    "AWS_DEFAULT_REGION": "eu-central-1",
}


def parse_world(text: str) -> World:
    """Read a world from the keeper's JSON line.

    Raises:
        HermeticError: The line is not a JSON object, or a field is missing or unknown.
    """
    try:
        values = json.loads(text)
        return World(**{**values, "directory": Path(values["directory"])})
    except (ValueError, KeyError, TypeError) as error:
        raise HermeticError(
            f"hermetic.mes: the description of the world cannot be read: {error!r}",
            "give one JSON line with the fields of hermetic.mes.world.World on stdin",
        ) from None


def find_world(variables: Mapping[str, str] | None = None) -> World:
    """Return the world that MES_HOME names.

    Raises:
        HermeticError: MES_HOME is not set, or no world lives there.
    """
    home = (os.environ if variables is None else variables).get("MES_HOME", "")
    path = Path(home) / WORLD_FILE
    if not home or not path.is_file():
        raise HermeticError(
            f"MES_HOME={home!r} is not the home of a running MES stand-in",
            "export the variables that `python -m hermetic serve` prints, then try again",
        )
    return parse_world(path.read_text(encoding="utf-8"))
