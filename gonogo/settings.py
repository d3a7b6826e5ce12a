"""What an environment file may hold: frozen, closed tables, in which a secret is only ever the name of a variable."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from gonogo.secrets import Secret

Kind = Literal["hermetic", "staging", "production"]


class Reference(str):
    """A value that came from an environment variable, with the variable's name.

    `written` is true where the variable was not set and the value is the default that the file holds.
    """

    name: str
    written: bool

    def __new__(cls, name: str, value: str, written: bool = False) -> "Reference":
        self = super().__new__(cls, value)
        self.name = name
        self.written = written
        return self


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, Reference) and not value.written:
        return Secret(value.name, str(value))
    raise ValueError('a secret is never written here, nor its default; name its variable: {env = "NAME"}')


def _number(value: object) -> object:
    return int(value) if isinstance(value, Reference) and value.isdigit() else value


def _url(value: object) -> str:
    text = str(value)
    if not re.match(r"^https?://[^/@\s]+(/|$)", text):
        raise ValueError("must be http://HOST or https://HOST, without user or password")
    return text.rstrip("/")


Url = Annotated[str, BeforeValidator(_url)]
SecretValue = Annotated[Secret, BeforeValidator(_secret)]
Port = Annotated[int, BeforeValidator(_number), Field(gt=0, lt=65536)]
Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Model(BaseModel):
    """A closed, frozen table of an environment file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, arbitrary_types_allowed=True)


class GuardSettings(Model):
    """What a run may touch. Anything not allowed here is refused before a byte is sent."""

    kind: Kind
    allowed_hosts: tuple[str, ...] = Field(min_length=1, strict=False)
    mutations: Literal["allow", "refuse"]
    load: Literal["allow", "refuse"] = "refuse"


class VersionSettings(Model):
    """Where a target says which release it runs: a JSON reference such as "/health#/release".

    `probes` fresh connections must all agree (30 find a remnant of 10 % with 95.8 %).
    """

    json_: str = Field(alias="json", pattern=r"^/[^#]*#/.+$")
    probes: int = Field(default=3, ge=1, le=100)


class DatabaseSettings(Model):
    """A PostgreSQL database, reached as a role that may only read."""

    host: str
    port: Port = 5432
    name: str
    user: str
    password: SecretValue
    deadline_s: Seconds = 10


class RedisSettings(Model):
    """A Redis database."""

    host: str
    port: Port = 6379
    db: Annotated[int, BeforeValidator(_number), Field(ge=0)] = 0
    password: SecretValue | None = None
    deadline_s: Seconds = 5


class CommandSettings(Model):
    """A command that the suite may run, as an argument list; arguments of a step are appended, never a shell string.

    With `mutates = true` it runs only inside a scenario tagged @mutates, unless one of the arguments in `reads_with`
    (such as "--dry-run") makes it read only.
    """

    argv: tuple[str, ...] = Field(min_length=1, strict=False)
    cwd: str | None = None
    env: dict[str, str] = {}
    deadline_s: Seconds = 60
    mutates: bool = False
    reads_with: tuple[str, ...] = Field(default=(), strict=False)


class LogSettings(Model):
    """A log: a file that can be read here, or a command that prints it."""

    path: str | None = None
    command: tuple[str, ...] = Field(default=(), strict=False)
    max_bytes: int = Field(default=20_000_000, gt=0)

    @model_validator(mode="after")
    def _one_source(self) -> "LogSettings":
        if bool(self.path) == bool(self.command):
            raise ValueError("give either path or command")
        return self


class QuerySettings(Model):
    """A named read-only query with named parameters, e.g. "... where id = %(plan)s"."""

    sql: str
    unit: str = ""


class MetricSettings(Model):
    """A named figure: a JSON reference for a value, or references to events and total for a rate."""

    value: str | None = Field(default=None, pattern=r"^/[^#]*#/.+$")
    events: str | None = Field(default=None, pattern=r"^/[^#]*#/.+$")
    total: str | None = Field(default=None, pattern=r"^/[^#]*#/.+$")
    unit: Literal["s", "ratio", "1/s", "B", "count"] = "count"
    min_samples: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _value_or_rate(self) -> "MetricSettings":
        given = (self.value is not None, self.events is not None, self.total is not None)
        if given not in ((True, False, False), (False, True, True)):
            raise ValueError("give either value, or events and total")
        return self


class CloudWatchSettings(Model):
    """CloudWatch alarms of one region; `endpoint_url` only where it is not AWS itself."""

    region: str
    endpoint_url: Url | None = None
    access_key_id: SecretValue | None = None
    secret_access_key: SecretValue | None = None


class FolderSettings(Model):
    """A folder that can be read here: a checkout, or the papers of a rollout."""

    path: str


class TargetSettings(Model):
    """One system inside an environment."""

    base_url: Url
    deadline_s: Seconds = 10
    max_bytes: int = Field(default=4_000_000, gt=0)
    headers: dict[str, str] = {}
    token: SecretValue | None = None
    version: VersionSettings | None = None
    paths: dict[str, str] = {}
    texts: dict[str, str] = {}
    metrics: dict[str, MetricSettings] = {}
    queries: dict[str, QuerySettings] = {}
    commands: dict[str, CommandSettings] = {}
    logs: dict[str, LogSettings] = {}
    folders: dict[str, FolderSettings] = {}
    database: DatabaseSettings | None = None
    redis: RedisSettings | None = None
    cloudwatch: CloudWatchSettings | None = None
    control_url: Url | None = None


class Environment(Model):
    """One environment file, resolved and checked."""

    description: str
    guard: GuardSettings
    targets: dict[str, TargetSettings] = Field(min_length=1)
    attestations: str | None = None
    waivers: str | None = None
    baselines: str = "baselines"
    name: str = ""
    digest: str = ""

    @model_validator(mode="after")
    def _control_is_hermetic(self) -> "Environment":
        if self.guard.kind != "hermetic":
            steered = [name for name, target in self.targets.items() if target.control_url]
            if steered:
                raise ValueError(f"control_url of {', '.join(steered)}: only a hermetic environment can be steered")
        return self

    @property
    def kind(self) -> Kind:
        return self.guard.kind

    def secrets(self) -> list[Secret]:
        """Return every secret of the environment, for the redactor."""
        return list(_secrets(self))


def _secrets(value: object) -> Iterator[Secret]:
    if isinstance(value, Secret):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _secrets(item)
