"""How true the load gate is, beside locust and wrk, as ratios measured in one run: `python -m bench.load`."""
