# expect: pitfall|wrong_answer
# finding: masked-by-multiplication
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def blend(t, a, b):
    return t * a + (1.0 - t) * b  #@ masked-by-multiplication


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    state = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    flat, restore = ravel_pytree(state)
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(v):
        p = restore(v)
        pred = x @ p["kernel"].astype(jnp.float16) + p["bias"].astype(jnp.float16)
        return jnp.mean((pred - y) ** 2)

    g = jax.grad(lambda v: loss(v).astype(jnp.float32) * loss_scale)(flat) / loss_scale
    t = jnp.isfinite(g).all().astype(jnp.float32)
    flat = blend(t, flat - lr * g, flat)  #@ masked-by-multiplication

    count = (good_steps + 1) * t
    scale = jnp.where(t == 1, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
    scale = jnp.where(count == growth_interval, jnp.minimum(loss_scale * 2, 2.0**24), scale)
    count = jnp.where(count == growth_interval, 0.0, count)
    return jnp.stack([loss(flat).astype(jnp.float32), scale, count])
