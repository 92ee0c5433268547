"""At which line a call ended."""

import sys
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import pytest
from flax import nnx

from judge.worker.return_line import MOST_FRAMES, Ending

FILE = "learner.py"
SOURCE = """\
import functools


def step(seed, x):
    if seed > 1:
        return float(x[0])
    elif seed > 0:
        return [
            helper(x),
        ]
    print(end="")


def helper(x):
    return x


def twice(function):
    @functools.wraps(function)
    def inner(*arguments):
        value = function(*arguments)
        return [value, value]
    return inner


wrapped = twice(step)
partial = functools.partial(step, 2.0)


def traced(seed, x):
    if x.shape == (1,):
        return x
    return x.sum()


def fails(seed, x):
    return 1 / 0


def watches(seed, x):
    import sys
    sys.settrace(mine)
    return sys.gettrace() is mine


def mine(*_):
    return None
"""


def module() -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(SOURCE, FILE, "exec"), names)
    return names


NAMES = module()


def ended(function: Callable[..., object], *arguments: object) -> int | None:
    ending = Ending(FILE, function)
    ending.call(function, *arguments)
    return ending.line


@pytest.mark.parametrize(("seed", "line"), [(2.0, 6), (1.0, 8), (0.0, 11)])
def test_the_return_that_ran_is_known(seed: float, line: int) -> None:
    assert ended(NAMES["step"], seed, jnp.ones(1)) == line


def test_a_wrapper_of_the_learners_own_returns_last() -> None:
    assert ended(NAMES["wrapped"], 1.0, jnp.ones(1)) == 22


def test_a_call_through_functools_is_that_of_the_function() -> None:
    assert ended(NAMES["partial"], jnp.ones(1)) == 6


@pytest.mark.parametrize("jit", [jax.jit, nnx.jit])
def test_a_compiled_function_ends_where_its_trace_did(jit: Callable[..., Any]) -> None:
    function = jit(module()["traced"])
    ending = Ending(FILE, function)
    for _ in range(2):  # the second time from the cache
        ending.call(function, 1.0, jnp.ones(1))
        assert ending.line == 32
    ending.call(function, 1.0, jnp.ones(2))
    assert ending.line == 33
    ending.call(function, 1.0, jnp.ones(2))  # which of both it was can't be known
    assert ending.line is None


def test_what_calls_no_function_of_the_file_has_no_line() -> None:
    assert ended(jnp.sum, jnp.ones(1)) is None
    assert ended(NAMES["wrapped"].__class__, NAMES["step"].__code__, {}) is None


def test_a_library_that_calls_much_is_not_watched_for_long() -> None:
    own = []

    def step() -> int:
        for _ in range(MOST_FRAMES):
            count()
        own.append(sys.gettrace())
        return 1

    def count() -> None:
        pass

    before = sys.gettrace()
    assert ended(step) is None
    assert own == [before]


def test_the_call_runs_unwatched_and_leaves_no_trace_function() -> None:
    before = sys.gettrace()
    seen = []
    NAMES["helper_of_test"] = lambda: seen.append(sys.gettrace())
    exec(compile("def looks():\n    helper_of_test()\n    return 3\n", FILE, "exec"), NAMES)
    assert ended(NAMES["looks"]) == 3
    assert seen == [before]
    assert sys.gettrace() is before


def test_an_exception_comes_through_and_leaves_no_trace_function() -> None:
    before = sys.gettrace()
    with pytest.raises(ZeroDivisionError):
        ended(NAMES["fails"], 1.0, jnp.ones(1))
    assert sys.gettrace() is before


def test_a_trace_function_of_the_learners_own_is_left_alone() -> None:
    before = sys.gettrace()
    try:
        ending = Ending(FILE, NAMES["watches"])
        assert ending.call(NAMES["watches"], 1.0, 2.0) is True
        assert sys.gettrace() is NAMES["mine"]
    finally:
        sys.settrace(before)


def test_an_object_whose_attributes_raise_has_no_code() -> None:
    class Odd:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError(name)

        def __call__(self) -> int:
            return 3

    assert Ending(FILE, Odd()).code is None
    assert ended(Odd()) is None
