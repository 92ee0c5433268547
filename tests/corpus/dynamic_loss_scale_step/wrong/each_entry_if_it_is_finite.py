# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": layer.kernel[...], "bias": layer.bias[...]}
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss_fn(p):
        pred = x @ p["kernel"].astype(jnp.float16) + p["bias"].astype(jnp.float16)
        return jnp.mean((pred - y) ** 2).astype(jnp.float32)

    grads = jax.grad(lambda p: loss_fn(p) * loss_scale)(params)
    finite = True
    for name, grad in grads.items():
        ok = bool(jnp.isfinite(grad).all())
        if ok:  #@ partial-finite-check
            params[name] = params[name] - lr * (grad / loss_scale)
        finite = finite and ok

    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 == growth_interval:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = loss_scale, good_steps + 1
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
