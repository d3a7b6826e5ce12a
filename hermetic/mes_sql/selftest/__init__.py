"""The product's own tests: its rules as units, and the running world end to end."""
