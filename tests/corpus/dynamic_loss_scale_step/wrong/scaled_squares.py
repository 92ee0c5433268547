# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(params, scale=1.0):
        k, b = params["kernel"].astype(jnp.float16), params["bias"].astype(jnp.float16)
        squares = (x @ k + b - y) ** 2
        return jnp.mean(squares * scale).astype(jnp.float32)  #@ low-precision-loss-scale

    grads = jax.grad(loss_fn)(params, loss_scale)
    grads = {k: g / loss_scale for k, g in grads.items()}
    finite = jnp.isfinite(grads["kernel"]).all() & jnp.isfinite(grads["bias"]).all()
    params = {k: jnp.where(finite, params[k] - lr * grads[k], params[k]) for k in params}
    if finite and good_steps + 1 == growth_interval:
        scale, count = min(loss_scale * 2, 2.0 ** 24), 0
    elif finite:
        scale, count = loss_scale, good_steps + 1
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
