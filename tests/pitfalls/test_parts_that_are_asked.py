"""Checks that look at a part of each gradient, and those that look at all of them in parts."""

import pytest
from scaled_steps import scaled_step
from traced import flow_of, problem

from judge.pitfalls import Clues, partial_finite_check

PROBLEM = "dynamic_loss_scale_step"
REST = """
    g = jax.tree.map(lambda a: a / loss_scale, g)
    ok = check(g)
    p = jax.tree.map(lambda a, b: jnp.where(ok, a - lr * b, a), p, g)
"""
EACH = "check = lambda g: jnp.stack([{} for a in jax.tree.leaves(g)]).all()"
KERNEL = "check = lambda g: {} & jnp.isfinite(g['bias']).all()"
PARTS = {
    "the first row": KERNEL.format("jnp.isfinite(g['kernel'][0]).all()"),
    "the first element": EACH.format("jnp.isfinite(a.ravel()[0])"),
    "all but the first": EACH.format("jnp.isfinite(a.ravel()[1:]).all()"),
    "every other one": EACH.format("jnp.isfinite(a[::2]).all()"),
    "the first ones of all": "check = lambda g: jnp.isfinite(ravel_pytree(g)[0][:5]).all()",
    "the largest": EACH.format("jnp.isfinite(a.max())"),
    "the smallest": EACH.format("jnp.isfinite(jnp.min(a))"),
}
ALL = {
    "one vector": "check = lambda g: jnp.isfinite(ravel_pytree(g)[0]).all()",
    "two halves": EACH.format("jnp.stack([jnp.isfinite(b).all() for b in jnp.split(a, 2)]).all()"),
    "a vector in two parts": "def check(g):\n    v = ravel_pytree(g)[0]\n"
    "    return jnp.isfinite(v[:3]).all() & jnp.isfinite(v[3:]).all()",
    "each element": EACH.format("jnp.stack([jnp.isfinite(a.ravel()[i]) for i in range(a.size)]).all()"),
    "each row in a loop": KERNEL.format(
        "jax.lax.fori_loop(0, 4, lambda i, ok: ok & jnp.isfinite(g['kernel'][i]).all(), jnp.bool_(True))"
    ),
    "a part, then all": EACH.format("jnp.isfinite(a[0]).all() & jnp.isfinite(a).all()"),
    "a part, then all by NumPy": EACH.format("jnp.isfinite(a[0]).all() & np.isfinite(np.zeros(2)).all()"),
    "the largest and the smallest": EACH.format("jnp.isfinite(a.max()) & jnp.isfinite(a.min())"),
    "the largest of both signs": EACH.format("jnp.isfinite(a.max()) & jnp.isfinite((-a).max())"),
    "the largest size": EACH.format("jnp.isfinite(jnp.abs(a).max())"),
    "a sum": "check = lambda g: jnp.isfinite(sum(a.sum() for a in jax.tree.leaves(g)))",
    "a running sum's last": EACH.format("jnp.isfinite(jnp.cumsum(a.ravel())[-1])"),
}


def found(check: str) -> list[int | None]:
    source = scaled_step(REST, before=check)
    clues = Clues(problem=problem(PROBLEM), flow=flow_of(source), source=source)
    assert clues.passes is not None
    return [finding.line for finding in partial_finite_check.detect(clues)]


@pytest.mark.parametrize("check", PARTS.values(), ids=PARTS)
def test_a_part_is_told(check: str):
    assert found(check) == [6]


@pytest.mark.parametrize("check", ALL.values(), ids=ALL)
def test_all_of_them_are_not(check: str):
    assert found(check) == []
