"""Everything that exists only so that a run needs nothing from outside.

`python -m hermetic up` starts Postgres, Redis and independent *worlds* of stand-ins, for a program;
`python -m hermetic serve` does the same in the foreground, for a person;
`python -m hermetic faults` lists the named ways to break a stand-in.

Nothing in here imports the engine, which starts the keeper as a process and speaks to it by files, variables and HTTP.
"""

import os

if os.name != "posix":
    raise ImportError("the hermetic environment runs on Linux and macOS; on Windows use WSL, or another --env")
