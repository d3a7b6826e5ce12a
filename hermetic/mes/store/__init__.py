"""What the stand-in keeps: plans, assignments, materials and events in Postgres, counters and a cache in Redis."""
