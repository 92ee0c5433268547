# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx

F16, F32 = jnp.float16, jnp.float32


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [m.bias[...], m.kernel[...]]
    x, y = x.astype(F16), y.astype(F16)

    def f(theta):
        b, k = [t.astype(F16) for t in theta]
        return jnp.mean((x @ k + b - y) ** 2)

    grads = jax.grad(lambda t: f(t).astype(F32) * loss_scale)(theta)

    unscaled = []
    for g in grads:
        g = g.astype(F32) / loss_scale
        ok = bool(jnp.all(jnp.isfinite(g)))  #@ partial-finite-check
        unscaled.append(g)

    if ok:  #@ partial-finite-check
        theta = [t - lr * g for t, g in zip(theta, unscaled)]
        good_steps += 1
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    if good_steps == growth_interval:
        loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    return jnp.stack([f(theta).astype(F32), F32(loss_scale), F32(good_steps)])
