"""A deployment: what was checked out, what was built, what is served, and how the service was started."""

import json
from datetime import datetime

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.outcome import Missed
from gonogo.probes.command import CommandResult
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes.api import Mes
from systems.mes.deployment import page_release
from systems.mes.logs import Start

PACKAGE = "quote-portal/package.json"


@then("the checked-out code is of the release that is served")
def checkout_of_release(mes: Mes, recorder: Recorder) -> None:
    version = str(json.loads(mes.target.folder("repository").read(PACKAGE))["version"])
    measured = Measurement("version of the checked-out code", version, source="folder", query=PACKAGE)
    recorder.check(measured, Limit("==", mes.health().json_at("/release")), "pull, install, then restart the backend")


@then("the backend was started after the code was pulled")
def started_after_pull(mes: Mes, recorder: Recorder) -> None:
    pulled = datetime.fromisoformat(mes.target.folder("repository").commits()[0].date)
    started = datetime.fromisoformat(mes.health().json_at("/startedAt"))
    measured = Measurement("start of the backend", started.isoformat(), source="http", query="/health")
    recorder.expect(started > pulled, measured, f"after {pulled.isoformat()}, the newest commit", "restart the backend")


@when("the plan designer is fetched", target_fixture="page")
def fetch_designer(mes: Mes) -> str:
    return mes.target.http.get("/designer").require(200).text


@when("the frontend is built", target_fixture="build")
def build_frontend(mes: Mes) -> CommandResult:
    return mes.command("npm", "run", "build")


@then("the build is complete")
def build_complete(build: CommandResult, recorder: Recorder) -> None:
    last = (build.stdout.strip().splitlines() or ["it said nothing"])[-1]
    measured = Measurement("build of the frontend", f"{last}, exit code {build.exit_code}", source="command")
    recorder.expect(build.exit_code == 0, measured, "exit code 0", "read what the build says in the evidence")


@then("its page is of the release that is served")
def page_of_release(mes: Mes, recorder: Recorder, page: str) -> None:
    measured = Measurement("release of the plan designer", page_release(page), source="http", query="/designer")
    recorder.check(measured, Limit("==", mes.health().json_at("/release")), "build the frontend and publish it")


@then(phrase("the first start of the release had {flag:text} {value}"))
def first_start(log_starts: list[Start], bench: Workbench, recorder: Recorder, flag: str, value: str) -> None:
    first = _starts(log_starts, bench.release)[0]
    measured = Measurement(f"{flag} at the first start of {first.release}", first.flags.get(flag), source="log")
    recorder.check(measured, Limit("==", value), "set the flag back, restart, and look for what was written meanwhile")


@then(phrase("a later start of it had {flag:text} {value}"))
def later_start(log_starts: list[Start], bench: Workbench, recorder: Recorder, flag: str, value: str) -> None:
    later = [start.flags.get(flag) for start in _starts(log_starts, bench.release)[1:]]
    measured = Measurement(f"{flag} at the later starts of {bench.release}", ", ".join(map(str, later)), source="log")
    recorder.expect(value in later, measured, f"once {value}", "set the flag in .env and restart the backend")


def _starts(log_starts: list[Start], release: str) -> list[Start]:
    found = [start for start in log_starts if start.release == release]
    if not found:
        raise Missed(f"the backend log holds no start of release {release}; deploy it, or keep the log since then")
    return found
