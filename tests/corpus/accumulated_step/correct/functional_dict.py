# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx

BF16 = jnp.bfloat16


def init(seed, n_in, n_out):
    layer = nnx.Linear(n_in, n_out, rngs=nnx.Rngs(int(seed)))
    return {"w": layer.kernel[...], "b": layer.bias[...]}


def mse(params, x, y):
    p = {k: v.astype(BF16) for k, v in params.items()}
    err = x @ p["w"] + p["b"] - y
    return jnp.mean(jnp.square(err))


def accumulated_step(seed, x, y, lr, micro_batches):
    params = init(seed, x.shape[-1], y.shape[-1])
    x, y = x.astype(BF16), y.astype(BF16)

    tx = optax.sgd(lr)
    opt_state = tx.init(params)

    acc = jax.tree.map(jnp.zeros_like, params)          # float32, as the masters
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(mse)(params, xb, yb)
        acc = {k: acc[k] + g[k] for k in acc}

    mean = {k: v / micro_batches for k, v in acc.items()}
    updates, opt_state = tx.update(mean, opt_state, params)
    params = optax.apply_updates(params, updates)
    return mse(params, x, y).astype(jnp.float32)[None]
