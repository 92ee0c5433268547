"""Names that would have been right where an exception says that one is wrong."""

import builtins
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from itertools import islice
from types import FrameType, ModuleType

MOST_NAMES = 16
MOST_LOOKED_AT = 5000
NAME_BYTES = 100
ALIKE = 0.65  # of 1; what is less alike is another word: `min` isn't meant by `missing`
NO_ARGUMENT = re.compile(r"([\w.<>]+)\(\) got an unexpected keyword argument '")
NO_IMPORT = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
NO_MODULE_ATTRIBUTE = re.compile(r"[Mm]odule '?([\w.]+)'? has no attribute '(\w+)'")


def near(error: BaseException, frame: FrameType | None) -> list[str]:
    """The nearest names that are there, or all that a function takes; [] where it isn't about a name.

    Args:
        frame: the learner's innermost, None when no frame of theirs is in the traceback.
    """
    try:
        return [str(name)[:NAME_BYTES] for name in islice(_names(error, frame), MOST_NAMES)]
    except BaseException:  # `__dir__` and `__str__` may be the learner's, and do whatever they like
        return []


def _names(error: BaseException, frame: FrameType | None) -> Iterable[str]:
    text = str(error)
    if isinstance(error, AttributeError):
        return _attributes(error, text)
    if isinstance(error, NameError) and frame is not None:
        known = (*frame.f_locals, *frame.f_globals, *vars(builtins))
        return _closest(str(error.name), known)
    if isinstance(error, ImportError) and (found := NO_IMPORT.match(text)):
        return _closest(found[1], dir(sys.modules.get(found[2])))
    if isinstance(error, TypeError) and frame is not None and (found := NO_ARGUMENT.match(text)):
        return _parameters(found[1], frame)
    return []


def _attributes(error: AttributeError, text: str) -> Iterable[str]:
    of_module = NO_MODULE_ATTRIBUTE.match(text)
    if of_module is not None and of_module[1] in sys.modules:
        return _closest(of_module[2], dir(sys.modules[of_module[1]]))
    return _closest(error.name, dir(error.obj)) if isinstance(error.name, str) else []


def _closest(wrong: str, known: Iterable[str]) -> list[str]:
    """The same name in other letters first, then by the usual measure; private ones aren't meant."""
    names = [name for name in islice(known, MOST_LOOKED_AT) if type(name) is str and name[:1] != "_"]
    names = [name for name in dict.fromkeys(names) if name != wrong]
    same = [name for name in names if name.lower() == wrong.lower()]
    return list(dict.fromkeys([*same, *get_close_matches(wrong, names, n=3, cutoff=ALIKE)]))


def _parameters(called: str, frame: FrameType) -> list[str]:
    """The names that the function of this qualified name takes by keyword, from what the frame can see."""
    for function in _functions(called.rpartition("<locals>.")[2].split("."), frame):
        parameters = inspect.signature(function).parameters.values()
        named = [one.name for one in parameters if one.kind not in _WITHOUT_NAME and one.name != "self"]
        if named:
            return named
    return []


_WITHOUT_NAME = {
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.VAR_POSITIONAL,
    inspect.Parameter.VAR_KEYWORD,
}


def _functions(path: list[str], frame: FrameType) -> Iterator[Callable[..., object]]:
    """What has this name: the learner's own first, then that of the modules that the frame imported."""
    seen = {**frame.f_globals, **frame.f_locals}
    modules = [value for value in seen.values() if isinstance(value, ModuleType)]
    for space in (seen, *map(vars, modules)):
        found = space.get(path[0])
        for name in path[1:]:
            found = getattr(found, name, None)
        if callable(found):
            yield found
