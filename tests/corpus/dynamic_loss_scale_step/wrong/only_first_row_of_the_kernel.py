# expect: wrong_answer
# finding: partial-finite-check
# allow: unchecked-overflow
import math

import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, c = lin.kernel[...], lin.bias[...]
    A, T = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(W, c):
        return jnp.mean(jnp.square(A @ W.astype(jnp.float16) + c.astype(jnp.float16) - T))

    gW, gc = jax.grad(lambda W, c: loss(W, c).astype(jnp.float32) * loss_scale, argnums=(0, 1))(W, c)
    gW, gc = gW / loss_scale, gc / loss_scale
    largest = float(jnp.abs(gW[0]).max())  #@ partial-finite-check
    finite = math.isfinite(largest) and math.isfinite(float(jnp.abs(gc).max()))
    if finite:
        W, c = W - lr * gW, c - lr * gc
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale, good_steps = min(2.0**24, loss_scale * 2), 0
    else:
        loss_scale, good_steps = max(1.0, loss_scale / 2), 0
    return jnp.array([loss(W, c).astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
