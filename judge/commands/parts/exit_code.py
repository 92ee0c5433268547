"""Several things wrong at once: told together, ended with one exit code."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches

from judge.errors import JudgeError

INTERRUPTED = 130
HARNESS_FAULT = 3

# The first one that applies is the exit code of the whole.
PRECEDENCE = (INTERRUPTED, 4, 2, HARNESS_FAULT, 5, 1, 0)


def exit_code(codes: Iterable[int]) -> int:
    """The code that stands for all of these; 0 when there are none."""
    return min(codes, key=PRECEDENCE.index, default=0)


class SeveralErrors(JudgeError):
    """More than one thing is wrong; `exit_code` is the one that comes first in PRECEDENCE."""

    def __init__(self, errors: Iterable[JudgeError]) -> None:
        self.errors = tuple(errors)
        self.exit_code = exit_code(error.exit_code for error in self.errors)
        super().__init__("\n".join(str(error) for error in self.errors))


class Failures:
    """Goes on after an error, so that the user hears of everything in one run."""

    def __init__(self) -> None:
        self.errors: list[JudgeError] = []

    @contextmanager
    def noted(self) -> Iterator[None]:
        """A step whose JudgeError is kept for `raise_all`; what follows in the block is left out."""
        try:
            yield
        except JudgeError as error:
            self.errors.append(error)

    def raise_all(self) -> None:
        """Raise what was kept, as SeveralErrors where it is more than one; nothing when all is well."""
        if len(self.errors) == 1:
            raise self.errors[0]
        if self.errors:
            raise SeveralErrors(self.errors)


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """` Did you mean …?` for the nearest known name, or nothing."""
    near = get_close_matches(wrong, list(known), n=1)
    return f" Did you mean {near[0]}?" if near else ""
