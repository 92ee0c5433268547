"""A program as it would be without rounding: its operations, evaluated in float64.

What it draws is left as it is drawn, in float32: from where an argument comes in, everything is float64, and
casts to less do nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend import core

Function = Callable[..., object]
DTYPES = ("new_dtype", "preferred_element_type", "dtype", "out_dtype")
INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")


def in_double(function: Function) -> Function:
    """The same function of the same arguments, in float64; a value that it returns is float64, too.

    Raises (when called):
        TypeError: it has an operation that can't be evaluated so, such as a loop.
    """

    def run(*arguments: object) -> object:
        leaves, tree = jax.tree.flatten(list(arguments))
        places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, jax.Array)]

        def flat(*arrays: object) -> object:
            filled = dict(enumerate(leaves)) | dict(zip(places, arrays, strict=True))
            return function(*jax.tree.unflatten(tree, [filled[place] for place in range(len(leaves))]))

        traced, shape = jax.make_jaxpr(flat, return_shape=True)(*(leaves[place] for place in places))
        with jax.enable_x64(new_val=True):
            given = [jnp.asarray(np.asarray(leaves[place]), _wide(leaves[place].dtype)) for place in places]
            outputs = _evaluated(traced.jaxpr, traced.consts, given)
            return jax.tree.unflatten(jax.tree.structure(shape), [np.asarray(one) for one in outputs])

    return run


def _is_float(value: Any) -> bool:  # noqa: ANN401 - an array, or what literals hold
    return bool(jnp.issubdtype(jnp.result_type(value), jnp.floating))


def _wide(dtype: Any) -> Any:  # noqa: ANN401 - numpy's
    return np.float64 if jnp.issubdtype(dtype, jnp.floating) else dtype


def _evaluated(jaxpr: Any, constants: Sequence[Any], given: Sequence[Any]) -> list[Any]:  # noqa: ANN401 - a jaxpr
    known: dict[Any, Any] = dict(zip(jaxpr.constvars, constants, strict=True))
    known |= dict(zip(jaxpr.invars, given, strict=True))

    def read(operand: Any) -> Any:  # noqa: ANN401 - a variable or literal
        return operand.val if isinstance(operand, core.Literal) else known[operand]

    for equation in jaxpr.eqns:
        results = _step(equation, [read(operand) for operand in equation.invars])
        known.update(zip(equation.outvars, results, strict=True))
    return [read(operand) for operand in jaxpr.outvars]


def _step(equation: Any, operands: list[Any]) -> Sequence[Any]:  # noqa: ANN401 - an equation
    name, params = equation.primitive.name, equation.params
    wide = any(getattr(operand, "dtype", None) == np.float64 for operand in operands)
    if wide and name in {"convert_element_type", "reduce_precision"}:
        narrowed = params.get("new_dtype", np.float32)
        return [operands[0]] if jnp.issubdtype(narrowed, jnp.floating) else _bound(equation, operands, params)
    inner = next((params[key] for key in INNER if key in params), None)
    if inner is not None:
        closed = hasattr(inner, "consts")
        return _evaluated(inner.jaxpr if closed else inner, inner.consts if closed else (), operands)
    if name in {"scan", "while", "cond"}:
        raise TypeError(f"{name} is not evaluated in float64")
    if wide:
        operands = [
            jnp.asarray(operand, np.float64) if _is_float(operand) else operand for operand in operands
        ]
        params = _widened(params)
    return _bound(equation, operands, params)


def _widened(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: np.dtype(np.float64)
        if key in DTYPES and value is not None and jnp.issubdtype(value, jnp.floating)
        else value
        for key, value in params.items()
    }


def _bound(equation: Any, operands: Sequence[Any], params: Mapping[str, Any]) -> Sequence[Any]:  # noqa: ANN401 - an equation
    results = equation.primitive.bind(*operands, **params)
    return results if equation.primitive.multiple_results else [results]
