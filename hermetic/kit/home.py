"""The home of a stand-in: what the keeper tells it of its world, kept in a file by which its commands find it."""

import dataclasses
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from hermetic.errors import HermeticError

if TYPE_CHECKING:  # takes its time to import, and not every command needs it
    import psycopg

WORLD_FILE = "world.json"


@dataclass(frozen=True)
class Home:
    """What the keeper gives a world; a stand-in adds the addresses it listens on."""

    PACKAGE: ClassVar[str]  # such as hermetic.mes
    VARIABLE: ClassVar[str]  # which variable names the directory, such as MES_HOME

    index: int
    directory: Path
    postgres_host: str
    postgres_port: int
    database: str
    template: str
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

    @property
    def production(self) -> bool:
        return self.profile == "production"

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
    def faults_file(self) -> Path:
        return self.directory / "faults.json"

    @property
    def state_file(self) -> Path:
        return self.directory / "state.json"

    def log_of(self, service: str) -> Path:
        """Return the log of one of the stand-in's services."""
        return self.directory / "log" / f"{service}.log"

    def state(self) -> dict[str, Any]:
        """Return what was last arranged, as the stand-in wrote it down."""
        state: dict[str, Any] = json.loads(self.state_file.read_text(encoding="utf-8"))
        return state

    @property
    def conninfo(self) -> str:
        """The owner's connection string."""
        return self.conninfo_of(self.database)

    def conninfo_of(self, database: str) -> str:
        """Return the owner's connection string for one of its databases."""
        from psycopg.conninfo import make_conninfo

        return make_conninfo(
            host=self.postgres_host,
            port=self.postgres_port,
            dbname=database,
            user=self.owner,
            password=self.owner_password,
            connect_timeout=20,
            application_name=self.PACKAGE.rpartition(".")[2],
        )

    def connect(self, database: str | None = None) -> "psycopg.Connection[tuple[Any, ...]]":
        """Connect as the owner of a database (default: the world's), in autocommit mode."""
        import psycopg

        return psycopg.connect(self.conninfo_of(database or self.database), autocommit=True)

    def save(self) -> None:
        """Write the world's file into its home, for commands; it holds passwords, so only the owner may read it."""
        path = self.directory / WORLD_FILE
        path.touch(mode=0o600)
        values = {**dataclasses.asdict(self), "directory": str(self.directory)}
        path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a world from the keeper's JSON line.

        Raises:
            HermeticError: The line is not a JSON object, or a field is missing or unknown.
        """
        try:
            values = json.loads(text)
            return cls(**{**values, "directory": Path(values["directory"])})
        except (ValueError, KeyError, TypeError) as error:
            raise HermeticError(
                f"{cls.PACKAGE}: the description of the world cannot be read: {error!r}",
                f"give one JSON line with the fields of {cls.__module__}.{cls.__name__} on stdin",
            ) from None

    @classmethod
    def find(cls, variables: Mapping[str, str] | None = None) -> Self:
        """Return the world whose home the stand-in's variable names.

        Raises:
            HermeticError: The variable is not set, or no world lives there.
        """
        home = (os.environ if variables is None else variables).get(cls.VARIABLE, "")
        path = Path(home) / WORLD_FILE
        if not home or not path.is_file():
            raise HermeticError(
                f"{cls.VARIABLE}={home!r} is not the home of a running {cls.PACKAGE} stand-in",
                "export the variables that `python -m hermetic serve` prints, then try again",
            )
        return cls.parse(path.read_text(encoding="utf-8"))
