"""Running one file of a pair, and after it what a planted fault does to the migration."""

from pathlib import Path

from alembic import op

from hermetic.mes_sql.broken.migrations import aftermath

SQL = Path(__file__).parent / "sql"


def apply(name: str) -> None:
    """Run an SQL file of several statements on the connection of the migration that is under way."""
    context = op.get_context()
    bind = context.bind
    assert bind is not None, "a migration needs a connection"
    driver = bind.connection.driver_connection  # SQLAlchemy would read the signs in the file as parameters
    assert driver is not None, "the connection was closed"
    assert context.config is not None, "Alembic runs this file"
    driver.execute((SQL / name).read_text(encoding="utf-8"))
    for statement in aftermath(name, context.config.attributes["faults"]):
        driver.execute(statement)
