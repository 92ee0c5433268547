"""A constant as text, where it is one whose text is all of it."""

import math
from collections.abc import Callable, Mapping
from typing import Any

LONGEST = 20_000  # characters
_DEEPEST = 8  # containers in containers


class _MoreThanText(Exception):
    """It isn't made of numbers, texts and plain containers."""


def literal(value: object) -> str | None:
    """The text that gives this value; None where it isn't made of numbers, texts and plain containers."""
    try:
        text = _written(value, _DEEPEST)
    except (_MoreThanText, ValueError, RuntimeError):  # too many digits; changed by another thread
        return None
    return text if len(text) <= LONGEST else None


def _written(value: object, depth: int) -> str:
    form = _FORMS.get(type(value))
    if form is None or not depth:
        raise _MoreThanText
    return form(value, depth - 1)


def _float(value: float, _: int) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def _complex(value: complex, _: int) -> str:
    if not (math.isfinite(value.real) and math.isfinite(value.imag)):
        raise _MoreThanText
    return repr(value)


def _inner(values: Any, depth: int) -> str:  # noqa: ANN401 -- whatever holds values
    if len(values) > LONGEST:
        raise _MoreThanText
    return ", ".join(_written(one, depth) for one in values)


def _dict(value: dict[object, object], depth: int) -> str:
    if len(value) > LONGEST:
        raise _MoreThanText
    pairs = (f"{_written(key, depth)}: {_written(held, depth)}" for key, held in value.items())
    return f"{{{', '.join(pairs)}}}"


def _plain(value: object, _: int) -> str:
    return repr(value)


_FORMS: Mapping[type, Callable[[Any, int], str]] = {
    **dict.fromkeys((int, bool, str, bytes, type(None)), _plain),
    type(...): lambda _, __: "...",
    float: _float,
    complex: _complex,
    dict: _dict,
    list: lambda value, depth: f"[{_inner(value, depth)}]",
    tuple: lambda value, depth: f"({_inner(value, depth)}{',' * (len(value) == 1)})",
    set: lambda value, depth: f"{{{_inner(value, depth)}}}" if value else "set()",
    frozenset: lambda value, depth: f"frozenset(({_inner(value, depth)}{',' * bool(value)}))",
}
