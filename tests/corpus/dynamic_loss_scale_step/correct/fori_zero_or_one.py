# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"k": lin.kernel.get_value(), "b": lin.bias.get_value()}
    xs, ys = jnp.float16(x), jnp.float16(y)

    @jax.jit
    def lossf(masters):
        k, b = jnp.float16(masters["k"]), jnp.float16(masters["b"])
        out = jax.lax.dot_general(xs, k, (((1,), (0,)), ((), ()))) + b[None, :]
        return jnp.mean(jnp.square(out - ys))

    @jax.jit
    def gradf(masters, scale):
        g = jax.grad(lambda m: lossf(m).astype(jnp.float32) * scale)(masters)
        return jax.tree.map(lambda t: t / scale, g)

    scale = jnp.float32(loss_scale)
    g = gradf(masters, scale)
    fine = jnp.isfinite(g["k"]).all() & jnp.isfinite(g["b"]).all()

    # one round if the gradients are fine, none if they aren't
    rounds = fine.astype(jnp.int32)
    body = lambda _, m: jax.tree.map(lambda p, d: p - jnp.float32(lr) * d, m, g)
    masters = jax.lax.fori_loop(0, rounds, body, masters)

    count = (good_steps + 1) * rounds
    which = jnp.where(fine, 1 + (count == growth_interval).astype(jnp.int32), 0)
    scale = jnp.clip(scale * jnp.array([0.5, 1.0, 2.0])[which], 1.0, 2.0**24)
    count = count % growth_interval
    return jnp.concatenate([jnp.float32(lossf(masters))[None], scale[None], jnp.float32(count)[None]])
