"""real-time triggers"""

from hermetic.mes_sql.migrations.pair import apply

revision = "026"
down_revision = "025"


def upgrade() -> None:
    apply("026_real_time_triggers.up.sql")


def downgrade() -> None:
    apply("026_real_time_triggers.down.sql")
