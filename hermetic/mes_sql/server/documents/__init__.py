"""Blue's store: documents in the old store, joined in memory."""
