"""The rows of a world's past: documents in the queue, months, and what was recorded of the days round the rollout."""
