# expect: wrong_answer
# allow: clipped-scaled-grads
# allow: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def clean(tree):
    return jax.tree.map(jnp.nan_to_num, tree)


def half(tree):
    return jax.tree.map(lambda t: t.astype(jnp.float16), tree)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    carry = ((lin.kernel[...], lin.bias[...]), jnp.float32(loss_scale), jnp.int32(good_steps))

    def loss_fn(p16, batch):
        bx, by = batch
        return jnp.mean(jnp.square(bx @ p16[0] + p16[1] - by)).astype(jnp.float32)

    def body(carry, batch):
        p, s, n = carry
        batch = half(batch)
        g = clean(jax.grad(lambda q: loss_fn(q, batch) * s)(half(p)))
        g = jax.tree.map(lambda t: t.astype(jnp.float32) / s, g)
        ok = jnp.isfinite(g[0]).all() & jnp.isfinite(g[1]).all()
        p = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), p, g)
        hit = n + 1 == growth_interval
        s = jnp.where(ok, jnp.where(hit, jnp.minimum(s * 2, 2.0**24), s), jnp.maximum(s / 2, 1.0))
        n = jnp.where(ok, jnp.where(hit, 0, n + 1), 0)
        return (p, s, n), loss_fn(half(p), batch)

    (_, s, n), ls = jax.lax.scan(body, carry, (x[None], y[None]))
    return jnp.stack([ls[0], s, n.astype(jnp.float32)])
