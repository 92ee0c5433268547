"""A constant as text, where it is one whose text is all of it."""

import math

LONGEST = 20_000  # characters
_DEEPEST = 8  # containers in containers
_PLAIN = (int, bool, str, bytes, type(None), type(...))
_BRACKETS = {list: "[{}]", set: "{{{}}}", frozenset: "frozenset({{{}}})"}


def literal(value: object) -> str | None:
    """The text that gives this value; None where it isn't made of numbers, texts and plain containers."""
    try:
        text = _written(value, _DEEPEST)
    except (ValueError, RuntimeError):  # a whole number of too many digits; changed by another thread
        return None
    return text if text is not None and len(text) <= LONGEST else None


def _written(value: object, depth: int) -> str | None:
    kind = type(value)
    if kind in _PLAIN:
        return repr(value) if kind is not type(...) else "..."
    if isinstance(value, float) and kind is float:
        return repr(value) if math.isfinite(value) else f'float("{value}")'
    if isinstance(value, complex) and kind is complex:
        return repr(value) if math.isfinite(value.real) and math.isfinite(value.imag) else None
    if not depth or not isinstance(value, tuple | list | set | frozenset | dict) or len(value) > LONGEST:
        return None
    if isinstance(value, dict):
        if kind is not dict:
            return None
        pairs = [(_written(key, depth - 1), _written(held, depth - 1)) for key, held in value.items()]
        return f"{{{', '.join(f'{key}: {held}' for key, held in pairs)}}}" if _whole(pairs) else None
    parts = [_written(one, depth - 1) for one in value]
    if None in parts:
        return None
    inner = ", ".join(map(str, parts))
    if kind is tuple:
        return f"({inner}{',' * (len(parts) == 1)})"
    if not parts and kind in (set, frozenset):
        return f"{kind.__name__}()"
    return _BRACKETS[kind].format(inner) if kind in _BRACKETS else None


def _whole(pairs: list[tuple[str | None, str | None]]) -> bool:
    return all(key is not None and held is not None for key, held in pairs)
