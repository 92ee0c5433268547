"""At which line of the learner's a call came to its end: where the `return` is that gave its value."""

import inspect
import sys
import types
from collections.abc import Callable, Iterable
from contextlib import suppress

MOST_FRAMES = 500  # that are looked at where a library wraps the entry point


class Ending:
    """Calls a function, and remembers at which line of the submission it ended.

    A frame that has ended still knows where it was last. So it is enough to see the frame begin, by a trace
    function that is taken away as soon as it has: nothing that the call does is slower for it.
    """

    def __init__(self, file: str, function: object) -> None:
        self.file = file
        self.code = _code(function)
        self.line: int | None = None
        self.lines: set[int] = set()

    def call(self, function: Callable[..., object], /, *arguments: object, **by_name: object) -> object:
        """What the function returns; `line` is where the call ended, None where that isn't known.

        A library that answers from its cache begins no frame: such a call ended where all others did.
        """
        frames: list[types.FrameType] = []
        before, seen = sys.gettrace(), 0

        def begins(frame: types.FrameType, _event: str, _argument: object) -> None:
            nonlocal seen
            seen += 1
            if frame.f_code.co_filename == self.file and (seen == 1 or frame.f_code is self.code):
                frames.append(frame)
            if frames or seen == MOST_FRAMES:
                sys.settrace(before)

        sys.settrace(begins)
        try:
            return function(*arguments, **by_name)
        finally:
            if sys.gettrace() is begins:
                sys.settrace(before)
            self._ended(frames)

    def _ended(self, frames: Iterable[types.FrameType]) -> None:
        lines = {frame.f_lineno for frame in frames}
        self.lines |= lines
        known = lines or self.lines
        self.line = next(iter(known)) if len(known) == 1 else None


def _code(function: object) -> types.CodeType | None:
    """The code of what a library's wrapper calls."""
    with suppress(Exception):  # attributes of the learner's own object may do anything
        code = getattr(inspect.unwrap(function), "__code__", None)  # type: ignore[arg-type] # what isn't callable has no code
        return code if isinstance(code, types.CodeType) else None
    return None
