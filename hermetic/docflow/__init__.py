"""DocFlow, a stand-in for rollout R5: a document service whose release goes through a canary of a tenth."""
