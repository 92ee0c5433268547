"""A function of the session with all that it uses → one program, or the names that stand in the way."""

import builtins
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from types import ModuleType
from typing import Any

from judge.cells import Cell as Place
from judge.cells import Cells
from judge.commands.parts.exit_code import did_you_mean
from judge.errors import UsageError
from judge.notebook.session.cells import Binding, Cell, History, history
from judge.notebook.session.literals import literal
from judge.notebook.session.used_names import used_names
from judge.notebook.session.values import ABSENT, imported_by, is_own, looked_up, made_by, origin_of

NOTEBOOK_ONLY = {"In", "Out", "_", "__", "___", "display", "exit", "get_ipython", "quit"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What was put together, and which of its lines stands in which cell."""

    source: str
    cells: Cells


class Rank(IntEnum):
    """What goes first: what needs nothing else goes before what may."""

    IMPORT = 0
    CONSTANT = 1
    OTHER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """What stands for one name."""

    texts: tuple[str, ...]
    binding: Binding | None
    rank: Rank = Rank.OTHER
    at_once: frozenset[str] = frozenset()
    later: frozenset[str] = frozenset()


def put_together(cells: Iterable[Cell], names: Mapping[str, Any], entry_point: str) -> Program:
    """The program of a function as it stands in a session.

    Args:
        cells: all that were run, oldest first. names: what the session has.

    Raises:
        UsageError: the session has no such function, or what it uses can't be found as text: all of it.
    """
    if entry_point not in names:
        near = did_you_mean(entry_point, (name for name, value in names.items() if callable(value)))
        raise UsageError(f"this session has no {entry_point}: run the cell that defines it first.{near}")
    search = _Search(history(cells), names)
    search.need(entry_point)
    if search.missing:
        told = "\n".join(f"- {why}" for why in search.missing)
        raise UsageError(f"{entry_point} can't be judged by itself, so nothing was judged:\n{told}")
    return _written(search)


def _written(search: "_Search") -> Program:
    """One piece below the other."""
    lines: list[str] = [search.future] if search.future else []
    parts: list[Place] = []
    after_definition = False
    for piece in sorted(search.pieces, key=lambda one: one.rank):
        for text in piece.texts:
            if lines and (after_definition or "\n" in text):
                lines += ["", ""]
            after_definition = "\n" in text
            written = text.split("\n")
            if piece.binding is not None:
                parts.append(_place(piece.binding, first=len(lines) + 1, lines=len(written)))
            lines += written
    return Program(source="\n".join(lines) + "\n", cells=tuple(parts))


def _place(binding: Binding, first: int, lines: int) -> Place:
    begin = binding.cell.written_at(binding.line)
    return Place(number=binding.cell.number, first=first, lines=lines, begin=begin, ran=True)


class _Search:
    """Goes from name to name, and keeps pieces in an order in which they can be defined."""

    def __init__(self, told: History, names: Mapping[str, Any]) -> None:
        self.told = told
        self.names = names
        self.pieces: list[_Piece] = []
        self.missing: list[str] = []
        self.future = (
            f"from __future__ import {', '.join(dict.fromkeys(told.futures))}" if told.futures else ""
        )
        self._begun: set[str] = set()
        self._found: dict[str, _Piece | None] = {}

    def need(self, name: str) -> None:
        """Have the piece for a name, and those for all names that it uses."""
        if name in self._begun:
            return
        self._begun.add(name)
        piece = self._piece(name)
        if piece is None:
            return
        for used in sorted(piece.at_once, key=self._order):
            self.need(used)
            self._refuse_stale(piece, used)
        self.pieces.append(piece)
        for used in sorted(piece.later, key=self._order):
            self.need(used)

    def _order(self, name: str) -> tuple[tuple[int, int], str]:
        """Names that the session bound earlier come first."""
        bound = self.told.bindings.get(name)
        return (bound[-1].order if bound else (0, 0)), name

    def _piece(self, name: str) -> _Piece | None:
        """What stands for a name; None for what needs nothing, and for what is missing."""
        value = self.names.get(name, ABSENT)
        if value is ABSENT or getattr(builtins, name, None) is value:
            if name in NOTEBOOK_ONLY:
                self._miss(name, "is there in a notebook only: leave it out")
            return None  # what the session hasn't either fails there as here
        bound = self.told.bindings.get(name, [])
        if isinstance(value, ModuleType):
            return self._module(name, value, bound)
        found = self._as_defined(name, value, bound)
        origin = origin_of(found.texts[0]) if found is not None and found.rank is Rank.IMPORT else ""
        if is_own(sys.modules.get(origin)):
            self._miss(
                name,
                f"comes from {origin}, which is a file of yours, and a submission is one file: "
                "define it in a cell",
            )
        if found is None:
            self._miss(name, self._why(name, bound))
        return found

    def _as_defined(self, name: str, value: object, bound: Sequence[Binding]) -> _Piece | None:
        for binding in reversed(bound):
            if binding.kind == "import" and imported_by(binding.text, name, value):
                return _Piece(texts=(binding.text,), binding=binding, rank=Rank.IMPORT)
            is_last = binding is bound[-1]
            if binding.kind in ("function", "class") and made_by(value, binding, is_last=is_last):
                return self._definition(binding)
            if binding.kind == "value":
                break
        text = literal(value)
        last = bound[-1] if bound else None
        if text is not None:
            return _Piece(texts=(f"{name} = {text}",), binding=last, rank=Rank.CONSTANT)
        if last is not None and last.text and looked_up(last.text, self.names) is value:
            root = last.text.partition(".")[0]
            return _Piece(texts=(f"{name} = {last.text}",), binding=last, at_once=frozenset({root}))
        return None

    def _definition(self, binding: Binding) -> _Piece:
        changed = [one for one in self.told.changes if one.name == binding.name and one.order > binding.order]
        if changed:
            self._miss(
                binding.name,
                f"was changed after it was defined ({changed[-1].place}): put that where it is defined",
            )
        used = used_names(binding.text, self.future)
        return _Piece(texts=(binding.text,), binding=binding, at_once=used.at_once, later=used.later)

    def _module(self, name: str, module: ModuleType, bound: Sequence[Binding]) -> _Piece | None:
        if is_own(module):
            self._miss(
                name,
                "is a file of yours, and a submission is one file: define what you need of it in a cell",
            )
            return None
        imports = [one for one in bound if one.kind == "import" and imported_by(one.text, name, module)]
        if imports:
            texts = tuple(dict.fromkeys(one.text for one in imports))
            return _Piece(texts=texts, binding=imports[-1], rank=Rank.IMPORT)
        if sys.modules.get(module.__name__) is not module:
            self._miss(name, "is a module that can't be imported by its name: import what you need of it")
            return None
        text = f"import {module.__name__}{'' if module.__name__ == name else f' as {name}'}"
        return _Piece(texts=(text,), binding=bound[-1] if bound else None, rank=Rank.IMPORT)

    def _refuse_stale(self, piece: _Piece, used: str) -> None:
        """What a definition used as it was made must still be the same."""
        bound = self.told.bindings.get(used, [])
        if piece.binding is None or not bound or bound[-1].kind == "import":
            return
        before = [one for one in bound if one.order < piece.binding.order]
        if not before or before[-1] is bound[-1]:
            return
        then, now = before[-1], bound[-1]
        if not now.text or (then.kind, then.text) != (now.kind, now.text):
            self._miss(
                piece.binding.name,
                f"was made with an earlier `{used}` than the one of {bound[-1].place}: "
                f"run {piece.binding.cell.name} again",
            )

    def _why(self, name: str, bound: Sequence[Binding]) -> str:
        if name in NOTEBOOK_ONLY and not bound:
            return "is there in a notebook only: leave it out"
        if bound and bound[-1].kind != "value":
            return f"is something else now than {bound[-1].place} made it: run that cell again"
        if bound:
            return (
                f"is a value of this session ({bound[-1].place}), not code: make it in the function, or in "
                "one that it calls"
            )
        for star in self.told.stars:
            if hasattr(sys.modules.get(star), name):
                return f"came by `from {star} import *`: import it by its name"
        return "was defined in no cell of this session, so that there is no code for it: define it in a cell"

    def _miss(self, name: str, why: str) -> None:
        told = f"`{name}` {why}"
        if told not in self.missing:
            self.missing.append(told)
