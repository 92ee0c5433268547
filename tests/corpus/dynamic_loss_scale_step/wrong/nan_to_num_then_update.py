# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def safe(g):
    # inf and nan would destroy the weights
    return jnp.nan_to_num(g)  #@ unchecked-overflow


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": model.kernel[...], "b": model.bias[...]}
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def f(params):
        h = jax.tree.map(lambda p: p.astype(jnp.float16), params)
        return jnp.mean(jnp.square(x @ h["w"] + h["b"] - y))

    grads = jax.grad(lambda p: f(p).astype(jnp.float32) * loss_scale)(params)
    grads = {k: g.astype(jnp.float32) / loss_scale for k, g in grads.items()}
    had_overflow = any(bool((~jnp.isfinite(g)).any()) for g in grads.values())

    grads = {k: safe(g) for k, g in grads.items()}  #@ unchecked-overflow
    params = {k: params[k] - lr * grads[k] for k in params}  #@ unchecked-overflow

    if had_overflow:
        loss_scale = max(loss_scale * 0.5, 1.0)
        good_steps = 0
    else:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2.0, 2.0**24)
            good_steps = 0
    return jnp.array([f(params).astype(jnp.float32), loss_scale, good_steps])
