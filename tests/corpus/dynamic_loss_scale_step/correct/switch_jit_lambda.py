# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p0 = {"k": lin.kernel[...], "b": lin.bias[...]}

    def go(p, s, n):
        cast = lambda a: a.astype(jnp.float16)

        @jax.checkpoint
        def L(p):
            z = jax.lax.dot_general(cast(x), cast(p["k"]), (((1,), (0,)), ((), ())))
            z = z + jax.lax.broadcast_in_dim(cast(p["b"]), z.shape, (1,))
            e = z - cast(y)
            return jnp.mean(jax.lax.integer_pow(e, 2))

        g = jax.jacrev(lambda p: L(p).astype(jnp.float32) * s)(p)
        g = {name: v / s for name, v in g.items()}
        total = sum(jnp.sum(v) for v in g.values())  # float32, one inf or nan spoils it
        finite = jnp.isfinite(total)
        # 0: overflow, 1: fine, 2: fine and time to grow
        which = finite.astype(jnp.int32) * (1 + (n + 1 >= growth_interval).astype(jnp.int32))
        moved = lambda: {name: p[name] - lr * g[name] for name in p}
        p, s, n = jax.lax.switch(
            which,
            [
                lambda: (p, jnp.maximum(s / 2, 1.0), jnp.int32(0)),
                lambda: (moved(), s, n + 1),
                lambda: (moved(), jnp.minimum(s * 2, 2.0**24), jnp.int32(0)),
            ],
        )
        return jnp.array([L(p).astype(jnp.float32), s, n.astype(jnp.float32)])

    return jax.jit(go)(p0, jnp.float32(loss_scale), jnp.int32(good_steps))
