# expect: pitfall|wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    W, b = layer.kernel[...], layer.bias[...]
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(W, b):
        err = xh @ W.astype(jnp.float16) + b.astype(jnp.float16) - yh
        return (err ** 2).mean().astype(jnp.float32)

    dW, db = jax.grad(lambda W, b: loss(W, b) * loss_scale, argnums=(0, 1))(W, b)
    dW, db = dW / loss_scale, db / loss_scale
    finite = bool(jnp.isfinite(dW).all())  #@ partial-finite-check
    if finite:
        W, b = W - lr * dW, b - lr * db
        good_steps = good_steps + 1
    else:
        good_steps = 0
        loss_scale = max(loss_scale / 2, 1.0)
    if good_steps == growth_interval:
        good_steps = 0
        loss_scale = min(loss_scale * 2, 2.0 ** 24)
    return jnp.array([loss(W, b), loss_scale, good_steps], dtype=jnp.float32)
