"""Exports of the store: what the catalogue says of them, and bringing one back."""

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pytest_bdd import then, when

from gonogo.measurement import Limit, Measurement
from gonogo.recorder import Recorder
from gonogo.workbench import Workbench
from steps.parameters import phrase
from systems.mes import backups
from systems.mes.api import Mes
from systems.mes.backups import Export

ANEW = "take a new export, and go on only when it is complete and whole"


@when("the latest export is examined", target_fixture="export")
def examine(mes: Mes) -> Export:
    return backups.latest(mes)


@when("an export is taken", target_fixture="export")
def take(mes: Mes, bench: Workbench) -> Iterator[Export]:
    """Take an export named after the run; it is removed when the scenario ends."""
    name = f"{bench.run}-{secrets.token_hex(2)}"
    yield backups.take(mes, name)
    backups.remove(mes, name)


@when("the latest export is restored on a separate instance", target_fixture="restoration")
def restore_elsewhere(mes: Mes) -> dict[str, Any]:
    return backups.restore_elsewhere(mes, backups.latest(mes))


@when("the latest export is imported", target_fixture="export")
def import_latest(mes: Mes) -> Export:
    export = backups.latest(mes)
    mes.command("backup", "import", export.name).require()
    return export


@then("the export is in the catalogue")
def in_catalogue(mes: Mes, recorder: Recorder, export: Export) -> None:
    listed = [entry.name for entry in backups.exports(mes)]
    measured = Measurement("exports in the catalogue", ", ".join(listed) or "none", source="sql", query="exports")
    recorder.check(measured, Limit("contains", export.name), ANEW)


@then("the export was taken before the deployment")
def before_deployment(mes: Mes, recorder: Recorder, export: Export) -> None:
    deployed = datetime.fromisoformat(mes.health().require(200).json_at("/startedAt"))
    measured = Measurement(
        f"time of the export {export.name}", export.created_at.isoformat(), source="sql", query="exports"
    )
    recorder.expect(export.created_at < deployed, measured, f"before {deployed.isoformat()}", ANEW)


@then("the export holds every plan, material and assignment of its time")
def complete(recorder: Recorder, export: Export) -> None:
    lacking = {table: export.stored[table] - export.rows[table] for table in backups.TABLES}
    said = ", ".join(f"{table} {export.rows[table]} of {export.stored[table]}" for table in backups.TABLES)
    measured = Measurement(
        f"rows missing from the export {export.name}", sum(lacking.values()), "count", source="sql", query=said
    )
    recorder.check(measured, Limit("==", 0, "count"), ANEW)


@then("the export is whole")
def whole(mes: Mes, recorder: Recorder, export: Export) -> None:
    result = backups.verify(mes, export)
    measured = Measurement(
        f"check of the export {export.name}", result.stdout.strip() or result.stderr.strip(), source="command"
    )
    recorder.expect(result.exit_code == 0, measured, "every checksum agrees", ANEW)


@then(phrase("the export is kept for at least {time:duration}"))
def kept(recorder: Recorder, export: Export, time: timedelta) -> None:
    until = export.retention_until
    days = (until - export.created_at.date()).total_seconds() if until else 0.0
    measured = Measurement(f"retention of the export {export.name}", days, "s", source="sql", query="exports")
    recorder.check(measured, Limit(">=", time.total_seconds(), "s"), "enter until when the export is kept")


@then("not a row differs between the export and what was restored")
def restored_equal(recorder: Recorder, restoration: dict[str, Any]) -> None:
    _no_difference(recorder, "rows that differ after the restore", restoration)


@then("every plan, material and assignment of the export is as it was exported")
def live_equal(mes: Mes, recorder: Recorder, export: Export) -> None:
    answer = mes.command("backup", "compare", export.name).json()
    _no_difference(recorder, f"rows of the export {export.name} that the store has otherwise or not at all", answer)


def _no_difference(recorder: Recorder, subject: str, answer: dict[str, Any]) -> None:
    found = backups.differing_rows(answer)
    said = ", ".join(f"{table} {rows}" for table, rows in found.items())
    measured = Measurement(subject, sum(found.values()), "count", source="command", query=said)
    recorder.check(measured, Limit("==", 0, "count"), "keep the system closed, and restore an older export")
