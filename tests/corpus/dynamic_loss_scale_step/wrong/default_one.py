# expect: pitfall|wrong_answer
# finding: missing-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def loss_fn(params, batch, scale=1.0):
    kernel, bias = params
    x, y = batch
    pred = x @ kernel.astype(x.dtype) + bias.astype(x.dtype)
    loss = jnp.mean(jnp.square(pred - y))
    return loss.astype(jnp.float32) * scale  #@ missing-loss-scale


grad_fn = jax.jit(jax.grad(loss_fn))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    batch = (x.astype(jnp.float16), y.astype(jnp.float16))

    grads = grad_fn(params, batch)  #@ missing-loss-scale
    grads = tuple(g / loss_scale for g in grads)
    finite = all(bool(jnp.isfinite(g).all()) for g in grads)
    if finite:
        params = tuple(p - lr * g for p, g in zip(params, grads))

    if not finite:
        scale, count = max(loss_scale / 2, 1.0), 0
    elif good_steps + 1 < growth_interval:
        scale, count = loss_scale, good_steps + 1
    else:
        scale, count = min(loss_scale * 2, 2.0**24), 0
    return jnp.array([loss_fn(params, batch), scale, count], dtype=jnp.float32)
