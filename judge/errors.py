"""Everything that can go wrong on our side of the wall, on one screen.

JudgeError                  what was wrong, where, what to do
├── UsageError              exit 2: the command line
├── ProblemError            exit 2: faults in problem files, all at once
├── HarnessError            exit 3: the judge, the reference or the machine
│   ├── ReferenceFault      the reference failed, or gave what the problem doesn't promise
│   ├── SandboxFault        a worker could not be started
│   └── MissingExtra        an optional dependency isn't installed
├── IsolationError          exit 4: required isolation not met
└── NoSubmissionError       exit 5: nothing to judge
"""

from collections.abc import Iterable
from dataclasses import dataclass


class JudgeError(Exception):
    """Base of all; `exit_code` is what the command line ends with."""

    exit_code = 3


class UsageError(JudgeError):
    """The command line asks for something that isn't there."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing wrong in one file, as `path:line: where: what`. `line` is 0 when there is none."""

    path: str
    line: int
    where: str
    what: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return f"{place}: {self.where}: {self.what}" if self.where else f"{place}: {self.what}"


class ProblemError(JudgeError):
    """Every fault found in the problem files, in the order of the files."""

    exit_code = 2

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class HarnessError(JudgeError):
    """Our fault: never counts against a learner."""


class ReferenceFault(HarnessError):
    """The reference solution can't be used."""


class SandboxFault(HarnessError):
    """A worker could not be started, or broke before it reached the learner's code."""


class MissingExtra(HarnessError):
    """A package that this command needs isn't installed; the message has the install line."""


class IsolationError(JudgeError):
    """The machine can't isolate as well as `--require-isolation` asks."""

    exit_code = 4


class NoSubmissionError(JudgeError):
    """No file to judge."""

    exit_code = 5
