"""Whether a value of the session is what a statement made. Nothing of the session is called."""

import inspect
import linecache
import os
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from judge.notebook.session.cells import Binding

ABSENT = object()


def made_by(value: object, binding: Binding, *, is_last: bool) -> bool:
    """Whether a value may well be what this definition made.

    Args:
        is_last: no later statement gives the name to something else.
    """
    cell = _text(binding.cell.code)
    end = binding.line + binding.text.count("\n")
    seen = [
        _text("".join(lines)) == cell and binding.line <= code.co_firstlineno <= end
        for code in _codes(value)
        if (lines := linecache.getlines(code.co_filename))
        and not Path(code.co_filename).exists()  # a cell, and not what a library made or wrapped it with
    ]
    if any(seen):
        return True
    if binding.kind == "class":
        return is_last and isinstance(value, type) and not seen
    return is_last and binding.decorated  # by what leaves no trace of the function


def _text(code: str) -> list[str]:
    """The lines of a cell, as `linecache` and the history both keep them, but for empty ones in the end."""
    return code.rstrip().splitlines()


def _codes(value: object) -> Iterator[Any]:
    """The code of a function, within its wrappers, or of a class's own methods."""
    if isinstance(value, type):
        for one in vars(value).values():
            if isinstance(one, FunctionType) and one.__qualname__.startswith(f"{value.__qualname__}."):
                yield one.__code__
        return
    try:
        inner = inspect.unwrap(value)  # type: ignore[arg-type] # whatever it is
    except Exception:  # noqa: BLE001 -- attributes of anything at all
        return
    if isinstance(inner, FunctionType):
        yield inner.__code__


def imported_by(text: str, name: str, value: object) -> bool:
    """Whether an import statement would give this very value."""
    origin, after = origin_of(text), text.partition("import ")[2]
    imported = after.partition(" as ")[0]
    if not origin:
        module = imported if " as " in after else name
        return sys.modules.get(module) is value
    missing = sys.modules.get(f"{origin}.{imported}", ABSENT)
    holder = sys.modules.get(origin)
    return value is (missing if holder is None else getattr(holder, imported, missing))


def origin_of(text: str) -> str:
    """The module that an import statement takes from; empty where it takes the module itself."""
    return text.partition("import ")[0].removeprefix("from ").strip()


def looked_up(dotted: str, names: Mapping[str, Any]) -> object:
    """What a name, or a name in modules, stands for; nothing else's attributes are asked."""
    first, *rest = dotted.split(".")
    value = names.get(first, ABSENT)
    for attribute in rest:
        if not isinstance(value, ModuleType):
            return ABSENT
        value = getattr(value, attribute, ABSENT)
    return value


def is_own(module: ModuleType | None) -> bool:
    """Whether a module lies where a program that is judged can't reach it: beside the notebook."""
    file = getattr(module, "__file__", None)
    if not isinstance(file, str):
        return False
    path = Path(os.path.realpath(file))
    installed = (os.path.realpath(one) for one in sysconfig.get_paths().values())
    return path.is_relative_to(Path.cwd()) and not any(path.is_relative_to(one) for one in installed)
