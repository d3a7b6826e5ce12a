"""A world: one independent copy of all stand-ins, each a process of its own, on databases of its own."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from hermetic.database import Databases
from hermetic.services import Backing
from hermetic.stand_in import StandIn

# Name of the system -> package that stands in for it.
STAND_INS: Mapping[str, str] = {
    "mes": "hermetic.mes",
    "mes_sql": "hermetic.mes_sql",
    "docflow": "hermetic.docflow",
}

Profile = Literal["staging", "production"]


@dataclass(frozen=True)
class WorldBacking:
    """What a stand-in is told of its world; `directory` is its home: it exists and is this user's to write.

    `owner` may change the database and make others beside it, copies of `template`; `reader` only reads.
    `redis_password` is empty when there is none.
    """

    index: int
    directory: Path
    postgres_host: str
    postgres_port: int
    database: str
    template: str
    owner: str
    owner_password: str
    reader: str
    reader_password: str
    redis_host: str
    redis_port: int
    redis_password: str
    redis_db: int
    profile: Profile
    release: str

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "directory": str(self.directory)})

    @property
    def variables(self) -> dict[str, str]:
        """Where the databases are read, as the environment files name it; the reader's account, never the owner's."""
        return {
            "MES_DB_HOST": self.postgres_host,
            "MES_DB_PORT": str(self.postgres_port),
            "MES_DB_NAME": self.database,
            "MES_DB_USER": self.reader,
            "MES_DB_PASSWORD": self.reader_password,
            "MES_REDIS_HOST": self.redis_host,
            "MES_REDIS_PORT": str(self.redis_port),
            "MES_REDIS_DB": str(self.redis_db),
            "MES_REDIS_PASSWORD": self.redis_password,
        }


def describe_world(
    index: int, directory: Path, backing: Backing, databases: Databases, profile: Profile, release: str
) -> WorldBacking:
    """Put together what the stand-ins of one world are told."""
    return WorldBacking(
        index=index,
        directory=directory,
        postgres_host=backing.postgres.host,
        postgres_port=backing.postgres.port,
        database=databases.database,
        template=databases.template,
        owner=databases.owner,
        owner_password=databases.owner_password,
        reader=databases.reader,
        reader_password=databases.reader_password,
        redis_host=backing.redis.host,
        redis_port=backing.redis.port,
        redis_password=backing.redis.password,
        redis_db=databases.redis_db,
        profile=profile,
        release=release,
    )


@dataclass(frozen=True)
class World:
    """A world that is ready, with everything a caller must know to reach it."""

    backing: WorldBacking
    stand_ins: tuple[StandIn, ...]

    @property
    def variables(self) -> dict[str, str]:
        merged = dict(self.backing.variables)
        for stand_in in self.stand_ins:
            merged.update(stand_in.variables)
        return merged

    @property
    def control(self) -> dict[str, str]:
        return {stand_in.name: stand_in.control for stand_in in self.stand_ins}

    def to_dict(self) -> dict[str, Any]:
        return {"variables": self.variables, "control": self.control}
