"""Programs as compiled functions of all their arguments, several in one, what they share done once.

A program may ask for its seed as a Python number, to make a key of it; compiled as it is, it would be one
program a seed. So it is traced with a number that nobody else has, and where a key is made of that, the
variable goes in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import jax
import jax.numpy as jnp

Function = Callable[..., object]
NOBODYS = 1_987_654_321  # what stands for the seed: a whole number that no case has
KEYS = ("key", "PRNGKey")  # of jax.random: what makes a key of a number
WANTS_NUMBERS = (
    jax.errors.ConcretizationTypeError,
    jax.errors.TracerArrayConversionError,
    jax.errors.TracerIntegerConversionError,
    jax.errors.TracerBoolConversionError,
)


class Compiled:
    """Several programs as one.

    Args:
        programs: place → one, each of the same arguments. seed: which of these is the seed if any.
        whole: which of the arguments are no variables: each number there is a program of its own.

    Attributes:
        together: which of the programs, by their places; the others need concrete numbers, or fail.
    """

    def __init__(
        self,
        programs: Mapping[int, Function],
        arguments: Sequence[object],
        seed: int | None,
        whole: tuple[int, ...] = (),
    ) -> None:
        ways = {place: _way(program, arguments, seed, whole) for place, program in programs.items()}
        self.together = tuple(place for place, way in ways.items() if way is not None)
        chosen = [way for way in ways.values() if way is not None]
        self._run = jax.jit(lambda *given: [way(*given) for way in chosen], static_argnums=whole)

    def __call__(self, arguments: Sequence[object]) -> list[Any]:
        """What those that are compiled give, in the order of `together`."""
        return jax.device_get(self._run(*arguments)) if self.together else []


def _way(
    program: Function, arguments: Sequence[object], seed: int | None, whole: tuple[int, ...]
) -> Function | None:
    """How a program can be traced with variables for all its arguments but these; None where it can't be."""
    plain = _plain(program)
    ways = [plain] if seed is None else [plain, _seeded(program, seed)]
    for way in ways:
        traced: Any = jax.jit(way, static_argnums=whole, inline=True)  # and isn't again where it is called
        try:
            traced.eval_shape(*arguments)
        except WANTS_NUMBERS:
            continue
        except BaseException:  # it fails, and will say so where it runs
            return None
        return cast("Function", traced)
    return None


def _plain(program: Function) -> Function:
    """A function that does the same: JAX keeps weak references, which not all that can be called takes."""

    def run(*arguments: object) -> object:
        return program(*arguments)

    return run


def _seeded(program: Function, place: int) -> Function:
    def run(*arguments: Any) -> object:  # noqa: ANN401 - whatever the program takes
        given = list(arguments)
        variable, given[place] = jnp.asarray(given[place]).astype(jnp.int32), float(NOBODYS)
        with _keys_of(variable):
            return program(*given)

    return run


@contextmanager
def _keys_of(variable: Any) -> Iterator[None]:  # noqa: ANN401 - a tracer
    """Where a key is made of nobody's number, make it of this variable."""
    made = {name: getattr(jax.random, name) for name in KEYS}

    def with_variable(make: Function) -> Function:
        return lambda seed, **options: make(variable if _is_nobodys(seed) else seed, **options)

    for name, make in made.items():
        setattr(jax.random, name, with_variable(make))
    try:
        yield
    finally:
        for name, make in made.items():
            setattr(jax.random, name, make)


def _is_nobodys(seed: object) -> bool:
    return type(seed) in {int, float} and seed == NOBODYS
