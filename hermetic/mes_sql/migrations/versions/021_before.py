"""before"""

from hermetic.mes_sql.migrations.pair import apply

revision = "021"
down_revision = None


def upgrade() -> None:
    apply("021_before.up.sql")


def downgrade() -> None:
    apply("021_before.down.sql")
