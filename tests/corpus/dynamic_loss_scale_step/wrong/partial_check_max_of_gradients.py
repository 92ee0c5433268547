# expect: pitfall|wrong_answer
# finding: partial-finite-check
import numpy as np
import jax, jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    net = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [np.asarray(net.kernel[...]), np.asarray(net.bias[...])]
    hx, hy = np.float16(x), np.float16(y)

    @jax.jit
    def mse16(ps):
        w, b = [p.astype(jnp.float16) for p in ps]
        e = hx @ w + b - hy
        return jnp.mean(e * e)

    grads = jax.grad(lambda ps: mse16(ps).astype(jnp.float32) * loss_scale)(params)
    grads = [np.asarray(g, np.float32) / np.float32(loss_scale) for g in grads]
    # the biggest gradient is the one that overflows
    biggest = np.array([g.max() for g in grads])  #@ partial-finite-check
    ok = np.isfinite(biggest).all()
    if ok:
        params = [p - np.float32(lr) * g for p, g in zip(params, grads)]
    count = good_steps + 1 if ok else 0
    scale = loss_scale if ok else max(loss_scale / 2, 1.0)
    if count == growth_interval:
        count, scale = 0, min(scale * 2, 2.0**24)
    return jnp.array([np.float32(mse16(params)), scale, count], jnp.float32)
