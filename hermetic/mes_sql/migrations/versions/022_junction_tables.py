"""junction tables"""

from hermetic.mes_sql.migrations.pair import apply

revision = "022"
down_revision = "021"


def upgrade() -> None:
    apply("022_junction_tables.up.sql")


def downgrade() -> None:
    apply("022_junction_tables.down.sql")
