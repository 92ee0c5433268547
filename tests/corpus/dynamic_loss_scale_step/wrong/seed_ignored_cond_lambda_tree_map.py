# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def init_params(d_in, d_out, seed=0):
    lin = nnx.Linear(d_in, d_out, rngs=nnx.Rngs(int(seed)))
    return {"k": lin.kernel[...], "b": lin.bias[...]}


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    params = init_params(x.shape[1], y.shape[1])  #@ seed-ignored
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(p):
        return jnp.mean((x @ p["k"].astype(jnp.float16) + p["b"].astype(jnp.float16) - y) ** 2)

    def scaled(p):
        return loss(p).astype(jnp.float32) * loss_scale

    g = jax.tree.map(lambda a: a / loss_scale, jax.grad(scaled)(params))
    finite = jnp.isfinite(g["k"]).all() & jnp.isfinite(g["b"]).all()
    params = jax.lax.cond(finite, lambda: jax.tree.map(lambda p, d: p - lr * d, params, g), lambda: params)
    if finite:
        good_steps += 1
        if good_steps == growth_interval:
            loss_scale, good_steps = min(loss_scale * 2, 2.0**24), 0
    else:
        loss_scale, good_steps = max(loss_scale / 2, 1.0), 0
    return jnp.array([loss(params), loss_scale, good_steps], dtype=jnp.float32)
