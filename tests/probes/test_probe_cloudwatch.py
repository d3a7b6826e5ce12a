"""CloudWatch against moto's server: how alarms are set up, and what happens without keys."""

from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from fault_rig import closed_port
from moto.server import ThreadedMotoServer
from probe_kit import Kept

from gonogo.backstop import Backstop
from gonogo.evidence import Evidence
from gonogo.guard import Guard, GuardRefused
from gonogo.outcome import Missed, Unverified
from gonogo.probes.cloudwatch import CloudWatchProbe
from gonogo.secrets import Secret
from gonogo.settings import CloudWatchSettings, GuardSettings

REGION = "eu-central-1"
NAME = "MES-ValidationErrors-High"
KEY, SECRET = Secret("AWS_KEY", "canary-key-id-0001"), Secret("AWS_SECRET", "canary-secret-key-0001")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    client = boto3.client(
        "cloudwatch",
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id=KEY.reveal(),
        aws_secret_access_key=SECRET.reveal(),
    )
    client.put_metric_alarm(
        AlarmName=NAME,
        Namespace="MES",
        MetricName="ValidationErrorCount",
        Statistic="Sum",
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Period=300,
        AlarmActions=[f"arn:aws:sns:{REGION}:123456789012:on-call"],
    )
    client.set_alarm_state(AlarmName=NAME, StateValue="OK", StateReason="quiet")
    yield url
    server.stop()


@pytest.fixture(autouse=True)
def no_keys_on_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))


def settings(endpoint: str | None) -> CloudWatchSettings:
    return CloudWatchSettings(region=REGION, endpoint_url=endpoint, access_key_id=KEY, secret_access_key=SECRET)


@pytest.fixture
def cloudwatch(endpoint: str, guard: Guard, evidence: Evidence) -> Iterator[CloudWatchProbe]:
    probe = CloudWatchProbe("mes", settings(endpoint), guard, evidence)
    yield probe
    probe.close()


def test_an_alarm_is_told_as_it_is_set_up(cloudwatch: CloudWatchProbe, kept: Kept) -> None:
    alarm = cloudwatch.alarm(NAME)

    assert (alarm.name, alarm.state, alarm.namespace, alarm.metric) == (NAME, "OK", "MES", "ValidationErrorCount")
    assert (alarm.comparison, alarm.threshold, alarm.period_s, alarm.evaluation_periods) == (
        "GreaterThanThreshold",
        10.0,
        300,
        1,
    )
    assert alarm.actions == (f"arn:aws:sns:{REGION}:123456789012:on-call",)
    assert alarm.actions_enabled
    assert alarm.updated[:2] == "20"
    assert '"Period": 300' in kept.last()


def test_an_alarm_that_is_not_there_is_a_miss(cloudwatch: CloudWatchProbe) -> None:
    with pytest.raises(Missed, match=f"there is no metric alarm 'MES-Other' in {REGION}; create it"):
        cloudwatch.alarm("MES-Other")


def test_the_backstop_lets_the_probe_through(cloudwatch: CloudWatchProbe, guard: Guard) -> None:
    with Backstop(guard) as backstop:
        assert cloudwatch.alarm(NAME).state == "OK"

    assert backstop.attempts == []


def test_without_credentials_it_is_unverified(endpoint: str, guard: Guard, evidence: Evidence) -> None:
    anonymous = CloudWatchSettings(region=REGION, endpoint_url=endpoint)

    with Backstop(guard) as backstop, pytest.raises(Unverified, match="no credentials; set access_key_id"):
        CloudWatchProbe("mes", anonymous, guard, evidence).alarm(NAME)

    assert backstop.attempts == []  # not even the machine's metadata service was asked


def test_an_endpoint_that_is_down_is_unverified(guard: Guard, evidence: Evidence) -> None:
    down = settings(f"http://127.0.0.1:{closed_port()}")

    with pytest.raises(
        Unverified, match=r"alarm 'MES-ValidationErrors-High': .*check \[targets.mes.cloudwatch\]"
    ) as error:
        CloudWatchProbe("mes", down, guard, evidence).alarm(NAME)

    assert "canary" not in str(error.value)


def test_aws_itself_must_be_an_allowed_host(evidence: Evidence) -> None:
    guard = Guard(
        GuardSettings(kind="staging", allowed_hosts=("127.0.0.1",), mutations="refuse"), mutating=lambda: False
    )

    with pytest.raises(GuardRefused, match=r"monitoring\.eu-central-1\.amazonaws\.com:443"):
        CloudWatchProbe("mes", settings(None), guard, evidence).alarm(NAME)
