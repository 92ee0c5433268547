# expect: wrong_answer
# finding: masked-by-multiplication
# finding: scale-not-reduced
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (m.kernel[...], m.bias[...])

    def loss16(params):
        w, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    ok = int(all(bool(jnp.isfinite(g).all()) for g in grads))

    params = [p - ok * lr * g for p, g in zip(params, grads)]  #@ masked-by-multiplication
    count = ok * (good_steps + 1)
    scale = loss_scale  #@ scale-not-reduced
    if count >= growth_interval:
        scale = min(scale * 2, 2.0**24)
        count = 0
    scale = max(scale, 1.0)  #@ scale-not-reduced
    return jnp.array([loss16(params).astype(jnp.float32), scale, count])  #@ scale-not-reduced
