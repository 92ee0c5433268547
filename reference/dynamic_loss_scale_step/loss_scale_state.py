"""Right ways to ask whether gradients are finite, and to find the next scale and count."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree
from loss_scale_losses import initial_parameters, mse

Number = float | jax.Array
Step = Callable[..., jax.Array]
Finite = Callable[[Any], Any]

SMALLEST, LARGEST = 1.0, 2.0**24


class Given(NamedTuple):
    """What the entry point gets."""

    seed: float
    x: jax.Array
    y: jax.Array
    lr: float
    loss_scale: float
    good_steps: int
    interval: int


def entry_point(step: Callable[[Given], jax.Array]) -> Step:
    """A function of all that is given as one of seven arguments."""
    return lambda *arguments: step(Given(*arguments))


def registry(steps: dict[str, Step]) -> Callable[[str], Callable[[Callable[[Given], jax.Array]], None]]:
    """A decorator that keeps a step under a name."""

    def style(name: str) -> Callable[[Callable[[Given], jax.Array]], None]:
        def register(step: Callable[[Given], jax.Array]) -> None:
            steps[name] = entry_point(step)

        return register

    return style


# --- how finiteness is asked: of a tree of gradients, one boolean -----------------------------------


def all_of_stack(grads: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    """Leaf by leaf, and then of all leaves."""
    return jnp.all(jnp.stack([jnp.isfinite(grad).all() for grad in jax.tree.leaves(grads)]))


def tree_reduce(grads: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    """The same, folded over the tree."""
    return jax.tree.reduce(jnp.logical_and, jax.tree.map(lambda grad: jnp.isfinite(grad).all(), grads))


def _of_sum(grads: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    """A sum is finite where all its terms are: float32 has room for 2**24 numbers of float16's range."""
    return jnp.isfinite(sum(jnp.sum(grad) for grad in jax.tree.leaves(grads)))


def _of_norm(grads: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    return jnp.isfinite(optax.global_norm(grads))


def of_largest(grads: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    """`max` hands a NaN on, and no comparison with a NaN is true."""
    return jnp.max(jnp.stack([jnp.max(jnp.abs(grad)) for grad in jax.tree.leaves(grads)])) < jnp.inf


def _of_difference(grads: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    """Infinity less infinity is NaN, and so is NaN - NaN."""
    return ~jnp.stack([jnp.any(jnp.isnan(grad - grad)) for grad in jax.tree.leaves(grads)]).any()


def _of_one_vector(grads: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    flat, _ = ravel_pytree(grads)
    return jnp.isfinite(flat).all()


def _neither_inf_nor_nan(grads: Any) -> jax.Array:  # noqa: ANN401 - any tree of arrays
    bad = [jnp.any(jnp.isinf(grad) | jnp.isnan(grad)) for grad in jax.tree.leaves(grads)]
    return ~jnp.any(jnp.array(bad))


def in_python(grads: Any) -> bool:  # noqa: ANN401 - any tree of arrays
    """Asked outside of JAX: the step can't be compiled then."""
    return all(bool(jnp.isfinite(grad).all()) for grad in jax.tree.leaves(grads))


def _in_numpy(grads: Any) -> bool:  # noqa: ANN401 - any tree of arrays
    return all(np.isfinite(np.asarray(grad)).all() for grad in jax.tree.leaves(grads))


FINITE: dict[str, Finite] = {
    "stack": all_of_stack,
    "tree-reduce": tree_reduce,
    "sum": _of_sum,
    "norm": _of_norm,
    "largest": of_largest,
    "difference": _of_difference,
    "raveled": _of_one_vector,
    "neither-inf-nor-nan": _neither_inf_nor_nan,
    "in-python": in_python,
    "in-numpy": _in_numpy,
}


# --- what becomes of scale and count -----------------------------------------------------------------


def by_where(finite: Number, scale: Number, count: Number, interval: Number) -> tuple[Number, Number]:
    """Both outcomes are computed, and one is taken."""
    grow = finite & (count + 1 >= interval)
    grown = jnp.where(grow, jnp.minimum(scale * 2, LARGEST), scale)
    scale = jnp.where(finite, grown, jnp.maximum(scale / 2, SMALLEST))
    return scale, jnp.where(grow | ~finite, 0, count + 1)


def by_if(finite: Number, scale: float, count: int, interval: int) -> tuple[float, int]:
    """In Python floats and ints."""
    if not finite:
        return max(scale / 2, SMALLEST), 0
    count += 1
    if count == interval:
        return min(scale * 2.0, LARGEST), 0
    return scale, count


def by_factor(finite: Number, scale: Number, count: Number, interval: Number) -> tuple[Number, Number]:
    """One factor and one clip: no scale from 1 to 2**24 leaves these bounds where it shouldn't."""
    full = (count + 1) // interval
    factor = jnp.where(finite, jnp.where(full > 0, 2.0, 1.0), 0.5)
    return jnp.clip(scale * factor, SMALLEST, LARGEST), (count + 1) * finite * (full < 1)


def by_modulo(finite: Number, scale: Number, count: Number, interval: Number) -> tuple[Number, Number]:
    """As jmp has it: the count runs round."""
    grown = jnp.where(count == interval - 1, jnp.minimum(scale * 2, LARGEST), scale)
    scale = jnp.where(finite, grown, jnp.maximum(SMALLEST, scale / 2))
    return scale, jnp.where(finite, (count + 1) % interval, 0)


def packed(loss: Number, scale: Number, count: Number) -> jax.Array:
    """What the entry point returns, float32 (3,)."""
    return jnp.stack([jnp.asarray(value, jnp.float32) for value in (loss, scale, count)])


def where_step(all_finite: Finite, given: Given) -> jax.Array:
    """A step on a dict, chosen leaf by leaf; the check comes after the division."""
    seed, x, y, lr, loss_scale, good_steps, interval = given
    old = initial_parameters(seed, x, y)
    grads = jax.grad(lambda parameters: mse(parameters, x, y).astype(jnp.float32) * loss_scale)(old)
    grads = jax.tree.map(lambda grad: grad / loss_scale, grads)
    finite = all_finite(grads)
    new = jax.tree.map(lambda value, grad: jnp.where(finite, value - lr * grad, value), old, grads)
    return packed(mse(new, x, y), *by_where(jnp.asarray(finite), loss_scale, good_steps, interval))
