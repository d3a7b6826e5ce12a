"""A target: one system inside an environment, and the probes that its tables in the environment file call for."""

import difflib
from collections.abc import Callable, Mapping
from string import Formatter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar, cast
from urllib.parse import quote

from gonogo.evidence import Evidence
from gonogo.guard import Guard
from gonogo.measurement import Measurement
from gonogo.metric_settings import MetricSettings
from gonogo.outcome import Unverified
from gonogo.settings import TargetSettings

if TYPE_CHECKING:
    from gonogo.control import ControlPort
    from gonogo.probes.cloudwatch import CloudWatchProbe
    from gonogo.probes.command import CommandProbe
    from gonogo.probes.folder import FolderProbe
    from gonogo.probes.http import HttpProbe
    from gonogo.probes.log import LogProbe
    from gonogo.probes.metrics.exposition import ExpositionSource
    from gonogo.probes.metrics.figures import Figure, Rate, Samples
    from gonogo.probes.metrics.prometheus import PrometheusSource
    from gonogo.probes.metrics.rules import RuleProbe
    from gonogo.probes.query_study import QueryStudy
    from gonogo.probes.redis import RedisProbe
    from gonogo.probes.sql import SqlProbe
    from gonogo.probes.sse import StreamProbe
    from gonogo.probes.traffic import Spread

T = TypeVar("T")


class Target:
    """One system, e.g. "mes". Probes are made when first asked for, and imported only then.

    Args:
        name: Its name in the environment file.
        settings: Its table there.
        guard, evidence: What every probe asks and fills.
        run_id: Marks each request.
        file: The environment file, as messages name it.
    """

    def __init__(
        self,
        name: str,
        settings: TargetSettings,
        guard: Guard,
        evidence: Evidence,
        run_id: str,
        file: str = "the environment file",
    ) -> None:
        self.name = name
        self.settings = settings
        self._guard = guard
        self._evidence = evidence
        self._run_id = run_id
        self._file = file
        self._made: dict[str, Any] = {}

    @property
    def http(self) -> "HttpProbe":
        """The probe for its HTTP interface."""

        def make() -> "HttpProbe":
            from gonogo.probes.http import HttpProbe

            return HttpProbe(self.name, self.settings, self._guard, self._evidence, self._run_id)

        return self._once("http", make)

    @property
    def sql(self) -> "SqlProbe":
        """The probe for its database; Unverified where the file has none."""

        def make() -> "SqlProbe":
            from gonogo.probes.sql import SqlProbe

            return SqlProbe(self.name, self._section("database", self.settings.database), self._guard, self._evidence)

        return self._once("sql", make)

    @property
    def redis(self) -> "RedisProbe":
        """The probe for its Redis; Unverified where the file has none."""

        def make() -> "RedisProbe":
            from gonogo.probes.redis import RedisProbe

            return RedisProbe(self.name, self._section("redis", self.settings.redis), self._guard, self._evidence)

        return self._once("redis", make)

    @property
    def cloudwatch(self) -> "CloudWatchProbe":
        """The probe for its CloudWatch alarms; Unverified where the file has none."""

        def make() -> "CloudWatchProbe":
            from gonogo.probes.cloudwatch import CloudWatchProbe

            settings = self._section("cloudwatch", self.settings.cloudwatch)
            return CloudWatchProbe(self.name, settings, self._guard, self._evidence)

        return self._once("cloudwatch", make)

    @property
    def control(self) -> "ControlPort | None":
        """The control port of the stand-in that plays this target, or None where it is a real system."""
        url = self.settings.control_url
        if url is None:
            return None

        def make() -> "ControlPort":
            from gonogo.control import ControlPort

            return ControlPort(self.name, url, self._guard)

        return self._once("control", make)

    def command(self, name: str) -> "CommandProbe":
        """Return the probe for the command `name`; Unverified for a name that the file does not have."""
        from gonogo.probes.command import CommandProbe

        return CommandProbe(name, self._named("commands", self.settings.commands, name), self._guard, self._evidence)

    def log(self, name: str) -> "LogProbe":
        """Return the probe for the log `name`; Unverified for a name that the file does not have."""
        from gonogo.probes.log import LogProbe

        return LogProbe(name, self._named("logs", self.settings.logs, name), self._guard, self._evidence)

    def folder(self, name: str) -> "FolderProbe":
        """Return the probe for the folder `name`; Unverified for a name that the file does not have."""
        from gonogo.probes.folder import FolderProbe

        return FolderProbe(name, self._named("folders", self.settings.folders, name), self._evidence)

    def stream(self, name: str) -> "StreamProbe":
        """Return the probe for the event stream `name`; Unverified for a name that the file does not have."""
        path = self._named("streams", self.settings.streams, name)

        def make() -> "StreamProbe":
            from gonogo.probes.sse import StreamProbe

            return StreamProbe(self.name, path, self.settings, self._guard, self._evidence, self._run_id)

        return self._once(f"stream {name}", make)

    @property
    def prometheus(self) -> "PrometheusSource":
        """The Prometheus that watches it; Unverified where the file has none."""

        def make() -> "PrometheusSource":
            from gonogo.probes.metrics.prometheus import PrometheusSource
            from gonogo.probes.metrics.prometheus_api import PrometheusApi

            settings = self._section("prometheus", self.settings.prometheus)
            api = PrometheusApi(self.name, settings, self._guard, self._evidence, self._run_id)
            return PrometheusSource(api, settings)

        return self._once("prometheus", make)

    @property
    def exposition(self) -> "ExpositionSource":
        """The metrics that it serves itself, as Prometheus text."""

        def make() -> "ExpositionSource":
            from gonogo.probes.metrics.exposition import ExpositionSource

            return ExpositionSource(self.http, self._evidence)

        return self._once("exposition", make)

    @property
    def rules(self) -> "RuleProbe":
        """The alerting rules of its Prometheus; Unverified where the file has none."""
        from gonogo.probes.metrics.rules import RuleProbe

        return RuleProbe(self.prometheus.api)

    def metric(self, name: str, since: float | None = None) -> "Measurement | Rate":
        """Return the present figure `name`; raises as `metrics.source.read` does.

        Args:
            name: Its name in the environment file.
            since: From when the release has been serving, Unix time; a figure whose window began before is refused.
        """
        from gonogo.probes.metrics.figures import Samples

        figure = self._figure(name, since)
        if isinstance(figure, Samples):
            raise Unverified(f"{self.name}: {name!r} gives samples and no figure; give its exposition a quantile")
        return figure

    def samples(self, name: str, since: float | None = None) -> "Samples":
        """Return the samples `name` by bucket; Unverified if it gives one figure; raises as `metric` does."""
        from gonogo.probes.metrics.figures import Samples

        figure = self._figure(name, since)
        if not isinstance(figure, Samples):
            raise Unverified(f"{self.name}: {name!r} gives one figure and no samples; leave its quantile out")
        return figure

    def metric_settings(self, name: str) -> MetricSettings:
        """Return the table of the metric `name`; Unverified for a name that the file does not have."""
        return self._named("metrics", self.settings.metrics, name)

    def _figure(self, name: str, since: float | None) -> "Figure":
        from gonogo.probes.metrics import source

        settings = self.metric_settings(name)
        found = self._once(f"metrics from {settings.kind}", lambda: source.make(settings.kind, self))
        return source.read(found, name, settings, since)

    def query(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return the rows of the query `name`; raises as `SqlProbe.rows` does."""
        query = self._named("queries", self.settings.queries, name)
        return self.sql.rows(query.sql, parameters, query=name)

    def value(self, name: str, **parameters: Any) -> Measurement:
        """Return the one value of the query `name`, in the unit of the file; raises as `SqlProbe.value` does."""
        query = self._named("queries", self.settings.queries, name)
        return self.sql.value(query.sql, parameters, subject=name, unit=query.unit, query=name)

    def rate(self, name: str, **parameters: Any) -> "Rate":
        """Return the rate that the query `name` counts; raises as `SqlProbe.rows` and `counted` do."""
        from gonogo.probes.metrics import counted

        query = self._named("queries", self.settings.queries, name)
        return counted(name, query.min_samples, self.sql.rows(query.sql, parameters, query=name))

    def study(self, name: str) -> "QueryStudy":
        """Return the query `name` to be timed and explained; Unverified for a name that the file does not have."""
        from gonogo.probes.query_study import QueryStudy

        return QueryStudy(name, self._named("queries", self.settings.queries, name), self.sql, self._guard)

    def spread(self, path: str, n: int, header: str = "X-Colour") -> "Spread":
        """Return who answers `n` requests, each over a fresh connection, by a response header."""
        from gonogo.probes.traffic import spread

        return spread(self.http, self._evidence, path, n, header)

    def text(self, name: str) -> str:
        """Return the text `name`, such as a message that the release must show."""
        return self._named("texts", self.settings.texts, name)

    def path(self, name: str, **parameters: str) -> str:
        """Return the path `name` with its {placeholders} filled in and quoted."""
        template = self._named("paths", self.settings.paths, name)
        wanted = {field for _, field, _, _ in Formatter().parse(template) if field is not None}
        if wanted != set(parameters):
            place = f"{self._file} [targets.{self.name}.paths] {name!r}"
            raise Unverified(f"{place}: needs {sorted(wanted)}, given {sorted(parameters)}")
        return template.format(**{key: quote(value, safe="") for key, value in parameters.items()})

    def releases(self) -> tuple[str, ...]:
        """Return which release serves, as each of `version.probes` fresh connections says.

        Raises:
            Unverified: If the file has no version for this target, or what it points at is no text.
        """
        version = self._section("version", self.settings.version)
        path, _, pointer = version.json_.partition("#")
        seen = []
        for _ in range(version.probes):
            self.http.renew()
            release = self.http.get(path).require(200).json_at(pointer)
            if not isinstance(release, str) or not release:
                raise Unverified(f"{self.name}: {version.json_} is {release!r}, required the name of a release")
            seen.append(release)
        return tuple(seen)

    def close(self) -> None:
        """Close every probe."""
        while self._made:
            self._made.popitem()[1].close()

    def _once(self, key: str, make: Callable[[], T]) -> T:
        if key not in self._made:
            self._made[key] = make()
        return cast("T", self._made[key])

    def _section(self, section: str, settings: T | None) -> T:
        if settings is None:
            place = f"[targets.{self.name}.{section}]"
            raise Unverified(f"{self.name}: no {place} in {self._file}; add it, or set the variables it names")
        return settings

    def _named(self, section: str, known: Mapping[str, T], name: str) -> T:
        if name not in known:
            self._unknown(section, known, name)
        return known[name]

    def _unknown(self, section: str, known: Mapping[str, object], name: str) -> NoReturn:
        close = difflib.get_close_matches(name, known, 1)
        hint = f", did you mean {close[0]!r}?" if close else "."
        valid = ", ".join(sorted(known)) or "none yet"
        raise Unverified(
            f"{self.name}: there is no {name!r} in {self._file} [targets.{self.name}.{section}]{hint} Valid: {valid}; "
            "or add it there"
        )
