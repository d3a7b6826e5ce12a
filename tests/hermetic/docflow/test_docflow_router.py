"""The router: its shares, who may come in, sessions that stay on their arm, and WebSockets that pass through."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from docflow_socket import heard
from docflow_world import ADMIN, Docflow

from hermetic.docflow.platforms.sharing import compose
from hermetic.docflow.server.metrics import Metrics
from hermetic.docflow.server.updates import CHANNEL, Updates
from hermetic.kit.balancer import conf
from hermetic.kit.balancer.nginx import program


def arms(docflow: Docflow, number: int = 100, **headers: str) -> Counter[str]:
    """Return who answers so many requests of the router."""
    return Counter(
        docflow.ask("GET", "/health", port="router", headers=headers).headers["X-Arm"] for _ in range(number)
    )


@pytest.mark.parametrize("share", [0, 10, 50, 100])
def test_requests_are_shared_as_it_is_set(arranged: Docflow, share: int) -> None:
    arranged.arrange("full")
    done = arranged.run("canary", "set", f"--share={share}")
    assert (done.returncode, done.stdout.strip()) == (0, str(share))
    assert abs(arms(arranged)["canary"] - share) <= 1


def test_a_share_that_cannot_be_is_usage(docflow: Docflow) -> None:
    for option in ("--share=5", "--share=110", "--share=x"):
        assert docflow.run("canary", "set", option).returncode == 2
    assert docflow.run("canary", "show").stdout.strip() == "10"


def test_a_session_stays_on_its_arm_while_that_has_traffic(arranged: Docflow) -> None:
    arranged.arrange("full")
    assert set(arms(arranged, 20, Cookie="docflow_arm=canary")) == {"canary"}
    assert set(arms(arranged, 20, Cookie="docflow_arm=stable")) == {"stable"}
    arranged.run("canary", "set", "--share=0")
    assert set(arms(arranged, 20, Cookie="docflow_arm=canary")) == {"stable"}


def test_only_testers_come_into_staging(docflow: Docflow) -> None:
    stranger = {"Authorization": ""}
    for path in ("/admin/queue", f"{ADMIN}/queue", "/metrics", "/ws/updates"):
        reply = docflow.ask("GET", path, port="router", headers=stranger)
        assert (reply.status_code, reply.headers.get("X-Arm")) == (403, None)
    for path in ("/health", "/admin/sign-in", "/assets/api.js"):
        assert docflow.ask("GET", path, port="router", headers=stranger).status_code == 200
    assert docflow.get(f"{ADMIN}/audit", "router")


def test_everybody_comes_into_the_canary(arranged: Docflow) -> None:
    arranged.arrange("canary")
    reply = arranged.ask("GET", f"{ADMIN}/queue", port="router", headers={"Authorization": ""})
    assert (reply.status_code, reply.headers["X-Arm"] in ("stable", "canary")) == (401, True)


@pytest.mark.parametrize("port", ["stable", "canary", "router"])
def test_a_change_is_told_over_the_websocket_whoever_made_it(docflow: Docflow, port: str) -> None:
    names: list[str] = []

    def work() -> None:
        for maker in ("stable", "canary"):
            names.append(docflow.upload(port=maker)["id"])
        docflow.ask("DELETE", f"{ADMIN}/documents/{names[0]}")

    messages = heard(docflow.url(port), docflow.login, work, 3)
    expected = [(names[0], "uploaded"), (names[1], "uploaded"), (names[0], "deleted")]
    assert [(one["id"], one["change"]) for one in messages] == expected
    assert {one["type"] for one in messages} == {"queue"}


class Listener(Updates):
    """What an instance has of updates, with one reader who is told everything as it was heard."""

    def __init__(self, docflow: Docflow) -> None:
        super().__init__(docflow.world, Metrics("canary", "2.3.0", featured=True, faults=()), faults=())
        self.told: asyncio.Queue[str] = asyncio.Queue()

    def _tell(self, payload: str) -> None:
        self.told.put_nowait(payload)


def test_who_begins_to_hear_misses_no_change_from_then_on(docflow: Docflow) -> None:
    async def hear() -> str:
        listener = Listener(docflow)
        async with listener.hearing(), asyncio.timeout(10):
            with docflow.world.connect(docflow.world.store) as connection:
                connection.execute('select pg_notify(%s, \'{"id": "DOC-1"}\')', [CHANNEL])
            return await listener.told.get()

    assert docflow.get("/health")["checks"] == {"store": "ok"}
    assert asyncio.run(hear()) == '{"id": "DOC-1"}'


def test_a_websocket_wants_a_login(docflow: Docflow) -> None:
    for port in ("stable", "router"):
        assert heard(docflow.url(port), {}, lambda: None, 1) == 403


def test_a_silent_websocket_is_a_fault(docflow: Docflow) -> None:
    with docflow.planted("websocket-silent"):
        assert heard(docflow.url(), docflow.login, docflow.upload, 1, within_s=0.5) == []


@pytest.mark.parametrize("gated", [True, False])
@pytest.mark.parametrize("share", [0, 10, 100])
def test_the_configuration_is_read_back(tmp_path: Path, share: int, gated: bool) -> None:
    file = tmp_path / "router.conf"
    file.write_text(compose(share, gated=gated), encoding="utf-8")
    servers = {server.port: server for server in conf.read(file, "docflow")}
    live = {port: server.weight for port, server in servers.items() if not server.down}
    assert live == {port: weight for port, weight in ((8080, 100 - share), (8081, share)) if weight}
    assert ("auth_request" in file.read_text(encoding="utf-8")) is gated


def test_the_state_says_which_router_serves(docflow: Docflow) -> None:
    assert docflow.control("GET", "/state")["router"] == ("nginx" if program() else "own")


@pytest.mark.parametrize(
    ("fault", "share"), [("share-of-3-percent", 3), ("share-configured-wrong", 20), ("staging-open-to-all", 10)]
)
def test_faults_of_the_router(arranged: Docflow, fault: str, share: int) -> None:
    with arranged.planted(fault, arrange=True):
        assert abs(arms(arranged)["canary"] - share) <= 1
        shown = "20" if fault == "share-configured-wrong" else "10"
        assert arranged.run("canary", "show").stdout.strip() == shown
        reply = arranged.ask("GET", f"{ADMIN}/queue", port="router", headers={"Authorization": ""})
        assert reply.status_code == (401 if fault == "staging-open-to-all" else 403)
