"""The MES on PostgreSQL: its instances, its database, the former store, its papers."""
