"""What an environment file may hold: frozen, closed tables, in which a secret is only ever the name of a variable."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from gonogo.metric_settings import MetricSettings, PrometheusSettings
from gonogo.secrets import Secret
from gonogo.tables import Model, Port, Positive, Seconds, SecretValue, StreamPath, Url, as_number
from gonogo.watch_settings import WatchSettings

Kind = Literal["hermetic", "staging", "production"]


class BudgetSettings(Model):
    """How much load an environment bears: what is asked beyond it is refused, what turns out bad is aborted.

    `window` is the time of day in which load may run, such as "22:00-06:00 UTC"; "00:00-24:00 UTC" is always.
    """

    max_rate_per_s: Positive
    max_users: int = Field(gt=0)
    max_duration_s: Positive
    abort_error_ratio: float = Field(gt=0, le=1)
    abort_p99_s: Positive
    window: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00) UTC$")


class GuardSettings(Model):
    """What a run may touch. Anything not allowed here is refused before a byte is sent."""

    kind: Kind
    allowed_hosts: tuple[str, ...] = Field(min_length=1, strict=False)
    mutations: Literal["allow", "refuse"]
    load: Literal["allow", "refuse"] = "refuse"
    budget: BudgetSettings | None = None

    @model_validator(mode="after")
    def _load_needs_a_budget(self) -> "GuardSettings":
        if self.load == "allow" and self.kind != "hermetic" and self.budget is None:
            keys = ", ".join(BudgetSettings.model_fields)
            raise ValueError(f'load = "allow" needs a table [guard.budget] with {keys}')
        return self


class ScaleSettings(Model):
    """How much smaller a load run is than its scenario says: a rehearsal, and marked as one. `--full` turns it off.

    `watch_duration_s` is the most that a watch of a canary lasts.
    """

    duration_factor: float = Field(default=1.0, gt=0, le=1)
    user_factor: float = Field(default=1.0, gt=0, le=1)
    watch_duration_s: Positive | None = None


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
    db: Annotated[int, BeforeValidator(as_number), Field(ge=0)] = 0
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
    """A named read-only query with named parameters, e.g. "... where id = %(plan)s".

    As a rate, it gives one row with the columns `events` and `total`, and says nothing below `min_samples` in total.
    """

    sql: str
    unit: str = ""
    min_samples: int = Field(default=1, ge=1)


class CloudWatchSettings(Model):
    """CloudWatch alarms and metrics of one region; `endpoint_url` only where it is not AWS itself."""

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
    streams: dict[str, StreamPath] = {}
    texts: dict[str, str] = {}
    metrics: dict[str, MetricSettings] = {}
    queries: dict[str, QuerySettings] = {}
    commands: dict[str, CommandSettings] = {}
    logs: dict[str, LogSettings] = {}
    folders: dict[str, FolderSettings] = {}
    database: DatabaseSettings | None = None
    redis: RedisSettings | None = None
    cloudwatch: CloudWatchSettings | None = None
    prometheus: PrometheusSettings | None = None
    canary: WatchSettings | None = None
    control_url: Url | None = None

    @model_validator(mode="after")
    def _metrics_suit_prometheus(self) -> "TargetSettings":
        if self.prometheus is not None:
            for name, metric in self.metrics.items():
                self.prometheus.check(name, metric)
        return self


class Environment(Model):
    """One environment file, resolved and checked."""

    description: str
    guard: GuardSettings
    targets: dict[str, TargetSettings] = Field(min_length=1)
    attestations: str | None = None
    waivers: str | None = None
    baselines: str = "baselines"
    scale: ScaleSettings = ScaleSettings()
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
