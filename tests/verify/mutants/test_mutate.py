"""One small change each, of a text that stays as it is everywhere else."""

from collections import defaultdict

import pytest
import toys

from judge.problem.model import Parameter, Problem
from judge.verify.mutants.mutate import mutants

SOURCE = '''\
"""A module."""
import jax.numpy as jnp


def helper(x):
    return (x.astype(jnp.bfloat16) ** 2).mean()


def step(seed, x, y, lr):
    """x and y."""
    loss = helper(x) - 1
    state.update(y)
    return -loss * lr


def initial_weights(x):
    return x * 3
'''


def problem() -> Problem:
    made = toys.problem()
    more = (
        Parameter(name="y", kind="array", role="targets", spec=made.arrays["x"]),
        Parameter(name="lr", kind="float", role="learning_rate"),
    )
    return toys.problem(parameters=(*made.parameters, *more))


def changed(most: int = 1000, functions: tuple[str, ...] = ()) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in mutants(problem(), SOURCE, most, functions):
        found[one.kind].update(line[1:].strip() for line in one.diff if line.startswith("+"))
    return found


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("cast dropped", "return (x ** 2).mean()"),
        ("cast moved", "return ((x ** 2).astype(jnp.bfloat16)).mean()"),
        ("cast added", 'loss = helper(x.astype("bfloat16")) - 1'),
        ("cast added", 'return -loss * jnp.asarray(lr, "bfloat16")'),
        ("other dtype", "return (x.astype(jnp.float32) ** 2).mean()"),
        ("other operator", "loss = helper(x) + 1"),
        ("other operator", "return -loss / lr"),
        ("other operator", "return (x.astype(jnp.bfloat16) * 2).mean()"),
        ("other constant", "loss = helper(x) - 2"),
        ("sign", "return loss * lr"),
        ("sign", "return -loss * -lr"),
        ("roles swapped", "loss = helper(y) - 1"),
        ("roles swapped", "return -loss * seed"),
        ("statement dropped", "pass"),
    ],
)
def test_each_kind_of_change_is_made(kind: str, line: str):
    assert line in changed()[kind]


def test_what_data_are_made_with_and_docstrings_stay():
    lines = {line for found in changed().values() for line in found}
    assert not any("x * 4" in line or '"""' in line for line in lines)
    assert len(changed()["statement dropped"]) == 1


def test_every_mutant_is_another_text():
    made = mutants(problem(), SOURCE, 1000)
    assert len({one.source for one in made}) == len(made) > 25
    assert all(len(one.diff) == 2 for one in made)


def test_a_few_of_them_are_of_different_kinds_and_always_the_same_ones():
    few = mutants(problem(), SOURCE, 8)
    assert len(few) == 8
    assert len({one.kind for one in few}) == 8
    assert few == mutants(problem(), SOURCE, 8)


def test_only_some_functions_can_be_changed():
    assert {one.function for one in mutants(problem(), SOURCE, 1000, ["helper"])} == {"helper"}


def test_a_line_that_is_not_ascii_is_changed_where_it_should_be():
    source = SOURCE.replace("loss = helper(x) - 1", 'loss = name("ä", x) - 1')
    lines = {one.diff[1] for one in mutants(problem(), source, 1000)}
    assert '+    loss = name("ä", x) + 1' in lines
