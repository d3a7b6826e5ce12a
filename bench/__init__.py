"""What the engine costs beside others, as ratios measured in one run: `python -m bench`."""
