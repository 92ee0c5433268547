"""The parameters and constants of primitives ↔ plain data: what is on this list passes, and nothing else.

null, true, 1, 1.5, "text"   as they are
{"float": "nan"}             a number that JSON has no word for
{"dtype": "bfloat16"}        {"tuple": [...]}        {"list": [...]}
{"enum": ["Precision", "HIGHEST"]}     a name of jax.lax
{"record": ["GatherDimensionNumbers", [[field, value], ...]]}     likewise
{"impl": "threefry2x32"}     an implementation of random numbers
{"program": {...}}           a sub-program, see evaluable.py
"""

import dataclasses
import enum
import math
import numbers
from collections.abc import Callable, Mapping
from typing import Any

import jax
import jax.extend.random
import jax.numpy as jnp
import numpy as np

from ..trace.opaque import Opaque
from ..wire import ITEM_SIZES, Array

ENUMS = ("Precision", "GatherScatterMode", "RoundingMethod", "RandomAlgorithm", "AccuracyMode")
ENUMS_TOO = ("DotAlgorithmPreset", "FftType")
RECORDS = ("ConvDimensionNumbers", "GatherDimensionNumbers", "ScatterDimensionNumbers", "DotAlgorithm")
IMPLS = ("threefry", "rbg", "unsafe_rbg")


class Unencodable(Exception):
    """There is no plain form of this; `args[0]` says of what."""


def encode(value: Opaque, program: Callable[[Opaque], dict[str, Any] | None]) -> Opaque:
    """A parameter as plain data.

    Args:
        program: the plain form of a sub-program, None for what is none.

    Raises:
        Unencodable: it is of no kind that is known.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, enum.Enum):
        return {"enum": [type(value).__name__, value.name]}
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"float": str(float(value))}
    if isinstance(value, jax.sharding.Sharding):
        return None  # where a number lies doesn't change it
    return _encode_object(value, program)


def _encode_object(value: Opaque, program: Callable[[Opaque], dict[str, Any] | None]) -> dict[str, Any]:
    if isinstance(value, np.dtype) or (isinstance(value, type) and issubclass(value, np.generic)):
        return {"dtype": np.dtype(value).name}
    if (name := _impl_name(value)) is not None:
        return {"impl": name}
    if type(value).__name__ in RECORDS:
        return {
            "record": [type(value).__name__, [[key, encode(item, program)] for key, item in _fields(value)]]
        }
    if type(value) in {tuple, list}:
        return {type(value).__name__: [encode(item, program) for item in value]}
    if (inner := program(value)) is not None:
        return {"program": inner}
    raise Unencodable(type(value).__name__)


def _fields(value: Opaque) -> list[tuple[str, Any]]:
    if dataclasses.is_dataclass(value):
        return [(field.name, getattr(value, field.name)) for field in dataclasses.fields(value)]
    return list(value._asdict().items())


def _impl_name(value: Opaque) -> str | None:
    return next((name for name, impl in _impls().items() if value is impl), None)


def _impls() -> dict[str, Any]:
    return {name: getattr(jax.extend.random, f"{name}_prng_impl") for name in IMPLS}


def decode(value: Opaque, program: Callable[[Mapping[str, Any]], Opaque]) -> Opaque:
    """The parameter that this is the plain form of.

    Args:
        program: what stands for a sub-program.

    Raises:
        Unencodable: it is of no form that is known.
    """
    if not isinstance(value, dict):
        return value
    ((kind, given),) = value.items()
    if kind in {"tuple", "list"}:
        items = [decode(item, program) for item in given]
        return tuple(items) if kind == "tuple" else items
    if kind == "record" and given[0] in RECORDS:
        return getattr(jax.lax, given[0])(**{key: decode(item, program) for key, item in given[1]})
    if kind == "enum" and given[0] in (*ENUMS, *ENUMS_TOO):
        return getattr(jax.lax, given[0])[given[1]]
    simple: dict[str, Callable[[Opaque], Opaque]] = {
        "float": float,
        "dtype": jnp.dtype,
        "impl": lambda name: _impls()[name],
        "program": program,
    }
    if kind not in simple:
        raise Unencodable(str(kind))
    return simple[kind](given)


def encode_constant(value: Opaque, aval: Opaque) -> tuple[str | None, Array]:
    """The implementation of the random numbers that it is a key of, or None; its numbers.

    Raises:
        Unencodable: it has none, or none that pass the wall.
    """
    impl = None
    if isinstance(value, jax.core.Tracer):
        raise Unencodable("a constant that is traced")
    if isinstance(value, jax.Array) and jnp.issubdtype(value.dtype, jax.dtypes.prng_key):
        impl = str(jax.random.key_impl(value))
        value, aval = jax.random.key_data(value), None
    array = np.asarray(value)
    dtype = getattr(aval, "dtype", array.dtype)
    name = getattr(dtype, "name", str(dtype))
    if name not in ITEM_SIZES:
        raise Unencodable(f"a constant of dtype {name}")
    plain = np.ascontiguousarray(array.astype(dtype))
    return impl, Array(name, tuple(array.shape), plain.astype(plain.dtype.newbyteorder("<")).tobytes())


def decode_constant(impl: str | None, array: np.ndarray[Any, Any]) -> jax.Array:
    """The constant of this."""
    plain = jnp.asarray(array)
    return plain if impl is None else jax.random.wrap_key_data(plain, impl=impl)
