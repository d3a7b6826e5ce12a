"""The MES of the rollout canonical_model: plans, assignments, materials, its migration and its papers."""
