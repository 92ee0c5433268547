# expect: wrong_answer
# finding: low-precision-unscale
import jax, jax.numpy as jnp, numpy as np
from flax import nnx

HALF = np.float16

def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x16, y16 = x.astype(HALF), y.astype(HALF)
    def f(p):
        w, b = (a.astype(HALF) for a in p)
        return jnp.mean((x16 @ w + b - y16) ** 2)
    params = (model.kernel[...], model.bias[...])
    grads = jax.grad(lambda p: f(p).astype(jnp.float32) * loss_scale)(params)
    finite = all(bool(jnp.isfinite(g).all()) for g in grads)
    if finite:
        kept = []
        for g in grads:
            half = np.asarray(g).astype(HALF)
            kept.append(half / loss_scale)  #@ low-precision-unscale
        params = tuple(p - lr * k.astype(np.float32) for p, k in zip(params, kept))
        due = good_steps + 1 >= growth_interval
        scale, count = (min(loss_scale * 2, 2.0 ** 24), 0) if due else (loss_scale, good_steps + 1)
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([f(params), scale, count], jnp.float32)
