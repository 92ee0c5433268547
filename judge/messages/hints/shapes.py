"""Shapes that don't fit, told with those of the case's own arrays beside them."""

import re

from judge.messages.hints.trap import Rule, Trap

_CONTRACTED = re.compile(
    r"dot_general requires contracting dimensions to have the same shape, got \((.*?)\) and \((.*?)\)"
)
_GUFUNC = re.compile(r"matmul: .*\(size (\d+) is different from (\d+)\)")
_COMBINED = (
    re.compile(r"got incompatible shapes for broadcasting: (.*?)\.?$"),
    re.compile(r"operands could not be broadcast together with shapes (.*?)\s*$"),
    re.compile(r"Incompatible shapes for broadcasting: (.*?)\.?$"),
)
_RESHAPED = re.compile(
    r"cannot reshape array of shape (\(.*?\)) \(size (\d+)\) into shape (.+?) (?:\(size|because)"
)


def contracted(trap: Trap) -> str | None:
    """`x @ w` whose inner sizes differ."""
    found = _CONTRACTED.search(trap.text)
    sizes = (found[1].rstrip(","), found[2].rstrip(",")) if found else None
    if sizes is None and (found := _GUFUNC.search(trap.text)):
        sizes = (found[2], found[1])
    if sizes is None:
        return None
    return (
        "in a matmul `a @ b` the last axis of `a` is as long as the first of `b`, and here they have"
        f" {sizes[0]} and {sizes[1]}{_given(trap)}"
    )


def combined(trap: Trap) -> str | None:
    """`pred - y` of arrays that don't fit."""
    found = next((found for form in _COMBINED if (found := form.search(trap.text))), None)
    if found is None or trap.type not in {"TypeError", "ValueError"}:
        return None
    shapes = re.findall(r"\([\d, ]*\)", found[1])
    if len(shapes) != 2:  # noqa: PLR2004 - the two sides
        return None
    return (
        f"arrays of the shapes {_spaced(shapes[0])} and {_spaced(shapes[1])} don't fit together{_given(trap)}"
    )


def reshaped(trap: Trap) -> str | None:
    """`y.reshape(1)` of several numbers."""
    found = _RESHAPED.search(trap.text)
    if found is None:
        return None
    into = found[3] if found[3].startswith("(") else f"({found[3]},)"
    remedy = (
        "make one number of it first, with `jnp.mean`"
        if into == "(1,)"
        else "another shape has to be asked for"
    )
    return f"the array has shape {found[1]}, which are {found[2]} numbers, and can't become {into}: {remedy}"


def _given(trap: Trap) -> str:
    """The shapes of the case's arrays, as the end of a sentence."""
    told = [f"`{name}` is {_spaced(str(shape))}" for name, shape in trap.shapes.items()]
    return f". In this case {' and '.join(told)}" if told else ""


def _spaced(shape: str) -> str:
    return re.sub(r",\s*(?=\d)", ", ", shape)


RULES: tuple[Rule, ...] = (contracted, combined, reshaped)
