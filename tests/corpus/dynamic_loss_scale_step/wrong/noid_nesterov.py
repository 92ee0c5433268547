# expect: wrong_answer
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}
    tx = optax.apply_if_finite(optax.sgd(lr, momentum=0.9, nesterov=True), max_consecutive_errors=1000)
    st = tx.init(p)

    def loss(p):
        q = jax.tree.map(lambda a: a.astype(jnp.float16), p)
        return jnp.mean((x.astype(jnp.float16) @ q["k"] + q["b"] - y.astype(jnp.float16)) ** 2).astype(jnp.float32)

    g = jax.tree.map(lambda a: a / loss_scale, jax.grad(lambda p: loss(p) * loss_scale)(p))
    u, st = tx.update(g, st, p)
    p = optax.apply_updates(p, u)
    if st.last_finite:
        n, s = good_steps + 1, loss_scale
        if n == growth_interval:
            n, s = 0, min(s * 2, 2.0**24)
    else:
        n, s = 0, max(loss_scale / 2, 1.0)
    return jnp.array([loss(p), s, n], dtype=jnp.float32)
