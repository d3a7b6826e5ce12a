"""`gonogo doctor`: what it finds, how it says it, and what it never does."""

import io
import json
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gonogo import baselines, doctor
from gonogo.doctor import machine, targets
from gonogo.outcome import Unverified

ROOT = Path(__file__).parents[1]
SECRET = "correct-horse-battery"
ENVIRONMENT = """
description = "A staging system"
attestations = "signed"
[guard]
kind = "staging"
allowed_hosts = ["127.0.0.1"]
mutations = "refuse"
[targets.mes]
base_url = {env = "MES_URL"}
token = {env = "MES_TOKEN"}
deadline_s = 2
version = {json = "/health#/release", probes = 2}
[targets.mes.logs.backend]
path = {env = "MES_LOG", optional = true}
"""
CANARY = """
[targets.old]
base_url = {env = "MES_URL"}
[targets.mes.canary]
baseline = "old"
candidate = "mes"
source = "probes"
[targets.mes.canary.probes]
pairs_per_s = 1
[targets.mes.canary.probes.operations]
health = { path = "/health" }
"""
ATTESTATION = """
[[attestation]]
criteria = ["R1-P3-08"]
statement = "The team knows the window."
person = "Deployment lead on duty"
role = "Deployment lead"
release = "2.3.0"
environment = "staging"
signed_at = 2026-01-01T00:00:00Z
expires = 2126-01-01T00:00:00Z
decision = "approve"
"""


@dataclass
class Served:
    """A small product on loopback that says which release it runs, in turn."""

    releases: list[str] = field(default_factory=lambda: ["2.3.0"])
    methods: list[str] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def product() -> Iterator[Served]:
    served = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.methods.append(f"{self.command} {self.path}")
            release = served.releases[(len(served.methods) - 1) % len(served.releases)]
            streams = self.path == "/events"
            body = b": here\n\n" if streams else json.dumps({"release": release}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream" if streams else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name of the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield served
    server.shutdown()
    server.server_close()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one environment, one signed statement and the first rollout's criteria."""
    (tmp_path / "environments").mkdir()
    (tmp_path / "environments" / "staging.toml").write_text(ENVIRONMENT, encoding="utf-8")
    (tmp_path / "signed").mkdir()
    (tmp_path / "signed" / "a.toml").write_text(ATTESTATION, encoding="utf-8")
    (tmp_path / "features" / "canonical_model").mkdir(parents=True)
    plan = "features/canonical_model/criteria.csv"
    shutil.copy(ROOT / plan, tmp_path / plan)
    monkeypatch.setenv("MES_TOKEN", SECRET)
    monkeypatch.delenv("MES_URL", raising=False)
    monkeypatch.delenv("MES_LOG", raising=False)
    return tmp_path


def said(root: Path, release: str = "", env: str = "staging") -> tuple[int, str]:
    out = io.StringIO()
    code = doctor.run(root, env, out, release)
    return code, out.getvalue()


def test_all_there_is_exit_zero_and_only_get_requests_were_sent(
    checkout: Path, product: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MES_URL", product.url)
    code, text = said(checkout)
    assert (code, text.splitlines()[-1]) == (0, "staging: all that a run needs is there")
    assert f"ok        mes at {product.url} serves release 2.3.0 (2 of 2 answers)" in text
    assert product.methods == ["GET /health"] * 2


def test_each_finding_is_one_line_and_leaves_no_files_behind(
    checkout: Path, product: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MES_URL", product.url)
    before = sorted(checkout.rglob("*"))
    _, text = said(checkout)
    words = {line.split(" ")[0] for line in text.splitlines()[:-1]}
    assert words <= {"ok", "optional", "problem", "malformed"}
    assert sorted(checkout.rglob("*")) == before


def test_a_stream_that_is_none_is_a_problem(checkout: Path, product: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MES_URL", product.url)
    with (checkout / "environments" / "staging.toml").open("a", encoding="utf-8") as file:
        file.write('[targets.mes.streams]\nplans = "/events"\nparts = "/parts"\n')
    code, text = said(checkout)
    assert code == 8
    assert "ok        stream 'plans' of mes is open to us" in text
    assert re.search(r"problem   stream 'parts' of mes: .*application/json.*text/event-stream", text)


def test_a_canary_says_whether_it_has_the_time_before_to_go_by(
    checkout: Path, product: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MES_URL", product.url)
    with (checkout / "environments" / "staging.toml").open("a", encoding="utf-8") as file:
        file.write(CANARY)
    nothing = (
        "optional  canary of mes: nothing was captured yet, so it is compared with old alone; after a run that was GO"
    )
    assert nothing in said(checkout)[1]
    baselines.write(checkout / "baselines", "staging", baselines.of_canary("mes", ""), [0.02], "2.2.9")
    assert "nothing was captured" not in said(checkout)[1]


def test_an_unset_variable_is_missing_with_its_place_and_nothing_is_sent(checkout: Path, product: Served) -> None:
    code, text = said(checkout)
    assert code == 8
    assert "problem   MES_URL is not set (for targets.mes.base_url); export it" in text
    assert product.methods == []


def test_an_unset_optional_variable_says_what_is_left_out(checkout: Path) -> None:
    assert "optional  MES_LOG is not set, so [targets.mes.logs.backend] is left out" in said(checkout)[1]


def test_a_secret_is_never_printed_even_when_a_target_sends_it_back(
    checkout: Path, product: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    product.releases = [SECRET]
    monkeypatch.setenv("MES_URL", product.url)
    _, text = said(checkout)
    assert SECRET not in text
    assert "«redacted:MES_TOKEN»" in text


def test_a_secret_of_the_wrong_form_is_refused_without_showing_it(
    checkout: Path, product: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MES_URL", product.url)
    monkeypatch.setenv("MES_TOKEN", "short7!")
    code, text = said(checkout)
    assert code == 4
    assert "MES_TOKEN must have at least 8 characters" in text
    assert "short7!" not in text
    assert product.methods == []


def test_mistakes_in_the_file_are_all_named_also_while_variables_are_unset(checkout: Path) -> None:
    path = checkout / "environments" / "staging.toml"
    path.write_text(ENVIRONMENT.replace("deadline_s", "deadlin_s").replace('"refuse"', '"maybe"'), encoding="utf-8")
    code, text = said(checkout)
    assert code == 4
    assert "unknown key 'deadlin_s', did you mean 'deadline_s'?" in text
    assert "mutations" in text
    assert "is not set" not in text


@pytest.mark.parametrize(
    ("name", "hint"), [("stagign", "did you mean 'staging'?"), ("../staging", "Valid: staging"), ("", "Valid: staging")]
)
def test_an_unknown_environment_is_exit_four_with_the_valid_names(checkout: Path, name: str, hint: str) -> None:
    code, text = said(checkout, env=name)
    assert code == 4
    assert hint in text


def test_a_target_that_does_not_answer_is_a_problem(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MES_URL", "http://127.0.0.1:1")
    code, text = said(checkout)
    assert code == 8
    assert "problem   mes at http://127.0.0.1:1: " in text


def test_a_target_outside_the_allow_list_is_not_asked(
    checkout: Path, product: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MES_URL", product.url.replace("127.0.0.1", "localhost"))
    code, text = said(checkout)
    assert code == 8
    assert "allowed_hosts" in text
    assert product.methods == []


def test_a_mix_of_releases_is_a_problem(checkout: Path, product: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    product.releases = ["2.2.0", "2.3.0"]
    monkeypatch.setenv("MES_URL", product.url)
    code, text = said(checkout)
    assert code == 8
    assert "serves release 2.2.0 and 2.3.0 in 2 answers; wait until the deploy is complete" in text


def test_a_malformed_attestation_is_exit_four_by_file_and_key(checkout: Path) -> None:
    (checkout / "signed" / "b.toml").write_text("[[attestation]]\nperson = 'x'\n", encoding="utf-8")
    code, text = said(checkout)
    assert code == 4
    assert "b.toml [[attestation]] 1: statement: Field required" in text


def test_expired_statements_and_unknown_criteria_are_named(checkout: Path) -> None:
    path = checkout / "signed" / "a.toml"
    path.write_text(ATTESTATION.replace("2126", "2026-06-01T00:00:00Z#"), encoding="utf-8")
    (checkout / "signed" / "b.toml").write_text(ATTESTATION.replace("R1-P3-08", "R1-P3-998"), encoding="utf-8")
    text = said(checkout)[1]
    assert "optional  attestation of R1-P3-08 by Deployment lead, signed 2026-01-01 expired at 2026-06-01" in text
    assert "problem   attestation of R1-P3-998 by Deployment lead, signed 2026-01-01: no plan has R1-P3-998" in text


def test_for_a_release_it_says_which_signatures_are_missing(checkout: Path) -> None:
    text = said(checkout, release="9.9.9")[1]
    assert "criteria that need a signature have none for 9.9.9: R1-" in text


def test_a_hermetic_environment_needs_no_variables_but_something_to_serve_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = ENVIRONMENT.replace('kind = "staging"', 'kind = "hermetic"')
    (checkout / "environments" / "hermetic.toml").write_text(content, encoding="utf-8")
    monkeypatch.delenv("MES_TOKEN")
    monkeypatch.setattr(machine, "_engine_problem", lambda: "FileNotFoundError")
    monkeypatch.setattr(machine, "_embedded_problem", lambda: None)
    code, text = said(checkout, env="hermetic")
    assert code == 0
    assert "is not set" not in text
    assert "optional  no container engine answers (FileNotFoundError); start Docker" in text
    monkeypatch.setattr(machine, "_embedded_problem", lambda: "Redis")
    code, text = said(checkout, env="hermetic")
    assert code == 8
    assert "problem   no embedded Redis; run make setup" in text


def test_packages_are_held_against_the_lock(checkout: Path) -> None:
    lock = checkout / "requirements.lock"
    real = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lock.write_text(real.replace("\npytest==", "\npytest==0.", 1), encoding="utf-8")
    text = said(checkout)[1]
    assert "problem   packages differ from requirements.lock: pytest " in text
    lock.write_text(real, encoding="utf-8")
    assert "ok        pytest, pytest-bdd, requests, locust, testcontainers, allure-pytest as" in said(checkout)[1]


def test_optimised_python_is_a_problem(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = {name: getattr(sys.flags, name) for name in dir(sys.flags) if not name.startswith("_")}
    monkeypatch.setattr(machine.sys, "flags", SimpleNamespace(**{**real, "optimize": 1}))
    found = list(machine.examine(checkout))
    assert [f.remedy for f in found if "PYTHONOPTIMIZE" in f.what] == ["unset it"]


@pytest.mark.parametrize(("version", "status"), [((3, 10, 9), "problem"), ((3, 11, 0), "ok"), ((3, 14, 0), "problem")])
def test_the_python_version_must_be_one_that_is_supported(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], status: str
) -> None:
    monkeypatch.setattr(machine.sys, "version_info", version)
    assert machine._python().status == status


def test_no_browser_is_said_with_the_way_to_one(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", str(checkout / "nothing"))
    (finding,) = [f for f in machine.examine(checkout) if "browser" in f.what]
    assert (finding.status, "CHROMIUM_PATH" in finding.remedy) == ("optional", True)


@pytest.mark.parametrize(
    ("row", "status", "said_of_it"),
    [
        ({"writable": 0, "superuser": False}, "ok", "can read and write nothing"),
        ({"writable": 3, "superuser": False}, "problem", "may write to 3 tables"),
        ({"writable": 0, "superuser": True}, "problem", "is a superuser"),
    ],
)
def test_a_database_role_that_may_write_is_a_problem(row: dict[str, Any], status: str, said_of_it: str) -> None:
    asked = SimpleNamespace(
        name="mes",
        settings=SimpleNamespace(database=SimpleNamespace(user="reader")),
        sql=SimpleNamespace(rows=lambda statement, query: [row]),
    )
    finding = targets._database(asked)  # type: ignore[arg-type]
    assert finding.status == status
    assert said_of_it in finding.what


def test_a_probe_that_breaks_is_a_finding_and_not_the_end() -> None:
    def unverified() -> doctor.Finding:
        raise Unverified("refused")

    def broken() -> doctor.Finding:
        raise RuntimeError("boom")

    assert str(targets._asked("log of mes", unverified)) == "problem   log of mes: refused"
    assert str(targets._asked("log of mes", broken)) == "problem   log of mes: RuntimeError: boom"


def test_commands_and_folders_that_are_not_there_are_problems(tmp_path: Path) -> None:
    assert targets._command("command 'x'", "no-such-program-here", None).status == "problem"
    assert targets._command("command 'x'", sys.executable, str(tmp_path / "no")).status == "problem"
    assert targets._command("command 'x'", sys.executable, str(tmp_path)).status == "ok"
    assert targets._folder("folder 'x'", tmp_path / "no").status == "problem"
    assert targets._folder("folder 'x'", tmp_path).status == "ok"


def test_the_environments_of_this_repository_are_well_formed() -> None:
    for path in (ROOT / "environments").glob("*.toml"):
        found = doctor.file.examine(ROOT / "environments", path.stem, {})
        assert [str(f) for f in found if f.status == "malformed"] == []
