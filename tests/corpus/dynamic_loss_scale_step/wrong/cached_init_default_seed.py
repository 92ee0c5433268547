# expect: wrong_answer
# finding: seed-ignored
import functools

import jax
import jax.numpy as jnp
from flax import nnx


@functools.lru_cache(maxsize=None)
def init(n_in, n_out, seed=42):
    rngs = nnx.Rngs(params=seed)
    lin = nnx.Linear(n_in, n_out, rngs=rngs)
    return {"kernel": lin.kernel[...], "bias": lin.bias[...]}


def cast(tree):
    return jax.tree.map(lambda leaf: leaf.astype(jnp.float16), tree)


def mse(params, x, y):
    params, x, y = cast((params, x, y))
    return jnp.mean(jnp.square(jnp.einsum("ni,io->no", x, params["kernel"]) + params["bias"] - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    seed = int(seed)
    params = init(x.shape[1], y.shape[1])  #@ seed-ignored
    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    if all(jnp.isfinite(g).all() for g in grads.values()):
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        good_steps += 1
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    if good_steps == growth_interval:
        loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([mse(params, x, y).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
