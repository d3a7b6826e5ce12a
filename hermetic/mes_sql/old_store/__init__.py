"""The former document store, which counts who reads it."""
