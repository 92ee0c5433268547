# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    xh, yh = x.astype(jnp.float16), y.astype(jnp.float16)

    def loss(k, b):
        e = jnp.dot(xh, k.astype(jnp.float16)) + b.astype(jnp.float16) - yh
        # the mean: added in float32, rounded once
        return (jnp.sum(e**2, dtype=jnp.float32) / e.size).astype(jnp.float16)

    def cond(c):
        return c[-1] < 1

    def body(c):
        k, b, s, n, i = c
        gk, gb = jax.grad(lambda k, b: loss(k, b).astype(jnp.float32) * s, argnums=(0, 1))(k, b)
        fin = jnp.isfinite(gk).all() & jnp.isfinite(gb).all()
        k, b = jax.lax.cond(fin, lambda: (k - lr * (gk / s), b - lr * (gb / s)), lambda: (k, b))
        which = jnp.where(fin, jnp.where(n + 1 >= growth_interval, 2, 1), 0)
        s, n = jax.lax.switch(
            which,
            [
                lambda s, n: (jnp.maximum(s / 2, 1.0), n * 0),
                lambda s, n: (s, n + 1),
                lambda s, n: (jnp.minimum(s * 2, 2.0**24), n * 0),
            ],
            s,
            n,
        )
        return k, b, s, n, i + 1

    init = (model.kernel[...], model.bias[...], jnp.float32(loss_scale), jnp.int32(good_steps), 0)
    k, b, s, n, _ = jax.lax.while_loop(cond, body, init)
    return jnp.stack([loss(k, b).astype(jnp.float32), s, n.astype(jnp.float32)])
