# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


class Summary:
    def __init__(self, *entries):
        self.entries = list(entries)

    def tensor(self):
        return jnp.array(self.entries).astype(jnp.float32)


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {'A': lin.kernel[...], 'c': lin.bias[...]}
    u, v = jnp.asarray(x, jnp.float16), jnp.asarray(y, jnp.float16)

    def J(theta):
        A, c = (theta[n].astype(jnp.float16) for n in 'Ac')
        return jnp.mean((u @ A + c - v) ** 2)

    def step(theta, s, n):
        value, back = jax.vjp(lambda t: J(t).astype(jnp.float32), theta)
        grad = jax.tree.map(lambda g: g.astype(jnp.float32) / s, back(s)[0])
        ok = bool(jnp.isfinite(grad['A']).all() and jnp.isfinite(grad['c']).all())
        if ok:
            theta = {k: theta[k] - lr * grad[k] for k in theta}
        return theta, ok

    theta, ok = step(theta, jnp.float32(loss_scale), good_steps)
    n = good_steps + 1 if ok else 0
    s = loss_scale if ok else max(loss_scale / 2, 1.0)
    if n == growth_interval:
        s, n = min(s * 2, 2.0**24), 0
    return Summary(J(theta), s, n).tensor()
