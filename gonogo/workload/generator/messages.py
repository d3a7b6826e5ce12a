"""What a master and its workers say to each other beside locust's own messages.

A worker's reports are numbered, and the last one is marked final: what is missing is then known, and decides nothing.
"""

KEY = "gonogo"
"""Where our part stands in a worker's report."""

ORDER, BEGIN, STOP = "gonogo-order", "gonogo-begin", "gonogo-stop"
"""Master to worker: the order with its share; when to begin; to stop."""

READY, ABORT, FINAL = "gonogo-ready", "gonogo-abort", "gonogo-final"
"""Worker to master: all users are prepared; a threshold was passed; the last word."""
