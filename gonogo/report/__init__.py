"""Reports: each module turns what a run has found into one form for one kind of reader."""
