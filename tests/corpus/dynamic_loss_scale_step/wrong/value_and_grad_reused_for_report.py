# expect: pitfall|wrong_answer
# finding: scaled-loss-returned
import jax
import jax.numpy as jnp
from flax import nnx


def make_scaled(x, y, scale):
    x, y = x.astype(jnp.float16), y.astype(jnp.float16)

    def scaled(p):
        k, b = (a.astype(jnp.float16) for a in p)
        loss = jnp.mean(jnp.square(x @ k + b - y)).astype(jnp.float32)
        return loss * scale, loss

    return jax.value_and_grad(scaled, has_aux=True)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = (m.kernel[...], m.bias[...])
    vg = make_scaled(x, y, loss_scale)
    _, g = vg(p)
    g = jax.tree.map(lambda t: t / loss_scale, g)
    ok = jnp.array(jax.tree.leaves(jax.tree.map(lambda t: jnp.isfinite(t).all(), g))).all()
    p = jax.lax.cond(ok, lambda p, g: jax.tree.map(lambda a, d: a - lr * d, p, g), lambda p, g: p, p, g)
    s, n = jax.lax.cond(
        ok,
        lambda s, n: (jnp.where(n + 1 == growth_interval, jnp.minimum(2 * s, 2.0**24), s), (n + 1) % growth_interval),
        lambda s, n: (jnp.maximum(s / 2, 1.0), jnp.zeros_like(n)),
        jnp.float32(loss_scale),
        jnp.int32(good_steps),
    )
    (report, _), _ = vg(p)  #@ scaled-loss-returned
    return jnp.stack([report, s, jnp.float32(n)])
