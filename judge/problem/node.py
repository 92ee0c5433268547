"""A value in a YAML file that knows its place: each check gives a usable value or notes a fault.

After a fault a check returns a stand-in of the right type, so that the walk goes on and finds all the
others; whoever started the walk raises when the log has faults, and no stand-in is ever used.
"""

import difflib
import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from judge.problem.faults import FaultLog, Place, shown

MAX_ITEMS = 1000
MAX_TEXT = 200
SUGGESTED_CHARACTERS = 40  # longer keys are no typing mistakes, and difflib is slow on them

NAME = re.compile(r"[A-Za-z0-9_-]+")
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

T = TypeVar("T")
D = TypeVar("D")
Word = TypeVar("Word", bound=str)


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`; did you mean …?`, or the known words when none is near."""
    near = difflib.get_close_matches(word, known, n=1) if len(word) <= SUGGESTED_CHARACTERS else []
    if near:
        return f"; did you mean `{near[0]}`?"
    return f"; known here: {', '.join(known)}" if known else ""


def describe(value: Any) -> str:  # noqa: ANN401 - any plain data
    """What a value is, for the end of `must be …, not …`."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return shown(str(value))
        case str():
            return f"the text '{shown(value)}'"
        case list():
            return "a list"
        case _:
            return "a mapping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One value, its place and the log that its faults go to."""

    value: Any
    place: Place
    log: FaultLog

    def fault(self, what: str) -> None:
        """Notes what is wrong with this value."""
        self.log.add(self.place, what)

    @property
    def clean(self) -> bool:
        """Whether nothing wrong was found here or inside."""
        return self.log.clean(self.place)

    @property
    def line(self) -> int:
        """1-based line in the file, 0 when there is none."""
        return self.log.line(self.place)

    def child(self, key: str | int, value: Any) -> "Node":  # noqa: ANN401 - any plain data
        """A value inside of this one."""
        return Node(value=value, place=(*self.place, key), log=self.log)

    def mapping(
        self, *, required: Collection[str] = (), optional: Collection[str] = (), lenient: bool = False
    ) -> dict[str, "Node"]:
        """The entries of a mapping with known keys. One that is missing is a fault, so is an unknown one.

        Lenient: unknown keys are passed over.
        """
        entries = self.entries()
        known = (*required, *optional)
        for key, node in entries.items():
            if key not in known and not lenient:
                node.fault(f"is an unknown key{did_you_mean(key, known)}")
        if isinstance(self.value, Mapping):
            for key in required:
                if key not in entries:
                    self.child(key, None).fault("is missing")
        return {key: node for key, node in entries.items() if key in known}

    def entries(self) -> dict[str, "Node"]:
        """The entries of a mapping whose keys are free."""
        if not isinstance(self.value, dict):
            self.fault(f"must be a mapping (`key: value` lines), not {describe(self.value)}")
            return {}
        if len(self.value) > MAX_ITEMS:
            self.fault(f"has {len(self.value)} keys; at most {MAX_ITEMS} are allowed")
            return {}
        return {key: self.child(key, value) for key, value in self.value.items()}

    def items(self, *, least: int = 0) -> tuple["Node", ...]:
        """The items of a list."""
        if not isinstance(self.value, list):
            self.fault(f"must be a list, not {describe(self.value)}")
            return ()
        if len(self.value) > MAX_ITEMS:
            self.fault(f"has {len(self.value)} items; at most {MAX_ITEMS} are allowed")
            return ()
        if len(self.value) < least:
            self.fault(f"needs at least {least} item{'s' if least > 1 else ''}")
        return tuple(self.child(index, value) for index, value in enumerate(self.value))

    def text(self) -> str:
        """One line of text."""
        if not isinstance(self.value, str):
            self.fault(f"must be text, not {describe(self.value)}")
        elif not self.value.strip():
            self.fault("must not be empty")
        elif not self.value.isprintable():
            self.fault("must be one line of printable text")
        elif len(self.value) > MAX_TEXT:
            self.fault(f"must not be longer than {MAX_TEXT} characters")
        else:
            return self.value
        return "?"

    def matching(self, pattern: re.Pattern[str], rule: str) -> str:
        """Text of a given form; `rule` says in words which."""
        found = self.text()
        if self.clean and not pattern.fullmatch(found):
            self.fault(f"must be {rule}, not '{shown(found)}'")
        return found

    def one_of(self, known: Collection[Word]) -> Word:
        """One of a few words, the first of them after a fault."""
        found = self.text()
        if self.clean and found not in known:
            self.fault(f"is unknown: '{shown(found)}'{did_you_mean(found, known)}")
        return next((word for word in known if word == found), next(iter(known)))

    def number(
        self,
        *,
        least: float = -math.inf,
        most: float = math.inf,
        above: float = -math.inf,
        below: float = math.inf,
    ) -> float:
        """A finite number within bounds, 1.0 after a fault."""
        number = self._finite()
        if number is None:
            return 1.0
        if number < least:
            self.fault(f"must be at least {least:g}, not {number:g}")
        elif number > most:
            self.fault(f"must be at most {most:g}, not {number:g}")
        elif number <= above:
            self.fault(f"must be above {above:g}, not {number:g}")
        elif number >= below:
            self.fault(f"must be below {below:g}, not {number:g}")
        return number

    def whole(self, *, least: int, most: int) -> int:
        """A whole number within bounds (`7.0` is one too), `least` after a fault."""
        number = self._finite()
        if number is None:
            return least
        if not number.is_integer():
            self.fault(f"must be a whole number, not {describe(self.value)}")
        elif not least <= int(self.value) <= most:
            self.fault(f"must be from {least} to {most}, not {describe(self.value)}")
        else:
            return int(self.value)
        return least

    def _finite(self) -> float | None:
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fault(f"must be a number, not {describe(self.value)}")
            return None
        try:
            number = float(self.value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            self.fault(f"must be a finite number, not {describe(self.value)}")
            return None
        return number


def given(entries: Mapping[str, Node], key: str, read: Callable[[Node], T], default: D) -> T | D:
    """What `read` makes of the entry, or the default when there is none."""
    return read(entries[key]) if key in entries else default
