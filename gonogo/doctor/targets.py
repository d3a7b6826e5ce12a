"""The targets of an environment: do they answer, and can nothing be changed where nothing should be."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from gonogo.baselines import any_of, of_canary
from gonogo.doctor.finding import Finding
from gonogo.outcome import Inconclusive, Missed, Unverified
from gonogo.target import Target
from gonogo.workbench import Workbench

_WRITABLE = """
    select count(*) as writable,
           (select rolsuper from pg_roles where rolname = current_user) as superuser
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
      and has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
"""


def open_bench(root: Path, name: str, variables: Mapping[str, str], scratch: Path, release: str) -> Workbench:
    """Open the environment as a run does; what probes keep as evidence goes to `scratch`.

    Raises:
        UsageError: If the environment file, an attestation or a waiver is malformed.
    """
    return Workbench.open(root, name, variables, scratch, release)


def examine(bench: Workbench) -> Iterator[Finding]:
    """Yield what each target answers."""
    try:
        for target in bench.targets.values():
            yield from _target(target)
            yield from _canary(bench, target)
    finally:
        bench.close()


def _target(target: Target) -> Iterator[Finding]:
    name, settings = target.name, target.settings
    yield (
        _asked(f"{name} at {settings.base_url}", partial(_release, target))
        if settings.version
        else Finding(
            "optional", f"{name}: no [targets.{name}.version], so the release that it serves cannot be checked"
        )
    )
    if settings.database:
        yield _asked(f"database of {name}", partial(_database, target))
    if settings.redis:
        yield _asked(f"Redis of {name}", partial(_redis, target))
    if settings.prometheus:
        yield _asked(f"Prometheus of {name}", partial(_prometheus, target))
    for stream in settings.streams:
        yield _asked(f"stream {stream!r} of {name}", partial(_stream, target, stream))
    for log in settings.logs:
        yield _asked(f"log {log!r} of {name}", partial(_log, target, log))
    for command, given in settings.commands.items():
        yield _command(f"command {command!r} of {name}", given.argv[0], given.cwd)
    for folder, place in settings.folders.items():
        yield _folder(f"folder {folder!r} of {name}", Path(place.path))
    if settings.cloudwatch:
        yield Finding("optional", f"CloudWatch of {name}: its alarms are not asked here, only in a run")


def _canary(bench: Workbench, target: Target) -> Iterator[Finding]:
    """Yield what a canary needs and this environment does not have."""
    watch, what = target.settings.canary, f"canary of {target.name}"
    if watch is None:
        return
    for arm in (watch.candidate, watch.baseline):
        if arm not in bench.targets:
            yield Finding("problem", f"{what}: there is no [targets.{arm}]", "add it")
    if watch.source == "probes" and bench.guard.settings.load != "allow":
        yield Finding("problem", f'{what}: its probes need load = "allow" and a budget', "or take another source")
    if watch.source == "prometheus" and target.settings.prometheus is None:
        yield Finding("problem", f"{what}: it needs [targets.{target.name}.prometheus]", "add it")
    log = watch.access_log.log if watch.access_log is not None else None
    if log is not None and log not in target.settings.logs:
        yield Finding("problem", f"{what}: there is no log {log!r} in [targets.{target.name}.logs]", "add it")
    kept = bench.root / bench.environment.baselines
    if not any_of(kept, bench.environment.name, of_canary(target.name, "")):
        said = f"{what}: nothing was captured yet, so it is compared with {watch.baseline} alone"
        yield Finding("optional", said, "after a run that was GO: gonogo baseline update")


def _asked(what: str, ask: Callable[[], Finding]) -> Finding:
    """Return what `ask` finds; an answer that cannot be had is a problem with the probe's own words."""
    try:
        return ask()
    except (Missed, Unverified, Inconclusive) as error:
        return Finding("problem", f"{what}: {error}")
    except Exception as error:  # a probe that breaks must not end the examination
        return Finding("problem", f"{what}: {type(error).__name__}: {error}")


def _release(target: Target) -> Finding:
    found = target.releases()
    what = f"{target.name} at {target.settings.base_url} serves release {' and '.join(sorted(set(found)))}"
    if len(set(found)) > 1:
        return Finding("problem", f"{what} in {len(found)} answers", "wait until the deploy is complete")
    return Finding("ok", f"{what} ({len(found)} of {len(found)} answers)")


def _database(target: Target) -> Finding:
    assert target.settings.database is not None
    role = f"database of {target.name}: the role {target.settings.database.user}"
    (row,) = target.sql.rows(_WRITABLE, query="privileges")
    remedy = "give the suite a role of its own that may only SELECT"
    if row["superuser"]:
        return Finding("problem", f"{role} is a superuser", remedy)
    if row["writable"]:
        return Finding("problem", f"{role} may write to {row['writable']} tables", remedy)
    return Finding("ok", f"{role} can read and write nothing")


def _redis(target: Target) -> Finding:
    answer: Any = target.redis.ask("PING")
    return Finding("ok", f"Redis of {target.name} answers {answer}")


def _prometheus(target: Target) -> Finding:
    target.prometheus.ready()
    return Finding("ok", f"Prometheus of {target.name} answers, its clock agrees with ours, and its instances are up")


def _stream(target: Target, name: str) -> Finding:
    with target.stream(name).listen(deadline_s=target.settings.deadline_s, reconnects=0) as audience:
        audience.require_open()
    return Finding("ok", f"stream {name!r} of {target.name} is open to us")


def _log(target: Target, name: str) -> Finding:
    mark = target.log(name).mark()
    return Finding("ok", f"log {name!r} of {target.name} can be read ({mark.offset} bytes)")


def _command(what: str, program: str, folder: str | None) -> Finding:
    if shutil.which(program) is None:
        return Finding("problem", f"{what}: there is no program {program}", "install it, or mend argv")
    if folder and not Path(folder).is_dir():
        return Finding("problem", f"{what}: there is no folder {folder}", "make it, or mend cwd")
    return Finding("ok", f"{what} is there")


def _folder(what: str, path: Path) -> Finding:
    if path.is_dir() and os.access(path, os.R_OK | os.X_OK):
        return Finding("ok", f"{what} can be read")
    return Finding("problem", f"{what}: {path} is no folder that can be read here", "mount it, or mend path")
