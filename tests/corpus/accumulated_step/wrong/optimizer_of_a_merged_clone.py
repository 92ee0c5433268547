# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    gd, st = nnx.split(model, nnx.Param)
    half = nnx.merge(gd, jax.tree.map(lambda p: p.astype(jnp.bfloat16), st))
    return jnp.mean((half(x) - y) ** 2)


def apply_mean(model, lr, total, n):
    model = nnx.clone(model)  #@ update-discarded, stale-loss
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    optimizer.update(model, jax.tree.map(lambda t: t / n, total))  #@ update-discarded, stale-loss
    return model


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(loss_fn)(model, xb, yb))
    apply_mean(model, lr, total, micro_batches)  #@ update-discarded, stale-loss
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
