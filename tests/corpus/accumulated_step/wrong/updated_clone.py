# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def half_precision_loss(model, x, y):
    graphdef, state = nnx.split(model, nnx.Param)
    half = nnx.merge(graphdef, optax.tree.cast(state, jnp.bfloat16))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def apply_step(model, tx, grads):
    params = nnx.as_pure(nnx.state(model, nnx.Param))
    updates, _ = tx.update(nnx.as_pure(grads), tx.init(params), params)
    new_params = optax.apply_updates(params, updates)
    return nnx.merge(nnx.graphdef(model), new_params)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    grads = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(xs, ys):
        part = nnx.grad(half_precision_loss)(model, xb, yb)
        grads = jax.tree.map(jnp.add, grads, part)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)

    apply_step(model, optax.sgd(lr), grads)  #@ update-discarded
    loss = half_precision_loss(model, x, y)
    return loss.astype(jnp.float32).reshape(1)
