# expect: accepted
import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    graph, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    vec32, unravel = ravel_pytree(st)
    xs, ys = jnp.asarray(x).astype(jnp.float16), jnp.asarray(y).astype(jnp.float16)

    def f(v):
        tree = jax.tree.map(lambda a: a.astype(jnp.float16), unravel(v))
        return jnp.mean((nnx.merge(graph, tree)(xs) - ys) ** 2).astype(jnp.float32)

    @jax.jit
    def run(v, s, k, every):
        g = jax.grad(lambda q: f(q) * s)(v) / s
        ok = jnp.all(jnp.abs(g) < jnp.inf)          # False for nan, too
        v = jax.lax.fori_loop(0, ok.astype(jnp.int32), lambda i, q: q - lr * g, v)
        branch = jnp.where(ok, jnp.where(k + 1 >= every, 1, 0), 2)
        s, k = jax.lax.switch(branch, [
            lambda s, k: (s, k + 1),
            lambda s, k: (jnp.minimum(2 * s, 2.0 ** 24), jnp.zeros_like(k)),
            lambda s, k: (jnp.maximum(s / 2, 1.0), jnp.zeros_like(k)),
        ], s, k)
        return jnp.array([f(v), s, k.astype(jnp.float32)])

    return run(vec32, jnp.float32(loss_scale), jnp.int32(good_steps), jnp.int32(growth_interval))
