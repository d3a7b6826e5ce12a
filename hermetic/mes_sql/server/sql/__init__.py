"""Green's store: PostgreSQL."""
