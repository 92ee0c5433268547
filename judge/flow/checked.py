"""Plain data of a trace, held to the types and sizes that it should have."""

from collections.abc import Mapping
from typing import Any

MAX_TEXT = 200


class Malformed(Exception):
    """The program isn't what the worker sends; `args[0]` says where."""


def mapping(item: object, where: str) -> Mapping[str, Any]:
    """A mapping, or `Malformed`."""
    if not isinstance(item, dict):  # as JSON has it
        raise Malformed(f"{where} is no mapping")
    return item


def items(data: Mapping[str, Any], key: str, limit: int) -> list[Any]:
    """A list of at most so many, or `Malformed`."""
    item = data.get(key)
    if not isinstance(item, list) or len(item) > limit:
        raise Malformed(f"{key} is no list of at most {limit}")
    return item


def short_text(item: object) -> str:
    """The beginning of a text, or `Malformed`."""
    if not isinstance(item, str):
        raise Malformed("a text is no text")
    return item[:MAX_TEXT]


def whole(item: object, low: int, high: int) -> int:
    """A whole number in a range, or `Malformed`."""
    if type(item) is not int or not low <= item <= high:
        raise Malformed("a number is out of range")
    return item


def sizes(item: object) -> tuple[int, ...]:
    """The sizes of an array, or `Malformed`."""
    if not isinstance(item, list) or len(item) > 32:  # noqa: PLR2004 - numpy allows 64 axes, nobody has 32
        raise Malformed("a shape is no list")
    return tuple(whole(size, 0, 2**40) for size in item)
