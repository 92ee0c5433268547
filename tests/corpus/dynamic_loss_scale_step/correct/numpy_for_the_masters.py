# expect: accepted
# JAX for the gradient, NumPy for all the rest.
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def loss_half(params16, x16, y16):
    w, b = params16
    return jnp.mean((x16 @ w + b - y16) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [np.array(model.kernel[...]), np.array(model.bias[...])]
    x16, y16 = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def copies():
        return [jnp.asarray(m, jnp.float16) for m in masters]

    # differentiated with respect to the float16 copies: the gradients are float16
    g16 = jax.grad(lambda p: loss_half(p, x16, y16).astype(jnp.float32) * loss_scale)(copies())
    g32 = [np.asarray(g).astype(np.float32) / np.float32(loss_scale) for g in g16]
    finite = all(np.isfinite(g).all() for g in g32)

    scale, count = np.float32(loss_scale), good_steps + 1
    if finite:
        for m, g in zip(masters, g32):
            m -= np.float32(lr) * g
        if count >= growth_interval:
            scale = np.minimum(scale * np.float32(2), np.float32(2**24))
            count = 0
    else:
        scale = np.maximum(scale / np.float32(2), np.float32(1))
        count = 0

    result = np.empty(3, dtype=np.float32)
    result[0] = np.float32(loss_half(copies(), x16, y16))
    result[1] = scale
    result[2] = count
    return result
