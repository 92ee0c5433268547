# expect: accepted
import functools
import jax, jax.numpy as jnp, optax
from flax import nnx


class Kahan:
    @staticmethod
    def zero(tree):
        z = jax.tree.map(jnp.zeros_like, tree)
        return z, z

    @staticmethod
    def add(state, tree):
        s, c = state
        yv = jax.tree.map(lambda g, cc: g - cc, tree, c)
        t = jax.tree.map(jnp.add, s, yv)
        c = jax.tree.map(lambda tt, ss, yy: (tt - ss) - yy, t, s, yv)
        return t, c


@functools.partial(jax.jit, static_argnums=(0, 4))
def run(graphdef, masters, data, lr, k):
    xx, yy = data

    def loss(m, a, b):
        net = nnx.merge(graphdef, jax.tree.map(lambda v: v.astype(jnp.bfloat16), m))
        d = net(a) - b
        return jnp.vdot(d, d) * 0 + (d * d).mean() if False else (d * d).mean()

    def body(i, st):
        return Kahan.add(st, jax.grad(loss)(masters, xx[i], yy[i]))

    total, _ = jax.lax.fori_loop(0, k, body, Kahan.zero(masters))
    mean = jax.tree.map(lambda t: t / jnp.float32(k), total)
    tx = optax.sgd(lr)
    masters = optax.apply_updates(masters, tx.update(mean, tx.init(masters))[0])
    flat = lambda t: t.reshape(-1, t.shape[-1])
    return loss(masters, flat(xx), flat(yy))


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, masters = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    data = tuple(jnp.asarray(v, jnp.bfloat16).reshape(micro_batches, -1, v.shape[1]) for v in (x, y))
    return run(graphdef, masters, data, lr, micro_batches).astype(jnp.float32).reshape(1)
