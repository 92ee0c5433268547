# expect: accepted
# flax.training.dynamic_scale grows one step late; this takes only its gradients and its finiteness from it.
import jax
import jax.numpy as jnp
from flax import nnx
from flax.training.dynamic_scale import DynamicScale


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}

    def loss_fn(p):
        p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        e = x.astype(jnp.float16) @ p["kernel"] + p["bias"] - y.astype(jnp.float16)
        return jnp.mean(e * e).astype(jnp.float32)

    ds = DynamicScale(scale=jnp.float32(loss_scale), growth_interval=growth_interval)
    _, finite, _, grads = ds.value_and_grad(loss_fn)(params)
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    if finite:
        count = good_steps + 1
        scale = loss_scale
        if count >= growth_interval:
            scale = min(loss_scale * 2, 2.0**24)
            count = 0
    else:
        scale = max(loss_scale / 2, 1.0)
        count = 0
    return jnp.array([loss_fn(params), scale, count], dtype=jnp.float32)
