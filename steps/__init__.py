"""The vocabulary of the features: phrases of the plans, each one to five lines into the engine or a system's API."""
