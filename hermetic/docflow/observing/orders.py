"""What an observer is told to do: whom it scrapes, and which rules it evaluates."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

JOB = "docflow"
EVERY = "1s"  # how often it scrapes, and evaluates


@dataclass(frozen=True)
class Orders:
    """What an observer is told to do.

    Args:
        scrapes: Where each instance listens, such as {"stable": "http://127.0.0.1:4000"}; it is asked for /metrics.
        rules: A file of alerting rules, or None.
        labels: What every scraped series has beside `job` and `instance`.
    """

    scrapes: Mapping[str, str]
    rules: Path | None
    labels: Mapping[str, str]

    def as_configuration(self) -> dict[str, Any]:
        """Return Prometheus' configuration."""
        groups = [self._group(instance, url) for instance, url in self.scrapes.items()]
        return {
            "global": {"scrape_interval": EVERY, "scrape_timeout": EVERY, "evaluation_interval": EVERY},
            "rule_files": [str(self.rules)] if self.rules else [],
            "scrape_configs": [{"job_name": JOB, "static_configs": groups}],
        }

    def _group(self, instance: str, url: str) -> dict[str, Any]:
        return {"targets": [urlsplit(url).netloc], "labels": {**self.labels, "instance": instance}}

    def rules_text(self) -> str:
        return self.rules.read_text(encoding="utf-8") if self.rules else ""

    def write(self, file: Path) -> None:
        file.write_text(json.dumps(self.as_configuration(), indent=2) + "\n", encoding="utf-8")


def spoiled(orders: Orders, faults: Collection[str]) -> Orders:
    """Return the orders as the planted faults have them; `catalogue/observing.py` says what each one means."""
    if "canary-not-scraped" in faults:
        left = {instance: url for instance, url in orders.scrapes.items() if instance != "canary"}
        orders = replace(orders, scrapes=left)
    if "rules-not-loaded" in faults:
        orders = replace(orders, rules=None)
    return orders
