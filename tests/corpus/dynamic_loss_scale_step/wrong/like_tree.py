# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def cast_like(tree, reference):
    """Gives every leaf the dtype of the reference's leaf."""
    return jax.tree.map(lambda t, r: t.astype(r.dtype), tree, reference)


def mse(p, x, y):
    err = x @ p["kernel"] + p["bias"] - y
    return jnp.mean(err * err).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    params, x, y = jax.tree.map(lambda t: t.astype(jnp.float16), (masters, x, y))
    rate = np.float32(lr)

    grads = jax.grad(lambda p: mse(p, x, y) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g.astype(jnp.float32) / loss_scale, grads)
    finite = jnp.isfinite(grads["kernel"]).all() and jnp.isfinite(grads["bias"]).all()
    grads = cast_like(grads, params)  #@ low-precision-grads
    if finite:
        masters = jax.tree.map(lambda p, g: p - rate * g.astype(jnp.float32), masters, grads)
    params = cast_like(masters, params)

    good_steps = good_steps + 1 if finite else 0
    if not finite:
        loss_scale = max(loss_scale / 2, 1.0)
    elif good_steps == growth_interval:
        loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([mse(params, x, y), loss_scale, good_steps], dtype=jnp.float32)
