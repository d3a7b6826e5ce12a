"""Errors that a person can act on."""


class HermeticError(Exception):
    """Something the hermetic environment needs is missing or broke; `remedy` says what to do about it."""

    exit_code = 3

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}\n  remedy: {remedy}")
        self.problem = problem
        self.remedy = remedy


class UnknownNameError(HermeticError):
    """A name that was asked for does not exist: an error in the asking, found before anything was started."""

    exit_code = 4


def explained(error: HermeticError | OSError) -> HermeticError:
    """Return an error that has a remedy, also for what the operating system refused."""
    if isinstance(error, HermeticError):
        return error
    return HermeticError(
        f"the operating system refused: {error}",
        "free disk space, memory or processes, or point TMPDIR to another directory",
    )
