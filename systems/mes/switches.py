"""The feature flags of the MES: written to its configuration, in force after a restart, and put back at the end."""

import re

from systems.mes.api import Mes

CANONICAL = "FEATURE_USE_CANONICAL_NODES"
_LINE = re.compile(r"^\s*(FEATURE_[A-Z_]+)\s*=\s*([^\s#]*)")
SERVED_AS = {CANONICAL: "USE_CANONICAL_NODES", "FEATURE_ENABLE_VALIDATION": "ENABLE_VALIDATION"}


def configured(mes: Mes) -> list[tuple[str, str]]:
    """Return the flags as they stand in the configuration, in order; one that stands there twice is there twice."""
    return settings(mes.command("configuration").require().stdout)


def settings(text: str) -> list[tuple[str, str]]:
    """Return the flags that a configuration sets, in order."""
    return [(match[1], match[2]) for match in map(_LINE.match, text.splitlines()) if match]


def in_force(mes: Mes, flag: str) -> bool:
    """Return whether the running process goes by `flag` being on."""
    return mes.flags()[SERVED_AS[flag]]


def started_at(mes: Mes) -> str:
    """Return when the running process was started, as it says itself."""
    at: str = mes.health().json_at("/startedAt")
    return at


class Switches:
    """Changes flags for one scenario; `restore` gives every flag its first value again, and restarts the MES for it."""

    def __init__(self, mes: Mes) -> None:
        self._mes = mes
        self._before: dict[str, str] = {}
        self._exported = False

    def write(self, flag: str, value: str) -> None:
        """Write a flag into the configuration; the running process does not see it before its restart."""
        self._remember()
        self._mes.set_flag(flag, value)

    def leave_out(self, flag: str) -> None:
        """Take a flag out of the configuration; the running process does not notice before its restart."""
        self._remember()
        self._mes.command("unset_flag", flag).require()

    def turn(self, *, on: bool) -> None:
        """Switch the canonical model on or off: write its flag, then restart."""
        self.write(CANONICAL, "true" if on else "false")
        self._mes.restart()

    def restart_with_exported_flag(self) -> None:
        """Restart with the flag off in an exported variable, which the process manager is told to hand over."""
        self._remember()
        self._exported = True
        self._mes.command("restart_with_exported_false").require()

    def restore(self) -> None:
        """Put every flag back; without a change nothing is done."""
        if not self._before:
            return
        for flag, value in self._before.items():
            self._mes.set_flag(flag, value)
        if self._exported:  # the process manager holds on to what was handed over, until it is handed another value
            self._mes.command(f"restart_with_exported_{self._before[CANONICAL]}").require()
        else:
            self._mes.restart()

    def _remember(self) -> None:
        self._before = self._before or dict(configured(self._mes))
