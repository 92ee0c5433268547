# expect: wrong_answer
# finding: unscaled-grads
import jax, jax.numpy as jnp
from flax import nnx


def unscale(grads, by):
    jax.tree.map(lambda g: g.astype(jnp.float32) / by, grads)  #@ unscaled-grads
    return grads  #@ unscaled-grads


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    q = {"k": m.kernel[...], "b": m.bias[...]}
    H = lambda a: a.astype(jnp.float16)

    def loss(q):
        return jnp.mean((H(x) @ H(q["k"]) + H(q["b"]) - H(y)) ** 2).astype(jnp.float32)

    g = unscale(jax.grad(lambda q: loss(q) * loss_scale)(q), loss_scale)
    ok = bool(jnp.isfinite(g["k"]).all() & jnp.isfinite(g["b"]).all())
    if ok:
        q = jax.tree.map(lambda a, d: a - lr * d, q, g)
    s, n = {
        (True, True): (min(loss_scale * 2, 2.0**24), 0),
        (True, False): (loss_scale, good_steps + 1),
        (False, True): (max(loss_scale / 2, 1.0), 0),
        (False, False): (max(loss_scale / 2, 1.0), 0),
    }[ok, good_steps + 1 >= growth_interval]
    return jnp.array([loss(q), s, n], jnp.float32)
