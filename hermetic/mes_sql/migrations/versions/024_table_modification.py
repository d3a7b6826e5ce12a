"""table modification"""

from hermetic.mes_sql.migrations.pair import apply

revision = "024"
down_revision = "023"


def upgrade() -> None:
    apply("024_table_modification.up.sql")


def downgrade() -> None:
    apply("024_table_modification.down.sql")
