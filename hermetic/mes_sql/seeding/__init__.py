"""The seeded data: made from numbers, so that every world and every run has the same."""
