"""gonogo: turns a rollout plan into Gherkin scenarios, runs them, and answers GO, NO-GO or HOLD."""

__version__ = "0.1.0"
