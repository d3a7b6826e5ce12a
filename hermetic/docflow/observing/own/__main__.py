"""`python -m hermetic.docflow.observing.own --config.file=FILE --web.listen-address=HOST:PORT`: Prometheus' options."""

import argparse
import sys
from pathlib import Path

import uvicorn

from hermetic.docflow.observing.own.api import make_app
from hermetic.docflow.observing.own.configuration import Invalid
from hermetic.docflow.observing.own.work import Work


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m hermetic.docflow.observing.own", allow_abbrev=False)
    parser.add_argument("--config.file", dest="file", type=Path, required=True)
    parser.add_argument("--web.listen-address", dest="address", required=True)
    options = parser.parse_args()
    host, _, port = options.address.rpartition(":")
    try:
        work = Work(options.file)
    except Invalid as error:
        print(error, file=sys.stderr)
        return 1
    uvicorn.run(make_app(work), host=host, port=int(port), log_level="warning", access_log=False, ws="none")
    return 0


if __name__ == "__main__":
    sys.exit(main())
