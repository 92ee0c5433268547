# expect: pitfall|wrong_answer
# finding: unscaled-grads
"""tree.map_with_path unscales what is called kernel, and so forgets the bias."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        h = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean((xh @ h["kernel"] + h["bias"] - yh) ** 2)

    def unscale(path, g):
        if jax.tree_util.keystr(path) == "['kernel']":
            return g / loss_scale
        return g  #@ unscaled-grads

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree_util.tree_map_with_path(unscale, grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in jax.tree.leaves(grads))
    tx = optax.sgd(lr)
    if finite:
        u, _ = tx.update(grads, tx.init(params), params)
        params = optax.apply_updates(params, u)
        q, count = divmod(good_steps + 1, growth_interval)
        scale = min(loss_scale * 2**q, 2.0**24)
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params), scale, count], dtype=jnp.float32)
