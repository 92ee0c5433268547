"""Several programs as one that is compiled: each is traced once; what wants concrete numbers is left out."""

import jax.numpy as jnp
import numpy as np

from judge.worker.authors.compiled import Compiled


def test_a_program_that_is_compiled_is_traced_once():
    traced = []

    def program(seed, x):
        traced.append(seed)
        return x * 2

    compiled = Compiled({0: program}, (1.0, jnp.ones(3)), seed=None)
    outputs = [compiled((number, jnp.ones(3)))[0] for number in (1.0, 2.0)]
    assert len(traced) == 1
    assert [output.tolist() for output in outputs] == [[2.0, 2.0, 2.0]] * 2


def test_what_needs_a_number_is_left_out_and_whole_numbers_may_be_given_as_they_are():
    def split(x, parts):
        return jnp.stack(jnp.split(x, parts)).sum(0)

    def double(x, parts):
        return x * parts

    programs, call = {4: split, 7: double}, (jnp.arange(4.0), 2)
    assert Compiled(programs, call, seed=None).together == (7,)
    both = Compiled(programs, call, seed=None, whole=(1,))
    assert both.together == (4, 7)
    first, second = both(call)
    assert np.array_equal(first, [2.0, 4.0])
    assert np.array_equal(second, [0.0, 2.0, 4.0, 6.0])
    assert np.array_equal(both((jnp.arange(4.0), 4))[0], [6.0])
