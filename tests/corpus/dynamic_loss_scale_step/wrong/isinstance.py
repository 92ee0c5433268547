# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def to_half(tree):
    def convert(leaf):
        if isinstance(leaf, np.ndarray) and leaf.dtype == np.float32:  #@ full-precision-forward
            return leaf.astype(np.float16)
        return leaf

    return jax.tree.map(convert, tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    x16 = x.astype(jnp.float16)
    y16 = y.astype(jnp.float16)

    def loss_fn(params):
        p = to_half(params)  #@ full-precision-forward
        pred = jnp.dot(x16, p["kernel"]) + p["bias"]  #@ full-precision-forward
        return jnp.mean((pred.astype(jnp.float16) - y16) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = all(jax.tree.leaves(jax.tree.map(lambda g: bool(jnp.isfinite(g).all()), grads)))
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
