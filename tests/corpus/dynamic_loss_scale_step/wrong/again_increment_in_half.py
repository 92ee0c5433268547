# expect: pitfall|wrong_answer
# finding: low-precision-update
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    tx = optax.sgd(lr)

    def loss(p):
        p, a, t = jax.tree.map(lambda v: v.astype(jnp.float16), (p, x, y))
        return jnp.mean(jnp.square(a @ p[0] + p[1] - t)).astype(jnp.float32)

    g = jax.tree.map(lambda v: v / loss_scale, jax.grad(lambda q: loss(q) * loss_scale)(p))
    ok = all(jnp.isfinite(v).all() for v in g)
    if ok:
        u, _ = tx.update(g, tx.init(p), p)
        u = jax.tree.map(lambda v: v.astype(jnp.float16), u)  #@ low-precision-update
        p = optax.apply_updates(p, u)
    s, n = (loss_scale, good_steps + 1) if ok else (max(loss_scale / 2, 1.0), 0)
    if n == growth_interval:
        s, n = min(2 * s, 2.0**24), 0
    return jnp.array([loss(p), s, n], dtype=jnp.float32)
