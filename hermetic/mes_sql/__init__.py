"""The MES on PostgreSQL, as a small real service on loopback; README.md lists its ports, commands and states."""
