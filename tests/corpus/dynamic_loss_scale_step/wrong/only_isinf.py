# expect: pitfall|wrong_answer
# finding: partial-finite-check
# In float16 the largest number is 65504, so what I look for is inf.
import jax
import jax.numpy as jnp
from flax import nnx


@jax.jit
def grads_and_flag(w, b, x, y, s):
    def f(w, b):
        h = jnp.float16
        return jnp.mean((x.astype(h) @ w.astype(h) + b.astype(h) - y.astype(h)) ** 2).astype(jnp.float32) * s

    gw, gb = jax.grad(f, (0, 1))(w, b)
    gw, gb = gw / s, gb / s
    overflow = jnp.isinf(gw).any() | jnp.isinf(gb).any()  #@ partial-finite-check
    return gw, gb, overflow


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = m.kernel[...], m.bias[...]
    gw, gb, overflow = grads_and_flag(w, b, x, y, loss_scale)
    if overflow:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    else:
        w, b = w - lr * gw, b - lr * gb
        good_steps += 1
        if good_steps >= growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    h = jnp.float16
    loss = jnp.mean((x.astype(h) @ w.astype(h) + b.astype(h) - y.astype(h)) ** 2)
    return jnp.array([loss.astype(jnp.float32), loss_scale, good_steps])
