# expect: wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])

    def loss16(params):
        w, b = (p.astype(jnp.float16) for p in params)
        return jnp.mean((x.astype(jnp.float16) @ w + b - y.astype(jnp.float16)) ** 2)

    grads = jax.grad(lambda p: loss16(p).astype(jnp.float32) * loss_scale)(params)
    grads = [g / loss_scale for g in grads]
    if all(jnp.isfinite(g).all() for g in grads):
        params = [p - lr * g for p, g in zip(params, grads)]
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale = min(loss_scale * 2, 2.0**24)
            good_steps = 0
    else:
        loss_scale = max(loss_scale / 2, 1.0)
        good_steps = 0
    loss = loss16(params).astype(jnp.float32)
    return loss.reshape((1,))  #@ wrong-output-shape
