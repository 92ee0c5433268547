# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

h = lambda a: a.astype(jnp.bfloat16)


def ell(p, xb, yb):
    return jnp.mean(jnp.square(h(xb) @ h(p["w"]) + h(p["b"]) - h(yb)))


def gradient(p, xb, yb):
    out, tangent_map = jax.linearize(lambda q: ell(q, xb, yb), p)
    back = jax.linear_transpose(tangent_map, p)
    (g,) = back(jnp.ones((), out.dtype))
    return g


def compose(*fs):
    def run(v):
        for f in fs:
            v = f(v)
        return v
    return run


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(w=m.kernel[...], b=m.bias[...])
    cut = lambda a: jnp.split(a, micro_batches, axis=0)
    gs = [gradient(p, a, b) for a, b in zip(cut(x), cut(y))]
    finish = compose(
        lambda gs: jax.tree.map(lambda *g: sum(g), *gs),
        lambda s: jax.tree.map(lambda g: g * (1.0 / micro_batches), s),
        lambda g: jax.tree.map(lambda a, d: a - lr * d, p, g),
        lambda q: ell(q, x, y),
        lambda v: jnp.expand_dims(v, 0).astype(jnp.float32),
    )
    return finish(gs)
