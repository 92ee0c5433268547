# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = lin.kernel[...], lin.bias[...]
    a16, t16 = (jnp.asarray(v).astype(jnp.float16) for v in (x, y))
    cost = jax.checkpoint(lambda k, b: optax.squared_error(a16 @ jnp.float16(k) + jnp.float16(b), t16).mean())
    g = jax.grad(lambda q: jnp.float32(cost(*q)) * loss_scale)(p)
    tx = optax.apply_if_finite(
        optax.chain(
            optax.stateless(lambda u, _: jax.tree.map(lambda v: v / jnp.float32(loss_scale), u)),
            optax.scale(lr),
        ), max_consecutive_errors=100)
    u, st = tx.update(g, tx.init(p), p)
    p = optax.apply_updates(p, u)
    n = jnp.where(st.last_finite, good_steps + 1, 0)
    s = jnp.piecewise(
        jnp.float32(loss_scale),
        [~st.last_finite, n == growth_interval],
        [lambda v: jnp.maximum(v / 2, 1.0), lambda v: jnp.minimum(v * 2, 2.0**24), lambda v: v],
    )
    return jnp.stack([cost(*p).astype(jnp.float32), s, jnp.where(n == growth_interval, 0, n).astype(jnp.float32)])
