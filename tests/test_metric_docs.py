"""The examples of docs/metrics.md are environment files that are read."""

import re
from pathlib import Path

from gonogo.environment import load

DOCS = Path(__file__).parents[1] / "docs" / "metrics.md"
HEAD = """
description = "The examples"

[guard]
kind = "staging"
allowed_hosts = ["docflow.example.com"]
mutations = "refuse"

[targets.docflow]
base_url = "https://docflow.example.com"
"""


def test_every_example_is_read_and_every_source_has_one(tmp_path: Path) -> None:
    examples = re.findall(r"^```toml\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "docs.toml").write_text("\n".join([HEAD, *examples]), encoding="utf-8")

    target = load(tmp_path, "docs", {"PROMETHEUS_TOKEN": "canary-token-77"}).targets["docflow"]

    assert target.prometheus is not None
    kinds = {metric.kind for metric in target.metrics.values()}
    assert kinds == {"prometheus", "exposition", "json", "sql", "redis", "cloudwatch", "survey"}
