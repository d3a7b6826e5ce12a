"""node extraction"""

from hermetic.mes_sql.migrations.pair import apply

revision = "023"
down_revision = "022"


def upgrade() -> None:
    apply("023_node_extraction.up.sql")


def downgrade() -> None:
    apply("023_node_extraction.down.sql")
