"""Scraping one target: its text, each interval, into the store; and the end of what it no longer shows."""

import asyncio
import math
import time

from hermetic.docflow.observing.own.configuration import Target
from hermetic.docflow.observing.own.store import Store
from hermetic.docflow.observing.own.text import Samples, Text
from hermetic.docflow.observing.promql.labels import NAME, Labels, made
from hermetic.kit.http_client import BROKEN, Client

PATH = "/metrics"
ACCEPT = ((b"accept", b"text/plain;version=0.0.4"), (b"user-agent", b"docflow-observer"))


def now() -> int:
    """Return Unix time in ms."""
    return time.time_ns() // 1_000_000


class Scraper:
    """Scrapes one target each interval, until it is cancelled."""

    def __init__(self, target: Target, store: Store, interval_ms: int) -> None:
        self._target = target
        self._store = store
        self._interval_s = interval_ms / 1000
        self._client = Client(f"http://{target.address}")
        self._read = Text(target.labels)
        self._seen: set[Labels] = set()

    async def run(self) -> None:
        """Scrape for ever; then what was seen ends."""
        due = time.monotonic()
        try:
            while True:
                await self.scrape()
                due = max(due + self._interval_s, time.monotonic())
                await asyncio.sleep(due - time.monotonic())
        finally:
            self._keep({}, now())

    async def scrape(self) -> None:
        """Scrape once; a target that does not answer in time, or not with metrics, is down, and its series end."""
        at, began = now(), time.perf_counter()
        try:
            found = self._read.samples(await asyncio.wait_for(self._text(), self._interval_s))
            up = 1.0
        except (*BROKEN, TimeoutError, ValueError):
            found, up = {}, 0.0
        own = {"up": up, "scrape_duration_seconds": time.perf_counter() - began}
        own["scrape_samples_scraped"] = float(len(found))
        self._keep({**found, **{made([*self._target.labels, (NAME, name)]): value for name, value in own.items()}}, at)

    async def _text(self) -> str:
        reply = await self._client.send("GET", PATH, ACCEPT)
        body = await reply.read()
        if reply.status != 200:
            raise ValueError(f"status {reply.status}")
        return body.decode()

    def _keep(self, found: Samples, at: int) -> None:
        for labels, value in found.items():
            self._store.add(labels, at, value)
        for labels in self._seen - set(found):
            self._store.add(labels, at, math.nan, end=True)
        self._seen = set(found)
