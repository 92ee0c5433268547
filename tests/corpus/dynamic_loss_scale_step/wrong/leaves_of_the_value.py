# expect: pitfall|wrong_answer
# finding: unchecked-overflow|partial-finite-check
import jax
import jax.numpy as jnp
from jax import lax
from flax import nnx

finite = lambda t: jnp.stack([lax.is_finite(a).all() for a in jax.tree.leaves(t)]).all()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))

    @jax.jit
    def run(p, x, y, s, n):
        x, y = x.astype(jnp.float16), y.astype(jnp.float16)

        def loss(p):
            p = jax.tree.map(lambda a: a.astype(jnp.float16), p)
            return jnp.mean(lax.square(x @ p[0] + p[1] - y)).astype(jnp.float32)

        both = jax.value_and_grad(lambda p: s * loss(p))(p)
        step = jax.tree.map(lambda g: g / s, both[1])
        ok = finite(both[0])  #@ partial-finite-check, unchecked-overflow
        p, s, n = lax.cond(
            ok,
            lambda: lax.cond(n + 1 == growth_interval,
                             lambda q: (q, jnp.minimum(2 * s, 2.0**24), 0),
                             lambda q: (q, s, n + 1),
                             jax.tree.map(lambda a, d: a - lr * d, p, step)),
            lambda: (p, jnp.maximum(s / 2, 1.0), 0),
        )
        return jnp.stack([loss(p), s, jnp.float32(n)])

    return run((lin.kernel[...], lin.bias[...]), jnp.asarray(x), jnp.asarray(y), jnp.float32(loss_scale), good_steps)
