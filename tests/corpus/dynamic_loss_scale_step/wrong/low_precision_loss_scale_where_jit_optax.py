# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
import optax
from flax import nnx

Half = jnp.float16


@jax.jit
def step(params, x, y, lr, loss_scale, good_steps, interval):
    x, y = x.astype(Half), y.astype(Half)
    scale = jnp.asarray(loss_scale, Half)  #@ low-precision-loss-scale

    def loss(params):
        p = jax.tree.map(lambda a: a.astype(Half), params)
        return jnp.mean((x @ p["kernel"] + p["bias"] - y) ** 2)

    grads = jax.grad(lambda p: loss(p).astype(jnp.float32) * scale)(params)  #@ low-precision-loss-scale
    grads = jax.tree.map(lambda g: g / scale.astype(jnp.float32), grads)
    finite = jnp.isfinite(optax.global_norm(grads))
    params = jax.tree.map(lambda p, g: jnp.where(finite, p - lr * g, p), params, grads)
    count = jnp.where(finite, good_steps + 1, 0)
    grow = count == interval
    loss_scale = jnp.where(finite, loss_scale, jnp.maximum(loss_scale / 2, 1.0))
    loss_scale = jnp.where(grow, jnp.minimum(loss_scale * 2, 2.0**24), loss_scale)
    count = jnp.where(grow, 0, count)
    return jnp.array([loss(params), loss_scale, count], dtype=jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = nnx.to_pure_dict(nnx.state(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))))
    return step(params, x, y, lr, jnp.float32(loss_scale), good_steps, growth_interval)
