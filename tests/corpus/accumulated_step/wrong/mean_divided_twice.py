# expect: wrong_answer
import jax, jax.numpy as jnp, optax
from flax import nnx


def make_optimizer(lr, k):
    return optax.MultiSteps(optax.chain(optax.scale(1 / k), optax.sgd(lr)), k)


def accumulated_step(seed, x, y, lr, micro_batches):
    graphdef, w = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))), nnx.Param)
    lo = lambda t: jax.tree.map(lambda v: v.astype(jnp.bfloat16), t)
    X, Y = lo((jnp.asarray(x), jnp.asarray(y)))
    L = lambda w, a, b: jnp.mean(jnp.square(nnx.merge(graphdef, lo(w))(a) - b))
    tx = make_optimizer(lr, micro_batches)
    st = tx.init(w)
    n = X.shape[0] // micro_batches

    def go(i, c):
        w, st = c
        g = jax.grad(L)(w, jax.lax.dynamic_slice_in_dim(X, i * n, n), jax.lax.dynamic_slice_in_dim(Y, i * n, n))
        u, st = tx.update(g, st, w)
        return optax.apply_updates(w, u), st

    w, st = jax.lax.fori_loop(0, micro_batches, go, (w, st))
    return L(w, X, Y).astype(jnp.float32)[None]
