# expect: wrong_answer
# finding: doubly-unscaled-grads
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])

    def loss_fn(params):
        k, b, xs, ys = (t.astype(jnp.float16) for t in (*params, x, y))
        return jnp.mean((xs @ k + b - ys) ** 2).astype(jnp.float32)

    helper = DynamicScale(scale=jnp.float32(loss_scale))
    _, finite, _, grads = helper.value_and_grad(loss_fn)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)  #@ doubly-unscaled-grads
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
    scale, count = loss_scale if finite else max(loss_scale / 2, 1.0), good_steps + 1 if finite else 0
    if count == growth_interval:
        scale, count = min(2 * loss_scale, 2.0**24), 0
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
