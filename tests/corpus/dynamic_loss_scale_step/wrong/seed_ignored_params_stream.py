# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def build(seed, d_in, d_out):
    rngs = nnx.Rngs(int(seed), params=0, dropout=1)  #@ seed-ignored
    return nnx.Linear(d_in, d_out, rngs=rngs)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = build(seed, x.shape[1], y.shape[1])
    x, y = jnp.asarray(x).astype("half"), jnp.asarray(y).astype("half")
    carry = (layer.kernel[...], layer.bias[...], jnp.float32(loss_scale), jnp.float32(good_steps))

    def loss(w, b):
        return jnp.mean(jnp.square(x @ w.astype("half") + b.astype("half") - y))

    def tick(carry, _):
        w, b, s, n = carry
        dw, db = (g.astype("float32") / s for g in jax.grad(lambda w, b: loss(w, b).astype("float32") * s, (0, 1))(w, b))
        ok = jnp.isfinite(dw).all() & jnp.isfinite(db).all()
        full = n + 1 == growth_interval
        nxt_ok = (w - lr * dw, b - lr * db, jnp.where(full, jnp.minimum(2 * s, 2.0**24), s), jnp.where(full, 0.0, n + 1))
        nxt_no = (w, b, jnp.maximum(s / 2, 1.0), 0.0 * n)
        return jax.tree.map(lambda a, c: jnp.where(ok, a, c), nxt_ok, nxt_no), ok

    (w, b, s, n), _ = jax.lax.scan(tick, carry, None, length=1)
    return jnp.stack([loss(w, b).astype("float32"), s, n])
