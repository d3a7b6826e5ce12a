"""Where the files of a balancer are; putting a configuration in place, or only trying it."""

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hermetic.kit.balancer import conf, nginx


@dataclass(frozen=True)
class Place:
    """Where a balancer is.

    Args:
        home: The home of its world.
        name: What the log of requests calls it; the name of its file and of its folder in the home.
        upstream: The block whose servers share the requests.
        ports: Where the plan's ports are published on this machine.
        listen: Where it listens on this machine, in place of port 80.
        log: Its log.
        requests: The log of requests.
    """

    home: Path
    name: str
    upstream: str
    ports: Mapping[int, int]
    listen: int
    log: Path
    requests: Path

    @property
    def folder(self) -> Path:
        """What it keeps for itself."""
        return self.home / self.name

    @property
    def conf(self) -> Path:
        """The configuration, with the plan's ports."""
        return self.home / f"{self.name}.conf"

    @property
    def rendered(self) -> Path:
        """The file that the balancer really reads."""
        return self.folder / "rendered.conf"

    def render(self, text: str) -> str:
        return conf.render(text, self.ports, self.listen)

    def put(self, text: str, *, shown_only: bool = False) -> None:
        """Write a configuration and what the balancer reads of it; whoever calls it has the balancer read it.

        `shown_only` leaves what it reads as it was, if it was there.
        """
        self.conf.write_text(text, encoding="utf-8")
        self.folder.mkdir(exist_ok=True)
        if not (shown_only and self.rendered.exists()):
            self.rendered.write_text(self.render(text), encoding="utf-8")

    def problem(self, file: Path) -> str | None:
        """Return what is wrong with a configuration, as `nginx -t` says it; None when nothing is.

        Where an nginx is installed it is asked too.
        """
        try:
            conf.read(file, self.upstream)
        except conf.Refused as error:
            return str(error)
        except OSError as error:
            return f'nginx: [emerg] open() "{file}" failed ({error.strerror})'
        program = nginx.program()
        return self._asked(program, file) if program else None

    def _asked(self, program: str, file: Path) -> str | None:
        trial = self.folder / "trial.conf"
        trial.write_text(self.render(file.read_text(encoding="utf-8")), encoding="utf-8")
        main = nginx.write_main(self.name, self.log, self.requests, trial, trial.with_name("trial-main.conf"))
        command = [program, "-t", "-q", "-p", str(main.parent), "-c", str(main)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = [line for line in done.stderr.splitlines() if "[emerg]" in line]
        return said[0].replace(str(trial), str(file)) if done.returncode else None
