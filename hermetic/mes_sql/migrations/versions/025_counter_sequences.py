"""counter sequences"""

from hermetic.mes_sql.migrations.pair import apply

revision = "025"
down_revision = "024"


def upgrade() -> None:
    apply("025_counter_sequences.up.sql")


def downgrade() -> None:
    apply("025_counter_sequences.down.sql")
