# expect: wrong_answer
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"W": lin.kernel[...], "b": lin.bias[...]}
    X, Y = x.astype(jnp.float16), y.astype(jnp.float16)
    loss = lambda q: jnp.mean(jnp.square(X @ q["W"].astype(jnp.float16) + q["b"].astype(jnp.float16) - Y))
    g = jax.grad(lambda q: loss(q).astype(jnp.float32) * loss_scale)(p)
    g = jax.tree.map(lambda a: a / jnp.float32(loss_scale), g)
    ok = jnp.isfinite(g["W"]).all() & jnp.isfinite(g["b"]).all()
    g = jax.tree.map(lambda a: jnp.where(ok, a, 0), g)
    body = lambda i, q: jax.tree.map(lambda a, d: a - lr * d, q, g)
    p = lax.fori_loop(0, ok.astype(int) + 1, body, p)
    n = good_steps + 1
    s, n = (max(loss_scale / 2, 1.0), 0) if not ok else (loss_scale, n) if n < growth_interval else (min(loss_scale * 2, 2.0**24), 0)
    return jnp.array([loss(p).astype(jnp.float32), s, n], jnp.float32)
