# expect: accepted
import operator
from functools import partial, reduce

import jax
import jax.numpy as jnp
import optax
from flax import nnx

compose = lambda *fs: reduce(lambda f, g: lambda *a: f(g(*a)), fs)
lower = partial(jax.tree.map, lambda a: a.astype(jnp.bfloat16))
plus = partial(jax.tree.map, operator.add)


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)

    def objective(theta, batch):
        theta, (a, b) = lower((theta, batch))
        return compose(jnp.mean, jnp.square, partial(operator.sub, nnx.merge(graphdef, theta)(a)))(b)

    parts = zip(*(jnp.split(v, micro_batches, axis=0) for v in (x, y)))
    total = reduce(plus, map(partial(jax.grad(objective), masters), parts))
    tx = optax.sgd(lr / micro_batches)
    moved, _ = tx.update(total, tx.init(masters))
    return objective(optax.apply_updates(masters, moved), (x, y))[None].astype(jnp.float32)
