# expect: pitfall|wrong_answer
# finding: stale-loss
# allow: update-discarded
"""Wrong: the returned loss uses the bfloat16 copy that was made before the masters moved."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(half, x, y):
    return jnp.mean(jnp.square(half(x) - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    half = compute_copy(model)
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(loss_fn)(half, a, b)
        total = jax.tree.map(lambda t, g: t + g.astype(jnp.float32), total, grads)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(half, x, y).astype(jnp.float32).reshape(1)  #@ stale-loss
