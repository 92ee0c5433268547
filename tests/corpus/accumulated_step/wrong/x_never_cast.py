# expect: pitfall|wrong_answer
# finding: uncast-inputs
# allow: full-precision-final-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p = jax.tree.map(lambda a: a.astype(jnp.bfloat16), params)
    pred = x @ p["kernel"] + p["bias"]  #@ uncast-inputs
    return jnp.mean((pred.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    acc = jax.tree.map(jnp.zeros_like, params)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss_fn)(params, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        acc = jax.tree.map(jnp.add, acc, g)
    mean = jax.tree.map(lambda a: a / micro_batches, acc)
    tx = optax.sgd(lr)
    updates, _ = tx.update(mean, tx.init(params), params)
    params = optax.apply_updates(params, updates)
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
