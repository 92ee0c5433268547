# expect: wrong_answer
# allow: unchecked-overflow
import jax
import jax.numpy as jnp
from flax import nnx


def pipe(v, *fs):
    for f in fs:
        v = f(v)
    return v


def leafwise(f):
    return lambda t: jax.tree.map(f, t)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p0 = (lin.kernel[...], lin.bias[...])
    half = leafwise(lambda a: jnp.asarray(a, jnp.float16))

    def loss(p):
        k, b, i, o = half((*p, x, y))
        return pipe(i @ k + b, lambda z: z - o, jnp.square, jnp.mean, jnp.float32)

    g = pipe(
        p0,
        jax.grad(lambda p: loss(p) * loss_scale),
        leafwise(jnp.float32),
        leafwise(lambda a: a / loss_scale),
        leafwise(jnp.nan_to_num),
    )
    ok = pipe(g, leafwise(jnp.isfinite), leafwise(jnp.all), jax.tree.all)
    p1 = jax.tree.map(lambda a, d: jnp.where(ok, a - lr * d, a), p0, g)
    n = good_steps + 1
    s1, n1 = {
        (True, False): (loss_scale, n),
        (True, True): (min(loss_scale * 2, 2.0**24), 0),
    }.get((bool(ok), n == growth_interval), (max(loss_scale / 2, 1.0), 0))
    return jnp.array((loss(p1), s1, n1), jnp.float32)
