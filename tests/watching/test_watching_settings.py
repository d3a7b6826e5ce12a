"""The table of a canary: what is refused when it is read, and how an environment's scale shortens a watch."""

import re
from pathlib import Path

import pytest
from watching_kit import FILE, PROBES, canary, opened

from gonogo.doctor.targets import examine
from gonogo.environment import load
from gonogo.outcome import Unverified, UsageError
from gonogo.settings import ScaleSettings
from gonogo.watching import Canary, Slower
from gonogo.watching.scale import span

DOCS = Path(__file__).parents[2] / "docs" / "watching.md"
HEAD = """
description = "The examples"
[guard]
kind = "hermetic"
allowed_hosts = ["docflow.example.com"]
mutations = "refuse"
[targets.docflow]
base_url = "https://docflow.example.com"
"""
ONE, OTHER = "http://127.0.0.1:1", "http://127.0.0.1:2"
METRICS = """
[targets.docflow.canary.prometheus]
baseline = { arm = "stable" }
candidate = { arm = "canary" }
[targets.docflow.canary.prometheus.operations]
API = { histogram = "api_seconds" }
"""
LOG = """
[targets.docflow.canary.access_log]
log = "access"
pattern = '(?P<at>\\S+) (?P<arm>\\S+) (?P<status>\\d+) (?P<latency>\\S+)'
baseline = "stable"
candidate = "canary"
"""


@pytest.mark.parametrize(
    ("source", "table", "says"),
    [
        ("probes", METRICS, 'source = "probes" needs its table (given: prometheus)'),
        ("prober", PROBES, "source: Input should be 'probes', 'prometheus' or 'access_log'"),
        ("probes", PROBES.replace("lanes", "lane"), "unknown key 'lane', did you mean 'lanes'?"),
        ("probes", PROBES.replace('"/queue"', '"queue"'), "path: String should match pattern"),
        (
            "probes",
            PROBES.replace("pairs_per_s = 100", "pairs_per_s = 0"),
            "pairs_per_s: Input should be greater than 0",
        ),
        ("probes", PROBES.replace("weight = 3", "method = 'POST'"), "unknown key 'method'"),
        ("probes", PROBES.replace("lanes = 100", 'told = { candidate = "x" }'), "told: give told_by as well"),
        ("probes", "share = 1.5\n" + PROBES, "share: Input should be less than 1"),
        ("prometheus", METRICS.replace('"canary"', '"stable"'), "both arms would be one"),
        ("prometheus", METRICS + 'other = { histogram = "x" }\n', "name the operation that counts every request"),
        ("prometheus", METRICS.replace('"api_seconds"', '"x", failed = "a"'), "give requests and failed, or neither"),
        ("prometheus", METRICS.replace('"api_seconds"', '"x", labels = \'a="b\''), "labels: "),
        ("access_log", LOG.replace("(?P<arm>", "("), "pattern: has no group arm"),
        ("access_log", LOG.replace("(?P<at>", "(?P<at"), "is no regular expression"),
        ("access_log", LOG.replace('candidate = "canary"', 'candidate = "stable"'), "both arms would be one"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(tmp_path: Path, source: str, table: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        opened(tmp_path, ONE, OTHER, source=source, canary=table)
    assert says in str(refused.value)
    assert "environments/case.toml [targets.docflow" in str(refused.value)


def test_a_target_is_not_compared_with_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("watching_kit.FILE", FILE.replace('candidate = "canary"', 'candidate = "stable"'))
    with pytest.raises(UsageError, match="baseline and candidate are both 'stable'"):
        opened(tmp_path, ONE, OTHER)


def test_a_target_without_a_canary_and_one_that_is_not_there_are_unverified(tmp_path: Path) -> None:
    bench = opened(tmp_path, ONE, OTHER)
    with pytest.raises(Unverified, match=r"no \[targets\.stable\.canary\] in environments/case\.toml; add it"):
        Canary(bench, "stable")
    with pytest.raises(Unverified, match=r"has no \[targets\.other\]"):
        Canary(bench, "other")


def test_a_source_that_the_target_lacks_is_unverified(tmp_path: Path) -> None:
    bench = opened(tmp_path, ONE, OTHER, source="prometheus", canary=METRICS)
    with pytest.raises(Unverified, match=r"needs \[targets\.docflow\.prometheus\]"):
        canary(bench).observe(1800, [Slower(0.2)])


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"load": "refuse"}, 'canary of docflow: its probes need load = "allow" and a budget'),
        ({"source": "prometheus", "canary": METRICS}, "canary of docflow: it needs [targets.docflow.prometheus]"),
        ({"source": "access_log", "canary": LOG}, "canary of docflow: there is no log 'access'"),
    ],
)
def test_the_doctor_says_what_a_canary_needs(tmp_path: Path, values: dict[str, str], says: str) -> None:
    found = [finding.what for finding in examine(opened(tmp_path, ONE, OTHER, **values))]
    assert any(one.startswith(says) for one in found), found


@pytest.mark.parametrize(
    ("planned_s", "most_s", "least_s", "wanted"),
    [
        (1800, None, 0.0, (1800, 10, 120, "")),
        (3600, None, 0.0, (3600, 10, 120, "")),
        (1800, 30, 0.0, (30, 0.5, 30, "30 s of 30 min")),
        (1800, 30, 2.0, (30, 2, 30, "30 s of 30 min")),
        (1800, 360, 0.0, (360, 2, 120, "6 min of 30 min")),
        (20, 30, 0.0, (20, 0.5, 20, "")),
        (1800, 6, 30.0, (6, 6, 6, "6 s of 30 min")),
    ],
)
def test_strata_shrink_with_the_duration_and_onsets_do_not(
    planned_s: float, most_s: float | None, least_s: float, wanted: tuple[float, float, float, str]
) -> None:
    found = span(planned_s, ScaleSettings(watch_duration_s=most_s), least_s)
    assert (found.duration_s, found.stratum_s, found.onset_s, found.rehearsal) == wanted


def test_the_examples_of_the_docs_are_read(tmp_path: Path) -> None:
    examples = re.findall(r"^```toml\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "docs.toml").write_text("\n".join([HEAD, *examples]), encoding="utf-8")
    environment = load(tmp_path, "docs", {})
    found = environment.targets["docflow"].canary
    assert environment.scale.watch_duration_s == 30
    assert found is not None
    assert all((found.probes, found.prometheus, found.access_log))


def test_full_runs_it_whole_and_brief_shorter_still(tmp_path: Path) -> None:
    for name, more, wanted in (("a", {}, 30), ("b", {"full": True}, None), ("c", {"brief": True}, 6)):
        (tmp_path / name).mkdir()
        assert opened(tmp_path / name, ONE, OTHER, watch_s=30, **more).scale.watch_duration_s == wanted
