# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

DTYPE = jnp.bfloat16


def loss_fn(state, graphdef, x, y):
    module = nnx.merge(graphdef, jax.tree.map(lambda leaf: leaf.astype(DTYPE), state))
    residual = module(x.astype(DTYPE)) - y.astype(DTYPE)
    return jnp.mean(residual * residual)


def gradient_sum(state, graphdef, xs, ys):
    """Splits the list of parts in two until there is one part left."""
    if len(xs) == 1:
        return jax.grad(loss_fn)(state, graphdef, xs[0], ys[0])
    mid = len(xs) // 2
    left = gradient_sum(state, graphdef, xs[:mid], ys[:mid])
    right = gradient_sum(state, graphdef, xs[mid:], ys[mid:])
    return jax.tree.map(lambda l, r: l + r, left, right)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    graphdef, state = nnx.split(model, nnx.Param)
    total = gradient_sum(state, graphdef, jnp.split(x, micro_batches), jnp.split(y, micro_batches))

    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda t: t * (1.0 / micro_batches), total))

    after = loss_fn(nnx.state(model, nnx.Param), graphdef, x, y)
    return jnp.stack([after]).astype(jnp.float32)
