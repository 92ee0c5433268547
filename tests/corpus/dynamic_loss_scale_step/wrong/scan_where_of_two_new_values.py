# expect: wrong_answer
# finding: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    def loss(w, b, xb, yb):
        w, b, xb, yb = jax.tree.map(lambda t: t.astype(jnp.float16), (w, b, xb, yb))
        return jnp.mean(jnp.square(xb @ w + b - yb)).astype(jnp.float32)

    def body(carry, batch):
        w, b, s, n = carry
        gw, gb = jax.grad(lambda w, b: loss(w, b, *batch) * s, (0, 1))(w, b)
        finite = jnp.isfinite(gw).all() & jnp.isfinite(gb).all()
        w, b = w - lr * gw / s, b - lr * gb / s  #@ unchecked-overflow
        # keep the old ones where something overflowed
        w = jnp.where(finite, w, carry[0] - lr * gw / s)  #@ unchecked-overflow
        b = jnp.where(finite, b, carry[1] - lr * gb / s)  #@ unchecked-overflow
        hit = finite & (n + 1 >= growth_interval)
        s = jnp.where(hit, jnp.minimum(2 * s, 2.0**24), jnp.where(finite, s, jnp.maximum(s / 2, 1.0)))
        n = jnp.where(finite & ~hit, n + 1, 0)
        return (w, b, s, n), None

    c = (lin.kernel[...], lin.bias[...], jnp.float32(loss_scale), jnp.int32(good_steps))
    (w, b, s, n), _ = jax.lax.scan(body, c, (x[None], y[None]))
    return jnp.stack([loss(w, b, x, y), s, n.astype(jnp.float32)])
