# expect: pitfall|wrong_answer
# finding: uncast-targets
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)  #@ uncast-targets


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x = x.astype(jnp.bfloat16)
    acc = jax.tree.map(jnp.zeros_like, params)
    size = x.shape[0] // micro_batches
    for lo in range(0, x.shape[0], size):
        xb, yb = x[lo:lo + size], y[lo:lo + size]  #@ uncast-targets
        acc = jax.tree.map(jnp.add, acc, jax.grad(loss_fn)(params, xb, yb))  #@ uncast-targets
    tx = optax.sgd(lr)
    updates, _ = tx.update(jax.tree.map(lambda a: a / micro_batches, acc), tx.init(params))
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y.astype(jnp.bfloat16)).astype(jnp.float32).reshape(1)
