# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
from flax import nnx


def fresh_linear(d_in, d_out, seed):
    streams = nnx.Rngs(0)  #@ seed-ignored
    layer = nnx.Linear(d_in, d_out, rngs=streams)  #@ seed-ignored
    nnx.reseed(streams, default=int(seed))  #@ seed-ignored
    return layer


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = fresh_linear(x.shape[1], y.shape[1], seed)
    w = jnp.concatenate([m.kernel[...], m.bias[...][None]])     # bias as the last row
    one = lambda a: jnp.asarray(a, jnp.float16)

    def loss(w):
        return jnp.mean(jnp.square(one(x) @ one(w[:-1]) + one(w[-1]) - one(y)))

    g = jax.grad(lambda w: loss(w).astype(jnp.float32) * loss_scale)(w) / jnp.float32(loss_scale)
    ok = bool(jnp.isfinite(g).all())
    w = jnp.where(ok, w - lr * g, w)
    n = good_steps + 1
    s, n = ((loss_scale, n), (min(loss_scale * 2, 2.0**24), 0))[n == growth_interval] if ok else (max(loss_scale / 2, 1.0), 0)
    return jnp.hstack([loss(w).astype(jnp.float32), jnp.float32(s), jnp.float32(n)])
