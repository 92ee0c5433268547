# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"bias": model.bias[...], "kernel": model.kernel[...]}
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss16(params):
        return jnp.mean((xh @ params["kernel"].astype(jnp.float16) + params["bias"].astype(jnp.float16) - yh) ** 2)

    def objective(params):
        return loss16(params).astype(jnp.float32) * loss_scale

    grads = jax.grad(objective)(params)
    new_params = {}
    finite = True
    for name, g in grads.items():
        g = g / loss_scale
        finite = bool(jnp.all(jnp.isfinite(g)))  #@ partial-finite-check
        new_params[name] = params[name] - lr * g

    if finite:
        params = new_params
        good_steps += 1
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    if good_steps == growth_interval:
        good_steps = 0
        loss_scale = min(loss_scale * 2, 2.0**24)
    return jnp.array([loss16(params).astype(jnp.float32), loss_scale, good_steps])
