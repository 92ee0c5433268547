# expect: wrong_answer
# finding: scale-grown-early
import jax
import jax.numpy as jnp
from flax import nnx


def error(w, b, x, y):
    w, b, x, y = jax.tree.map(lambda a: a.astype(jnp.float16), (w, b, x, y))
    return x @ w + b - y


def loss(params, x, y):
    return jnp.mean(error(*params, x, y) ** 2)


def clean(g):
    return jnp.all(g - g == 0)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = m.kernel[...], m.bias[...]
    grads = jax.grad(lambda p: loss(p, x, y).astype(jnp.float32) * loss_scale)(params)
    ok = clean(grads[0]) & clean(grads[1])
    rate = lr / loss_scale
    params = tuple(jnp.where(ok, p - rate * g, p) for p, g in zip(params, grads))
    n = jnp.where(ok, good_steps + 1, 0)
    hit = n >= growth_interval
    s = jnp.where(ok, loss_scale, jnp.maximum(0.5 * loss_scale, 1.0))
    s = jnp.where(ok, jnp.minimum(2.0 * s, 2.0**24), s)  #@ scale-grown-early
    n = jnp.where(hit, 0, n)
    return jnp.stack([loss(params, x, y).astype(jnp.float32), s, n.astype(jnp.float32)])
