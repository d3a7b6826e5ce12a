"""A tiny stand-in for tests of the keeper."""
