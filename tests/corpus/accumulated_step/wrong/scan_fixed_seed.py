# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
    prediction = x.astype(jnp.bfloat16) @ half["kernel"] + half["bias"]
    return jnp.mean(jnp.square(prediction - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(params=42))  #@ seed-ignored
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    batches = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))

    def body(total, batch):
        loss, grads = jax.value_and_grad(mse)(params, *batch)
        total = jax.tree.map(jnp.add, total, grads)
        return total, loss

    zeros = jax.tree.map(jnp.zeros_like, params)
    total, losses = jax.lax.scan(body, zeros, batches)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return mse(params, x, y).astype(jnp.float32).reshape(1)
