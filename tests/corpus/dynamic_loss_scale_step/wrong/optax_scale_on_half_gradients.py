# expect: pitfall|wrong_answer
# finding: low-precision-unscale
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_float32():
    return optax.stateless(lambda u, _: optax.tree.cast(u, jnp.float32))


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = [lin.kernel[...], lin.bias[...]]
    i, o = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)
    loss = lambda p: jnp.mean((i @ p[0] + p[1] - o) ** 2).astype(jnp.float32)
    g16 = jax.grad(lambda p: loss(p) * loss_scale)(optax.tree.cast(masters, jnp.float16))
    tx = optax.chain(
        optax.apply_if_finite(optax.scale(1.0 / loss_scale), 5),  #@ low-precision-unscale
        to_float32(),  #@ low-precision-unscale
        optax.sgd(lr),
    )
    step, st = tx.update(g16, tx.init(masters), masters)
    masters = optax.apply_updates(masters, step)
    s, n = jax.lax.cond(
        st[0].last_finite,
        lambda: jax.lax.cond(
            good_steps + 1 == growth_interval,
            lambda: (jnp.minimum(jnp.float32(loss_scale) * 2, 2.0**24), 0),
            lambda: (jnp.float32(loss_scale), good_steps + 1)),
        lambda: (jnp.maximum(jnp.float32(loss_scale) / 2, 1.0), 0),
    )
    return jnp.array([loss(optax.tree.cast(masters, jnp.float16)), s, n], jnp.float32)
