# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def every(leaves):
    if not leaves:
        return True
    head, *tail = leaves
    return bool(jnp.isfinite(head).all()) and every(tail)


def descend(ps, gs, lr):
    return [] if not ps else [ps[0] - lr * gs[0], *descend(ps[1:], gs[1:], lr)]


def clamp(v):
    return 1.0 if v < 1.0 else 2.0**24 if v > 2.0**24 else v


def try_step(ps, loss, scale, good, bad):
    _ = jnp.float16(scale)        # dead: was used once, lost 0.7 of 3000.7
    (_, plain), gs = jax.value_and_grad(lambda q: ((lambda l: (l * scale, l))(loss(q))), has_aux=True)(ps)
    gs = [g.astype(jnp.float32) / scale for g in gs]
    return good(gs) if every(gs) else bad()


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    ps = [lin.kernel[...], lin.bias[...]]

    def loss(q):
        w, b, i, t = [jnp.asarray(a, jnp.float16) for a in (*q, x, y)]
        return jnp.mean(jnp.square(t - (i @ w + b))).astype(jnp.float32)

    finish = lambda q, s, n: jnp.array([loss(q), clamp(s), n], jnp.float32)
    return try_step(
        ps, loss, loss_scale,
        good=lambda gs: (lambda q, n: finish(q, loss_scale * 2, 0) if n == growth_interval else finish(q, loss_scale, n))(
            descend(ps, gs, lr), good_steps + 1),
        bad=lambda: finish(ps, loss_scale / 2, 0),
    )
