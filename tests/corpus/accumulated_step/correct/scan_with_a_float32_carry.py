# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_loss(params, x, y):
    half = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    error = x.astype(jnp.bfloat16) @ half["kernel"] + half["bias"] - y.astype(jnp.bfloat16)
    return jnp.mean(jnp.square(error))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    xs = x.reshape(micro_batches, -1, x.shape[1])
    ys = y.reshape(micro_batches, -1, y.shape[1])

    def body(carry, batch):
        loss, grads = jax.value_and_grad(compute_loss)(params, *batch)
        return jax.tree.map(jnp.add, carry, grads), loss

    zeros = jax.tree.map(jnp.zeros_like, params)
    total, losses = jax.lax.scan(body, zeros, (xs, ys))
    grads = jax.tree.map(lambda g: g / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(grads, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return compute_loss(params, x, y).astype(jnp.float32).reshape((1,))
