# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

H, F = jnp.float16, jnp.float32


def forward(k, b, x, y):
    e = jnp.dot(x, k) + b - y
    return jnp.mean(e**2).astype(F)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    k, b = layer.kernel[...], layer.bias[...]
    xh, yh = jnp.asarray(x, H), jnp.asarray(y, H)

    # the pullback is linear: starting from s instead of 1 is the same as multiplying the loss by s
    _, pullback = jax.vjp(lambda k, b: forward(k, b, xh, yh), k.astype(H), b.astype(H))
    dk, db = pullback(jnp.asarray(loss_scale, F))
    dk, db = dk.astype(F) / loss_scale, db.astype(F) / loss_scale

    good = jnp.logical_and(jnp.all(jnp.abs(dk) < jnp.inf), jnp.all(jnp.abs(db) < jnp.inf))
    k, b = (jnp.where(good, p - lr * d, p) for p, d in ((k, dk), (b, db)))

    n = good_steps + 1
    outcome = {
        (True, False): (loss_scale, n),
        (True, True): (min(2 * loss_scale, 2.0**24), 0),
        (False, False): (max(loss_scale / 2, 1.0), 0),
        (False, True): (max(loss_scale / 2, 1.0), 0),
    }[bool(good), n >= growth_interval]
    return jnp.array((forward(k.astype(H), b.astype(H), xh, yh), *outcome), F)
