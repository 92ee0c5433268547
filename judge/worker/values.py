"""Python objects ↔ the plain data that passes the wall."""

from collections.abc import Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes  # noqa: F401 - registers bfloat16 and its kin with numpy's dtype()
import numpy as np
from flax import nnx

from .wire import ITEM_SIZES, Array

TEXT_LIMIT = 200
MAX_DEPTH = 4
MAX_ITEMS = 64


class TooLarge(Exception):
    """What was returned has more bytes than allowed; `args[0]` is how many."""


def argument(described: Mapping[str, Any], arrays: Sequence[Array], *, abstract: bool = False) -> object:
    """One argument of the call: a number, a jax.Array, or a tuple or dict of them.

    Args:
        described: {"number": n} | {"array": index} | {"blank": [dtype, shape]} | {"tuple": [...]} |
            {"dict": [[key, ...], ...]}.
        abstract: give a ShapeDtypeStruct in place of each array.
    """
    if "number" in described:
        return described["number"]
    if "array" in described:
        return _array(arrays[described["array"]], abstract=abstract)
    if "blank" in described:
        return _blank(*described["blank"], abstract=abstract)
    if "tuple" in described:
        return tuple(argument(item, arrays, abstract=abstract) for item in described["tuple"])
    return {key: argument(item, arrays, abstract=abstract) for key, item in described["dict"]}


def as_numpy(array: Array) -> np.ndarray[Any, Any]:
    """A writable numpy array of the same dtype and shape."""
    return np.frombuffer(array.data, dtype=np.dtype(array.dtype)).reshape(array.shape).copy()


def _array(array: Array, *, abstract: bool) -> object:
    if abstract:
        return jax.ShapeDtypeStruct(array.shape, np.dtype(array.dtype))
    return jnp.asarray(as_numpy(array))


def _blank(dtype: str, shape: Sequence[int], *, abstract: bool) -> object:
    if abstract:
        return jax.ShapeDtypeStruct(tuple(shape), np.dtype(dtype))
    return jnp.asarray(np.zeros(tuple(shape), np.dtype(dtype)))


def describe(value: object, arrays: list[Array], *, limit: int, depth: int = 0) -> dict[str, Any]:
    """What was returned, as plain data; its arrays are appended to `arrays`.

    Args:
        limit: bytes that all arrays together may have.

    Raises:
        TooLarge: they have more.
    """
    if is_array(value):
        return _describe_array(value, arrays, limit)
    if type(value) in {tuple, list, dict} and depth < MAX_DEPTH and 0 < len(value) <= MAX_ITEMS:  # type: ignore[arg-type] # the type check makes it sized
        return _describe_tree(value, arrays, limit, depth)
    return {"other": {"kind": _kind(value), "type_name": _type_name(value), "text": _text(value)}}


def is_array(value: object) -> bool:
    """Whether this is a concrete jax or numpy array of numbers."""
    if isinstance(value, jax.core.Tracer) or not isinstance(value, jax.Array | np.ndarray):
        return False
    return value.dtype.name in ITEM_SIZES


def _describe_array(value: Any, arrays: list[Array], limit: int) -> dict[str, Any]:  # noqa: ANN401 - jax or numpy array
    total = int(value.nbytes) + sum(len(array.data) for array in arrays)
    if total > limit:
        raise TooLarge(total)
    plain = np.ascontiguousarray(np.asarray(value))
    shape = tuple(int(size) for size in value.shape)  # ascontiguousarray turns () into (1,)
    arrays.append(Array(plain.dtype.name, shape, plain.astype(plain.dtype.newbyteorder("<")).tobytes()))
    return {"array": len(arrays) - 1}


def _describe_tree(value: Any, arrays: list[Array], limit: int, depth: int) -> dict[str, Any]:  # noqa: ANN401 - tuple, list or dict
    pairs = value.items() if type(value) is dict else enumerate(value)
    items = [
        [str(key)[:TEXT_LIMIT], describe(item, arrays, limit=limit, depth=depth + 1)] for key, item in pairs
    ]
    return {"tree": {"kind": type(value).__name__, "items": items}}


_KINDS: tuple[tuple[Any, str], ...] = (
    (type(None), "none"),
    (bool, "bool"),
    (int, "int"),
    (float, "float"),
    (str, "str"),
    (nnx.Variable, "variable"),
    (jax.core.Tracer, "tracer"),
    (np.generic, "scalar"),
    (tuple, "tuple"),
    (list, "list"),
    (dict, "dict"),
)


def _kind(value: object) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), "other")


def _type_name(value: object) -> str:
    if isinstance(value, jax.Array | np.ndarray) and not isinstance(value, jax.core.Tracer):
        return f"array of dtype {value.dtype}"[:TEXT_LIMIT]  # of one that can't pass
    return type(value).__name__[:TEXT_LIMIT]


def _text(value: object) -> str:
    """A short repr; a repr that fails is a fact too, never a crash."""
    try:
        return repr(value)[:TEXT_LIMIT]
    except BaseException as error:
        return f"(its repr raised {type(error).__name__})"
