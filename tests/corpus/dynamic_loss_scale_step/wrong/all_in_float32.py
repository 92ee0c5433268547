# expect: wrong_answer
# finding: full-precision-forward
# allow: full-precision-loss
# allow: uncast-inputs
# allow: uncast-targets
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    prediction = x @ params[0] + params[1]  #@ full-precision-forward
    return jnp.mean((prediction - y) ** 2)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])

    grads = jax.grad(lambda p: mse(p, x, y).astype(jnp.float32) * loss_scale)(params)  #@ full-precision-forward
    grads = [g.astype(jnp.float32) / loss_scale for g in grads]
    finite = all(bool(jnp.isfinite(g).all()) for g in grads)
    if finite:
        params = [p - lr * g for p, g in zip(params, grads)]
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale, count = min(loss_scale * 2, 2.0**24), 0
    else:
        scale, count = max(loss_scale / 2, 1.0), 0
    loss = mse([p.astype(jnp.float16) for p in params], x.astype(jnp.float16), y.astype(jnp.float16))
    return jnp.array([loss.astype(jnp.float32), scale, count])
