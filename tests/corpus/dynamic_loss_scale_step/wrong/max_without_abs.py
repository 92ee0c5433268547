# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss16(p):
        kernel, bias = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        residual = x.astype(jnp.float16) @ kernel + bias - y.astype(jnp.float16)
        return jnp.mean(residual**2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    # one number says it all: the largest gradient
    biggest = max(float(g.max()) for g in grads)  #@ partial-finite-check
    if biggest < float("inf"):  #@ partial-finite-check
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        count, scale = good_steps + 1, loss_scale
        if count >= growth_interval:
            count, scale = 0, min(scale * 2, 2.0**24)
    else:
        count, scale = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss16(params).astype(jnp.float32), scale, count])
