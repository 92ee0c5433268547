# expect: wrong_answer
# finding: update-discarded|stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mse(params, x, y):
    k, b = params["kernel"].astype(jnp.bfloat16), params["bias"].astype(jnp.bfloat16)
    return jnp.mean((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    tx = optax.sgd(lr)
    opt_state = tx.init(params)
    acc = jax.tree.map(jnp.zeros_like, params)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        acc = jax.tree.map(jnp.add, acc, jax.grad(mse)(params, xb, yb))
    acc = jax.tree.map(lambda a: a / micro_batches, acc)
    updates, opt_state = tx.update(acc, opt_state, params)
    optax.apply_updates(params, updates)  #@ update-discarded, stale-loss
    return mse(params, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded, stale-loss
