# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)

    def loss_fn(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2).astype(jnp.float32)

    scaled_grads = jax.grad(lambda p, s: loss_fn(p) * s)(params, loss_scale)
    finite = all(bool(jnp.isfinite(g).all()) for g in scaled_grads.values())
    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
        params = {k: params[k] - lr * (scaled_grads[k] / loss_scale) for k in params}
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
