# expect: accepted
import functools
import operator

import jax
import jax.numpy as jnp
import optax
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # sum * (lr / n) is the same as (sum / n) * lr
    optimizer = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)

    @jax.checkpoint
    def criterion(state, xb, yb):
        bf = functools.partial(jnp.asarray, dtype=jnp.bfloat16)
        net = nnx.merge(graphdef, jax.tree.map(bf, state))
        return jnp.square(net(bf(xb)) - bf(yb)).mean()

    graphdef, state = nnx.split(model)
    parts = zip(jnp.array_split(x, micro_batches), jnp.array_split(y, micro_batches))
    add = functools.partial(jax.tree.map, operator.add)
    total = functools.reduce(add, (jax.grad(criterion)(state, a, b) for a, b in parts))
    optimizer.update(model, total)

    return jnp.expand_dims(criterion(nnx.state(model), x, y).astype(jnp.float32), 0)
