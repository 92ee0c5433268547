# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    y = jnp.asarray(y).astype(jnp.float16)

    def loss_fn(params):
        k, b = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        pred = (x @ k).astype(jnp.float16) + b  #@ uncast-inputs
        return jnp.mean((pred - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    grads = tuple(g / loss_scale for g in grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in grads)
    if finite:
        params = tuple(p - lr * g for p, g in zip(params, grads))
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0 ** 24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params), loss_scale, good_steps], dtype=jnp.float32)
