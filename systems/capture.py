"""`python -m systems.capture --env=NAME --release=X [OPERATION ...]`: keep the present response times as the baseline.

Run it before a deployment, at an hour of usual traffic. Without operations only those that read are timed; those that
write need an environment that allows it, and what they make is removed again.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gonogo import baselines
from gonogo.outcome import Missed, Unverified, UsageError
from gonogo.workbench import Workbench
from systems.mes import latency
from systems.mes.api import Mes
from systems.mes.made import MadePlans

ROOT = Path(__file__).parent.parent
READS = ("plan readings", "plan listings")


def main(arguments: Sequence[str]) -> int:
    """Capture, print where it lies, and return 0; 1 when an operation failed, 4 when the request is malformed."""
    parser = argparse.ArgumentParser(prog="python -m systems.capture", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--env", required=True, help="environment, by its file environments/NAME.toml")
    parser.add_argument("--release", required=True, help="release that is live now, before the deployment")
    parser.add_argument("--samples", type=int, default=100, help="how many requests of each operation (default: 100)")
    parser.add_argument(
        "operation", nargs="*", help=f"default: {', '.join(READS)}; known: {', '.join(latency.OPERATIONS)}"
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.operation) - set(latency.OPERATIONS))
    if unknown:
        parser.error(f"there is no operation {unknown[0]!r}; known: {', '.join(latency.OPERATIONS)}")
    try:
        for operation in options.operation or READS:
            print(f"{operation}: {capture(options.env, options.release, operation, options.samples)}")
    except (Missed, Unverified, UsageError) as error:
        print(error, file=sys.stderr)
        return 4 if isinstance(error, UsageError) else 1
    return 0


def capture(environment: str, release: str, operation: str, samples: int) -> Path:
    """Time `operation` in an environment and keep the samples; return the file.

    Raises:
        UsageError: If the environment file is malformed.
        Unverified: If another release is live, or the environment does not allow the operation.
        Missed: If a request failed.
    """
    with tempfile.TemporaryDirectory(prefix="gonogo-capture-") as scratch:
        bench = Workbench.open(ROOT, environment, os.environ, Path(scratch), release)
        try:
            bench.begin("capture", () if operation in READS else ("mutates",))
            mes = Mes(bench.target("mes"))
            live = set(mes.target.releases())
            if live != {release}:
                raise Unverified(
                    f"{environment} serves {' and '.join(sorted(live))}, not {release}; a baseline is of one"
                )
            made = MadePlans(mes, bench.run)
            try:
                times = latency.measure(mes, made, operation, samples)
            finally:
                made.remove_all()
            return baselines.write(ROOT / bench.environment.baselines, environment, operation, times, release)
        finally:
            bench.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
