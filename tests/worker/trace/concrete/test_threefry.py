"""Random bits are those of JAX: a release that draws others is named here."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from judge.worker.trace.concrete.threefry import folded_in, random_bits, seeded, split

SEEDS = (0, 1, 7, 2**31 - 1, -1)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_key_of_a_seed(seed: int):
    assert seeded(np.asarray(seed, np.int32)).tolist() == jax.random.key_data(jax.random.key(seed)).tolist()


def test_the_upper_word_of_a_long_seed_counts():
    assert seeded(np.asarray(2**40 + 5, np.int64)).tolist() == [2**8, 5]


@pytest.mark.parametrize("data", [0, 1, 2**32 - 1])
def test_a_key_with_something_folded_in(data: int):
    due = jax.random.key_data(jax.random.fold_in(jax.random.key(3), jnp.uint32(data)))
    assert folded_in(seeded(np.asarray(3, np.int32)), np.asarray(data, np.uint32)).tolist() == due.tolist()


@pytest.mark.parametrize("shape", [(1,), (5,), (2, 3)])
def test_keys_that_are_split(shape: tuple[int, ...]):
    due = jax.random.key_data(jax.random.split(jax.random.key(3), shape))
    assert split(seeded(np.asarray(3, np.int32)), shape).tolist() == due.tolist()


@pytest.mark.parametrize("width", [8, 16, 32])
@pytest.mark.parametrize("shape", [(), (7,), (3, 5)])
def test_bits(width: int, shape: tuple[int, ...]):
    due = jax.random.bits(jax.random.key(11), shape, f"uint{width}")
    made = random_bits(seeded(np.asarray(11, np.int32)), width, shape)
    assert made.dtype == due.dtype
    assert np.array_equal(made, due)
