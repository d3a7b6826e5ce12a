"""A CloudWatch for one world: moto's server, with the plan's alarm put in through boto3, evaluated as AWS would.

moto keeps alarms but does not evaluate them. Before each request this server ships new validation errors from the
events as ValidationErrorCount (real put_metric_data), sums the last five minutes, and sets the alarm's state from
that.
"""

import os
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from hermetic.kit.planted import Planted
from hermetic.mes.command import request
from hermetic.mes.store.tables import Connection
from hermetic.mes.world import AWS_VARIABLES, World

NAMESPACE, METRIC, ALARM = "MES", "ValidationErrorCount", "MES-ValidationErrors-High"
PERIOD_S, THRESHOLD = 300, 10
REGION = AWS_VARIABLES["AWS_DEFAULT_REGION"]
NEW_ERRORS = """
    select id, at from mes.events
    where kind in ('creation', 'edit') and outcome = 'invalid' and id > %s and at > now() - interval '1 hour'
    order by id
"""
GENERATION = (
    "select coalesce(min(id), 0), (select relfilenode from pg_class where oid = 'mes.events'::regclass) from mes.events"
)
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Agent:
    """Ships errors and evaluates the alarm; a world that was arranged anew starts from nothing."""

    def __init__(self, world: World, endpoint: str) -> None:
        self.faults = Planted(world.faults_file)
        self.connection: Connection = world.connect()
        options = {"endpoint_url": endpoint, "region_name": REGION}
        keys = {"aws_access_key_id": "stand-in", "aws_secret_access_key": "stand-in"}
        self.cloudwatch = boto3.client("cloudwatch", **options, **keys)
        self.sns = boto3.client("sns", **options, **keys)
        self.reset_url = f"{endpoint}/moto-api/reset"
        self.shipped = 0
        self.seen: object = None
        self.lock = threading.Lock()

    def refresh(self) -> None:
        """Bring alarm, metric and state up to date with the world."""
        with self.lock:
            row = self.connection.execute(GENERATION).fetchone()
            generation = (row[1] if row else None, tuple(self.faults))
            if generation != self.seen:
                self.shipped, self.seen = 0, generation
                request("POST", self.reset_url)
                self.put_alarm()
            self.ship()
            self.evaluate()

    def put_alarm(self) -> None:
        if "alarm-missing" in self.faults:
            return
        topic = self.sns.create_topic(Name="mes-incident-response")["TopicArn"]
        at_least = "alarm-fires-at-ten" in self.faults
        self.cloudwatch.put_metric_alarm(
            AlarmName="MES-Errors" if "alarm-renamed" in self.faults else ALARM,
            AlarmDescription="Validation errors of production plans",
            Namespace=NAMESPACE,
            MetricName="RequestCount" if "alarm-wrong-metric" in self.faults else METRIC,
            Statistic="Sum",
            Period=PERIOD_S,
            EvaluationPeriods=1,
            Threshold=THRESHOLD,
            ComparisonOperator="GreaterThanOrEqualToThreshold" if at_least else "GreaterThanThreshold",
            TreatMissingData="notBreaching",
            AlarmActions=[] if "alarm-silent" in self.faults else [topic],
        )

    def alarms(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.cloudwatch.describe_alarms()["MetricAlarms"]
        return found

    def ship(self) -> None:
        rows = self.connection.execute(NEW_ERRORS, [self.shipped]).fetchall()
        for identity, at in rows:
            datum = {"MetricName": METRIC, "Timestamp": at, "Value": 1, "Unit": "Count"}
            self.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=[datum])
            self.shipped = identity

    def evaluate(self) -> None:
        """Set each alarm's state from the sum of its metric over its period, ending now."""
        for alarm in self.alarms():
            total = self.total(alarm["MetricName"], alarm["Period"])
            or_equal = alarm["ComparisonOperator"].startswith("GreaterThanOrEqual")
            breached = total > alarm["Threshold"] or (or_equal and total == alarm["Threshold"])
            state = "ALARM" if breached else "OK"
            if alarm["StateValue"] != state:
                reason = f"Threshold Crossed: {total:g} errors in {alarm['Period']} s against {alarm['Threshold']:g}"
                self.cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue=state, StateReason=reason)

    def total(self, metric: str, period_s: int) -> float:
        end = datetime.now(UTC) + timedelta(seconds=1)
        points = self.cloudwatch.get_metric_statistics(
            Namespace=NAMESPACE, MetricName=metric, Period=period_s, Statistics=["Sum"],
            StartTime=end - timedelta(seconds=period_s), EndTime=end,
        )["Datapoints"]  # fmt: skip
        return float(sum(point["Sum"] for point in points))


def make_servers(world: World, listener: int) -> tuple[BaseWSGIServer, BaseWSGIServer]:
    """Return the public server on an inherited socket, and a private one on which the agent reaches its backend."""
    backend: Wsgi = DomainDispatcherApplication(create_backend_app)
    private = make_server("127.0.0.1", 0, backend, threaded=True)
    threading.Thread(target=private.serve_forever, daemon=True).start()
    agent = Agent(world, f"http://127.0.0.1:{private.server_port}")

    def public(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        agent.refresh()
        return backend(environ, start_response)

    with socket.socket(fileno=os.dup(listener)) as copy:
        port = copy.getsockname()[1]
    return make_server("127.0.0.1", port, public, threaded=True, fd=listener), private


if __name__ == "__main__":
    make_servers(World.find(), int(sys.argv[1]))[0].serve_forever()
