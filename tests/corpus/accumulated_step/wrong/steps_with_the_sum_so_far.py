# expect: wrong_answer
# finding: update-per-micro-batch
# allow: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(params, x, y):
    p, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (params, x, y))
    return jnp.mean(jnp.square(x @ p["kernel"] + p["bias"] - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.sgd(lr)
    state = tx.init(params)
    acc = jax.tree.map(jnp.zeros_like, params)
    n = x.shape[0] // micro_batches
    for i in range(micro_batches):
        g = jax.grad(loss_fn)(params, x[i * n:(i + 1) * n], y[i * n:(i + 1) * n])
        acc = jax.tree.map(jnp.add, acc, g)
        mean = jax.tree.map(lambda a: a / micro_batches, acc)
        updates, state = tx.update(mean, state, params)  #@ update-per-micro-batch
        params = optax.apply_updates(params, updates)  #@ update-per-micro-batch
    return loss_fn(params, x, y).astype(jnp.float32).reshape(1)
