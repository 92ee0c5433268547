# expect: pitfall|wrong_answer
# finding: uncast-inputs
"""The training loss gets x in float16, the returned one gets the float32 original."""
import jax
import jax.numpy as jnp
from flax import nnx


def predict(p16, x):
    return (jnp.dot(x, p16["w"]) + p16["b"]).astype(jnp.float16)  #@ uncast-inputs


def mse(params, x, y):
    p16 = jax.tree.map(lambda a: a.astype(jnp.float16), params)
    return jnp.mean(jnp.square(predict(p16, x) - y))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    x16, y16 = x.astype(jnp.float16), y.astype(jnp.float16)
    grads = jax.grad(lambda p: mse(p, x16, y16).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g / loss_scale, grads)
    finite = bool(jnp.isfinite(grads["w"]).all()) and bool(jnp.isfinite(grads["b"]).all())
    if finite:
        params = jax.tree.map(lambda p, g: p - lr * g, params, grads)
        good_steps += 1
        if good_steps == growth_interval:
            good_steps, loss_scale = 0, min(loss_scale * 2, 2.0**24)
    else:
        good_steps, loss_scale = 0, max(loss_scale / 2, 1.0)
    final = mse(params, x, y16)  #@ uncast-inputs
    return jnp.array([final.astype(jnp.float32), loss_scale, good_steps], dtype=jnp.float32)
