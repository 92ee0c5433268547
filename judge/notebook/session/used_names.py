"""Which names of its module a definition uses, told from its text."""

import symtable
from dataclasses import dataclass

_LATER = "function"
_AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}  # functions to Python, run where they stand


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedNames:
    """Names that a definition doesn't bind itself.

    Attributes:
        at_once: while it is defined: decorators, defaults, annotations, bases. later: when it is called.
    """

    at_once: frozenset[str]
    later: frozenset[str]


def used_names(text: str, future: str = "") -> UsedNames:
    """The names that one statement uses.

    Args:
        text: it begins at the left margin, and Python can read it. future: a line that comes before it.
    """
    at_once: set[str] = set()
    later: set[str] = set()
    top = symtable.symtable(f"{future}\n{text}", "<cell>", "exec")
    waiting = [(top, at_once)]
    while waiting:
        table, found = waiting.pop()
        for symbol in table.get_symbols():
            if symbol.is_referenced() and (table is top or symbol.is_global()):
                found.add(symbol.get_name())
        for child in table.get_children():
            is_later = str(child.get_type()).lower().endswith(_LATER) and child.get_name() not in _AT_ONCE
            waiting.append((child, later if is_later else found))
    return UsedNames(at_once=frozenset(at_once), later=frozenset(later))
