"""The migrations: pairs of SQL files in sql/, and in versions/ what tells Alembic their order."""
