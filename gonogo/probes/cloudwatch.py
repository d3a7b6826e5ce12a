"""CloudWatch: reads alarms, how they are set up and what they say, and metrics."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session as CoreSession

from gonogo.evidence import Evidence
from gonogo.guard import Guard, asked
from gonogo.outcome import Missed, Unverified
from gonogo.probes import USER_AGENT
from gonogo.probes.alarm import Alarm
from gonogo.settings import CloudWatchSettings

_NETWORK_PROVIDERS = ("container-role", "iam-role")
_DEADLINE_S = 10


class CloudWatchProbe:
    """Asks CloudWatch of one region, with the keys of the environment file or those that boto3 finds on this machine.

    Keys are never fetched over the network; the instance's own role is not used.
    """

    source = "cloudwatch"

    def __init__(self, name: str, settings: CloudWatchSettings, guard: Guard, evidence: Evidence) -> None:
        self.name = name
        self._settings = settings
        self._guard = guard
        self._evidence = evidence
        self._client: Any = None

    def alarm(self, name: str) -> Alarm:
        """Return the alarm `name`.

        Raises:
            GuardRefused: If the endpoint is not an allowed host.
            Unverified: If there are no credentials, or CloudWatch does not answer or refuses them.
            Missed: If there is no metric alarm of that name.
        """
        found = self._describe(name)
        self._evidence.add(f"alarm {name}", json.dumps(found, default=str, indent=2), "application/json", ".json")
        if not found:
            raise Missed(
                f"CloudWatch of {self.name}: there is no metric alarm {name!r} in {self._settings.region}; create it"
            )
        return _alarm(found[0])

    def metric_data(self, queries: list[dict[str, Any]], start: datetime, end: datetime) -> list[dict[str, Any]]:
        """Return the results of `queries` (MetricDataQueries of GetMetricData) from `start` to `end`, one for each.

        Raises:
            GuardRefused, Unverified: As `alarm` says.
        """
        with self._asking("metrics") as client:
            answer = client.get_metric_data(MetricDataQueries=queries, StartTime=start, EndTime=end)
        found: list[dict[str, Any]] = answer["MetricDataResults"]
        record = {"queries": queries, "start": start, "end": end, "results": found, "messages": answer.get("Messages")}
        self._evidence.add("metrics", json.dumps(record, default=str, indent=2), "application/json", ".json")
        return found

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _describe(self, name: str) -> list[dict[str, Any]]:
        with self._asking(f"alarm {name!r}") as client:
            answer = client.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"])
        alarms: list[dict[str, Any]] = answer["MetricAlarms"]
        return alarms

    @contextmanager
    def _asking(self, what: str) -> Iterator[Any]:
        """Hand out the client, once the guard has let it pass; what goes wrong inside is Unverified."""
        try:
            client = self._open()
            self._guard.request("GET", client.meta.endpoint_url)
            with asked():
                yield client
        except (BotoCoreError, ClientError) as error:
            said = self._evidence.scrub(str(error)[:300])
            raise Unverified(
                f"CloudWatch of {self.name}: {what}: {said}; check [targets.{self.name}.cloudwatch] and the rights of "
                "its keys"
            ) from None

    def _open(self) -> Any:
        if self._client is None:
            session = self._session()
            limits = Config(
                connect_timeout=_DEADLINE_S,
                read_timeout=_DEADLINE_S,
                retries={"total_max_attempts": 2, "mode": "standard"},
                user_agent_extra=USER_AGENT.replace(" ", "_"),
                proxies={},
            )
            self._client = session.client("cloudwatch", endpoint_url=self._settings.endpoint_url, config=limits)
        return self._client

    def _session(self) -> boto3.Session:
        settings = self._settings
        key, secret = settings.access_key_id, settings.secret_access_key
        core = CoreSession()
        for provider in _NETWORK_PROVIDERS:
            core.get_component("credential_provider").remove(provider)
        session = boto3.Session(
            aws_access_key_id=key.reveal() if key else None,
            aws_secret_access_key=secret.reveal() if secret else None,
            region_name=settings.region,
            botocore_session=core,
        )
        if session.get_credentials() is None:
            raise Unverified(
                f"CloudWatch of {self.name}: no credentials; set access_key_id and secret_access_key of "
                f"[targets.{self.name}.cloudwatch], or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        return session


def _alarm(found: dict[str, Any]) -> Alarm:
    return Alarm(
        name=found["AlarmName"],
        state=found["StateValue"],
        namespace=found.get("Namespace", ""),
        metric=found.get("MetricName", ""),
        comparison=found["ComparisonOperator"],
        threshold=float(found["Threshold"]),
        period_s=int(found.get("Period", 0)),
        evaluation_periods=int(found["EvaluationPeriods"]),
        actions=tuple(found.get("AlarmActions", ())),
        actions_enabled=bool(found.get("ActionsEnabled", False)),
        updated=found["StateUpdatedTimestamp"].isoformat(),
    )
