"""A submission's text → its entry point, or the fact why there is none."""

import inspect
import linecache
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .did_you_mean import near

MESSAGE_LIMIT = 2000
MODULE = "submission"
STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What can be called. `by_keyword` names the parameters where only keyword calls fit.

    `call` is the entry point; `table` is set instead where the entry is a mapping of several functions.
    """

    file: str
    call: Callable[..., object] | None
    table: Mapping[str, Callable[..., object]]
    by_keyword: tuple[str, ...] = ()


class LoadError(Exception):
    """The submission can't be run; `fact` says why, as plain data."""

    def __init__(self, kind: str, message: str, line: int | None = None, exception: Any = None) -> None:  # noqa: ANN401 - JSON
        super().__init__(message)
        self.fact = {"kind": kind, "message": message, "line": line, "exception": exception}


def exception_fact(error: BaseException, file: str) -> dict[str, Any]:
    """Type, message, the learner's own lines and the names that are near of an exception, as plain data.

    Args:
        file: the name that the learner's module was compiled under.
    """
    lines: list[int] = []
    trace, frame = error.__traceback__, None
    while trace is not None and len(lines) < 1000:  # noqa: PLR2004 - deep recursion must not flood the record
        if trace.tb_frame.f_code.co_filename == file:
            lines.append(trace.tb_lineno)
            frame = trace.tb_frame
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename == file and error.lineno:
        lines.append(error.lineno)
    return {
        "type": type(error).__name__[:200],
        "message": _message(error),
        "lines": lines[-50:],
        "near": near(error, frame),
    }


def _message(error: BaseException) -> str:
    """The exception's text; a `__str__` of the learner's that fails is a fact too, never a crash."""
    try:
        text = str(error)
    except BaseException as second:
        return f"(its message could not be read: {type(second).__name__})"
    return text[:MESSAGE_LIMIT]


def load(source: str, file: str, entry_point: str, parameters: Sequence[str], folder: str | None) -> Loaded:
    """Execute a submission's module and find its entry point.

    Args:
        source: the module's text. file: the name it is compiled under.
        entry_point: name of the function, or of a mapping of functions.
        parameters: names of the entry point's parameters, in order.
        folder: for trusted code: a folder to find sibling modules in.

    Raises:
        LoadError: it can't be run.
    """
    module = _execute(_compile(source, file), source, file, folder)
    entry = _find(module, entry_point)
    if folder is not None and isinstance(entry, Mapping):
        return Loaded(file, None, entry)
    if not callable(entry):
        line = _line_of(entry_point, source)
        message = f"`{entry_point}` is not a function: its type is `{type(entry).__name__[:200]}`"
        raise LoadError("no-entry-point", message, line)
    return Loaded(file, entry, {}, _keywords(entry, entry_point, parameters))


def _compile(source: str, file: str) -> types.CodeType:
    try:
        return compile(source, file, "exec", dont_inherit=True)
    except SyntaxError as error:
        raise LoadError("syntax", f"this is not Python: {error.msg}", error.lineno) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise LoadError(
            "syntax", f"this can't be compiled: {_message(error) or type(error).__name__}"
        ) from None


def _execute(code: types.CodeType, source: str, file: str, folder: str | None) -> types.ModuleType:
    module = types.ModuleType(MODULE)
    module.__file__ = file
    sys.modules[MODULE] = module  # dataclasses and pickling look their module up there
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    if folder is not None:
        sys.path.insert(0, folder)
    try:
        exec(code, module.__dict__)  # noqa: S102 - running submissions is what this process is for
    except BaseException as error:
        fact = exception_fact(error, file)
        message = f"{fact['type']} while the file was imported: {fact['message']}"
        raise LoadError("import", message, fact["lines"][-1] if fact["lines"] else None, fact) from None
    return module


def _find(module: types.ModuleType, entry_point: str) -> object:
    try:
        return vars(module)[entry_point]
    except KeyError:
        pass
    functions = [name for name, value in vars(module).items() if inspect.isfunction(value)]
    own = [name for name in functions if getattr(vars(module)[name], "__module__", "") == MODULE]
    found = f"it defines {', '.join(f'`{name}`' for name in own[:5])}" if own else "it defines no function"
    raise LoadError("no-entry-point", f"there is no function `{entry_point}` in this file: {found}")


def _line_of(name: str, source: str) -> int | None:
    starts = (f"{name} ", f"{name}=", f"{name}:")
    numbered = enumerate(source.splitlines(), start=1)
    return next((number for number, text in numbered if text.startswith(starts)), None)


def _keywords(entry: Callable[..., object], name: str, parameters: Sequence[str]) -> tuple[str, ...]:
    """() when a call by position fits, the parameters' names when only a call by keyword does."""
    try:
        signature = inspect.signature(entry)
    except (TypeError, ValueError):
        return ()  # nothing to check it by: the call will show
    try:
        signature.bind(*parameters)
    except TypeError as positional:
        try:
            signature.bind(**dict.fromkeys(parameters))
        except TypeError:
            wanted = f"{name}({', '.join(parameters)})"
            why = _unfit(signature, parameters) or str(positional)
            message = f"`{name}{signature}` can't be called as `{wanted}`: {why}"
            raise LoadError("signature", message[:MESSAGE_LIMIT], _definition_line(entry)) from None
        return tuple(parameters)
    called = inspect.signature(entry, follow_wrapped=False)  # a wrapper may well put them in order
    own = [item.name for item in called.parameters.values() if item.kind in BY_POSITION]
    if own != list(parameters) and sorted(own) == sorted(parameters):
        message = f"the parameters of `{name}` are ({', '.join(parameters)}), in this order"
        raise LoadError("signature", message, _definition_line(entry))
    return ()


def _unfit(signature: inspect.Signature, parameters: Sequence[str]) -> str:
    """Which parameters are missing, and which ones too many; "" where the names don't say it."""
    own = {one.name: one for one in signature.parameters.values()}
    if own and not set(own) & set(parameters):
        return f"it takes {len(own)} of them, and gets {len(parameters)}"
    missing = [name for name in parameters if name not in own]
    needed = [
        name
        for name, one in own.items()
        if name not in parameters and one.default is one.empty and one.kind not in STARRED
    ]
    lacks = f"it lacks {_listed(missing)}" if missing else ""
    asks = f"nobody gives it {_listed(needed)}, which has no value of its own" if needed else ""
    return ", and ".join(filter(None, (lacks, asks)))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name[:200]}`" for name in names[:8])


def _definition_line(entry: object) -> int | None:
    code = getattr(inspect.unwrap(entry) if callable(entry) else entry, "__code__", None)
    return code.co_firstlineno if isinstance(code, types.CodeType) else None


def file_name(scratch: str, name: str) -> str:
    """The name a submission is compiled under: its own, in the scratch folder."""
    return str(Path(scratch) / Path(name).name)
