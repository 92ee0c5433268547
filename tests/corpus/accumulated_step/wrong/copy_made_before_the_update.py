# expect: wrong_answer
# finding: stale-loss
# allow: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def mse(net, x, y):
    return jnp.mean((net(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    half = compute_copy(model)  #@ stale-loss
    grads = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(mse)(half, xb, yb)
        g = jax.tree.map(lambda t: t.astype(jnp.float32) / micro_batches, g)
        grads = g if grads is None else jax.tree.map(jnp.add, grads, g)

    optimizer.update(model, grads)
    return mse(half, x, y).astype(jnp.float32).reshape(1)  #@ stale-loss
