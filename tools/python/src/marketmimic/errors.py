"""The one error of this package."""

from __future__ import annotations

USAGE, IO, EXISTS = 2, 5, 7  # exit codes, as the program has them


class RunError(Exception):
    """An error a user can act on: one line saying what is wrong, where, and what to do.

    `code` is the exit code that `python -m marketmimic` ends with.
    """

    def __init__(self, line: str, code: int = IO) -> None:
        super().__init__(line)
        self.code = code

    def __reduce__(self) -> tuple[type[RunError], tuple[str, int]]:
        return type(self), (str(self), self.code)  # whole from worker processes, too
