# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
# finding: wrong-output-dtype
"""New and old parameters are blended with weights 1 and 0, and the result is NumPy's float64."""
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def blend(a, new, old):
    return a * new + (1 - a) * old  #@ masked-by-multiplication


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = [lin.kernel[...], lin.bias[...]]
    data = [v.astype(jnp.float16) for v in (x, y)]

    def loss(p):
        w, b = [v.astype(jnp.float16) for v in p]
        return jnp.mean(jnp.square(data[0] @ w + b - data[1]))

    grads = [g / loss_scale for g in jax.grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)]
    ok = bool(jnp.isfinite(grads[0]).all()) and bool(jnp.isfinite(grads[1]).all())
    a = jnp.float32(ok)
    params = [blend(a, p - lr * g, p) for p, g in zip(params, grads)]
    if ok:
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2.0, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2.0, 1.0)
    return np.array([float(loss(params)), loss_scale, good_steps])  #@ wrong-output-dtype
