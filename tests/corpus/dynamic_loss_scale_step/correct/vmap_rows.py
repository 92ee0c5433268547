# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def squared_errors(kernel, bias, row, target):
        return (row @ kernel + bias - target) ** 2

    rows = jax.vmap(squared_errors, in_axes=(None, None, 0, 0))

    def loss(p):
        k, b, xs, ts = [a.astype(jnp.float16) for a in (*p, x, y)]
        return rows(k, b, xs, ts).mean()

    p = (lin.kernel[...], lin.bias[...])
    grads = jax.grad(lambda q: loss(q).astype(jnp.float32) * loss_scale)(p)
    grads = tuple(g.astype(jnp.float32) / loss_scale for g in grads)
    finite = bool(jnp.isfinite(jnp.concatenate([g.reshape(-1) for g in grads])).all())
    scale, count = loss_scale, good_steps
    if finite:
        p = tuple(a - lr * g for a, g in zip(p, grads))
        count += 1
        if count == growth_interval:
            scale *= 2
            count = 0
    else:
        scale /= 2
        count = 0
    scale = min(max(scale, 1.0), 2.0**24)
    return jnp.array([loss(p).astype(jnp.float32), scale, count], jnp.float32)
