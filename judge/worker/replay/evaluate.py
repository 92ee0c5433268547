"""Evaluate a program that another process traced, on a case's arrays.

Runs in a worker that has never seen the submission. Primitives are looked up by name in JAX's public modules;
calls are calls of `jax.jit` again, so that they are compiled as they were, and give the same bits.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import jax
import jax.extend.core.primitives
import jax.numpy as jnp
import numpy as np

from ..trace.opaque import Opaque
from ..values import argument, as_numpy
from ..wire import Record
from .evaluable import SCATTERS
from .primitive_data import Unencodable, decode, decode_constant

LONGEST_NAME = 100
INNER = ("jaxpr", "call_jaxpr", "fun_jaxpr")
VARIABLES = ("learning_rate", "loss_scale")

Function = Callable[..., list[Any]]


def replay(question: Record) -> object:
    """What the program gives on the arguments of the question.

    Raises:
        Exception: whatever a program raises that is none, or that has what isn't known here.
    """
    asked = question.header
    arguments = [argument(item, question.arrays) for item in asked["arguments"]]
    arrays = [as_numpy(array) for array in question.arrays[asked["own"] :]]
    whole = asked["evaluable"]
    given = leaves(asked["parameters"], arguments, variables=asked["variables"])
    return rebuilt(whole["returned"], Replay(whole["constants"], arrays).run(whole["program"], given))


class Replay:
    """A whole program, and its constants.

    Args:
        constants: (implementation or None, index into `arrays`) each.
    """

    def __init__(self, constants: Sequence[Sequence[Any]], arrays: Sequence[np.ndarray[Any, Any]]) -> None:
        self.constants = [decode_constant(impl, arrays[index]) for impl, index in constants]

    def run(self, program: Mapping[str, Any], arguments: Sequence[Any]) -> list[Any]:
        """The results of a (sub-)program.

        Raises:
            Exception: whatever a program raises that is none.
        """
        env: dict[int, Any] = dict(enumerate(arguments))

        def read(operand: int) -> Opaque:
            return env[operand] if operand >= 0 else self.constants[-1 - operand]

        for step in program["steps"]:
            results = self.step(step["op"], step["params"], [read(operand) for operand in step["in"]])
            env.update(zip(step["out"], results, strict=True))
        return [read(operand) for operand in program["outs"]]

    def step(self, name: str, params: Mapping[str, Any], operands: list[Any]) -> Sequence[Any]:
        """The results of one operation."""
        if "again" in params:
            dtype, shape = params["again"]
            return [operands[0].astype(dtype).reshape(shape)]
        given = {key: decode(value, self.function) for key, value in params.items()}
        if "weak_type" in given:
            given["weak_type"] = False  # nothing is, here, so that branches and carries fit
        special: dict[str, Callable[[dict[str, Any], list[Any]], Sequence[Any]]] = {
            "scan": _scan,
            "while": _while,
            "cond": _cond,
            "random_wrap": lambda given, operands: [
                jax.random.wrap_key_data(*operands, impl=str(given["impl"].name))
            ],
            "random_unwrap": lambda _, operands: [jax.random.key_data(*operands)],
        }
        if name in special:
            return special[name](given, operands)
        if name in SAME or _is_alone(name, given):
            return operands
        if (inner := next((given[key] for key in INNER if key in given), None)) is not None:
            called: Sequence[Any] = _call(name, inner, given, operands)
            return called
        if name in SCATTERS:
            return [getattr(jax.lax, name.replace("-", "_"))(*operands, **given)]
        if any(callable(value) and not isinstance(value, type) for value in given.values()):
            raise Unencodable(f"{name} with a sub-program")
        primitive = primitives().get(name)
        if primitive is None:
            raise Unencodable(name)
        made = primitive.bind(*operands, **given)
        results: Sequence[Any] = made if primitive.multiple_results else [made]
        return results

    def function(self, program: Mapping[str, Any]) -> Function:
        """A sub-program as a function."""
        return lambda *arguments: self.run(program, arguments)


SAME = ("device_put", "sharding_constraint", "reshard", "stop_gradient", "pvary")


@cache
def primitives() -> dict[str, Any]:
    """Name → primitive, of JAX's public modules."""
    found = {}
    for module in (jax.lax, jax.extend.core.primitives):
        for name in dir(module):
            if name.endswith("_p") and hasattr(value := getattr(module, name), "bind"):
                found[value.name] = value
    return found


def _is_alone(name: str, given: Mapping[str, Any]) -> bool:
    """Whether this sums over devices, of which a worker has one; axes by number are those of arrays."""
    axes = given.get("axes", ())
    return name.startswith("psum") and bool(axes) and all(isinstance(axis, str) for axis in axes)


def _call(name: str, inner: Function, given: Mapping[str, Any], operands: list[Any]) -> Opaque:
    """Compiled as a whole under its own name where it was, so that it is found among what is compiled."""
    if name not in {"jit", "pjit"}:
        return inner(*operands)

    def function(*arguments: Opaque) -> list[Any]:
        return inner(*arguments)

    function.__name__ = function.__qualname__ = str(given.get("name"))[:LONGEST_NAME]
    return jax.jit(function)(*operands)


def _scan(given: dict[str, Any], operands: list[Any]) -> Opaque:
    constants, carries = given["num_consts"], given["num_carry"]
    fixed = operands[:constants]

    def body(carry: list[Any], row: list[Any]) -> tuple[list[Any], list[Any]]:
        made = given["jaxpr"](*fixed, *carry, *row)
        return made[:carries], made[carries:]

    start, rows = operands[constants : constants + carries], operands[constants + carries :]
    carry, made = jax.lax.scan(body, start, rows, length=given["length"], reverse=given["reverse"])
    return [*carry, *made]


def _while(given: dict[str, Any], operands: list[Any]) -> Opaque:
    skip = given["cond_nconsts"]
    tested, fixed = operands[:skip], operands[skip : skip + given["body_nconsts"]]
    start = operands[skip + given["body_nconsts"] :]
    return jax.lax.while_loop(
        lambda carry: given["cond_jaxpr"](*tested, *carry)[0],
        lambda carry: given["body_jaxpr"](*fixed, *carry),
        start,
    )


def _cond(given: dict[str, Any], operands: list[Any]) -> Opaque:
    index = jnp.asarray(operands[0]).astype("int32")
    return jax.lax.switch(index, given["branches"], *operands[1:])


def leaves(
    parameters: Sequence[Mapping[str, Any]], arguments: Sequence[Any], *, variables: bool
) -> list[Any]:
    """What goes into a program of a call's arguments: arrays, and numbers that are variables of it."""
    found: list[Any] = []
    for parameter, given in zip(parameters, arguments, strict=True):
        if not isinstance(given, int | float):
            found += jax.tree.leaves(given)
        elif variables and parameter["role"] in VARIABLES:
            found.append(jnp.asarray(given))
    return found


def rebuilt(form: Mapping[str, Any], results: Sequence[Any]) -> object:
    """What was returned, of these arrays."""
    if "array" in form:
        return results[form["array"]]
    kind, items = form["tree"]["kind"], form["tree"]["items"]
    made = [(key, rebuilt(item, results)) for key, item in items]
    if kind == "dict":
        return dict(made)
    return tuple(value for _, value in made) if kind == "tuple" else [value for _, value in made]
