# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def kahan(acc, comp, g):
    v = g - comp
    t = acc + v
    return t, (t - acc) - v


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    names = ("kernel", "bias")
    params = {n: getattr(model, n)[...] for n in names}

    def loss(p, xs, ys):
        xs, ys = xs.astype(jnp.bfloat16), ys.astype(jnp.bfloat16)
        q = {n: p[n].astype(jnp.bfloat16) for n in names}
        return jnp.mean((xs @ q["kernel"] + q["bias"] - ys) ** 2)

    acc = {n: jnp.zeros_like(params[n]) for n in names}
    comp = {n: jnp.zeros_like(params[n]) for n in names}
    for xs, ys in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.grad(loss)(params, xs, ys)
        for n in names:
            acc[n], comp[n] = kahan(acc[n], comp[n], g[n])
    new = {n: params[n] - lr * (acc[n] / micro_batches) for n in names}
    return loss(new, x, y).astype(jnp.float32).reshape(1)
