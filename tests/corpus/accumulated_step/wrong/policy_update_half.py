# expect: pitfall|wrong_answer
# finding: low-precision-update|low-precision-grads|master-downcast
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def in_dtype(compute, out=None):
    to = lambda d: lambda t: jax.tree.map(lambda v: jnp.asarray(v, d), t)

    def deco(f):
        @functools.wraps(f)
        def g(*args):
            r = f(*map(to(compute), args))
            return r if out is None else to(out)(r)
        return g
    return deco


@in_dtype(jnp.bfloat16)
def loss(p, x, y):
    return jnp.mean(jnp.square(x @ p["w"] + p["b"] - y))


@in_dtype(jnp.bfloat16, out=jnp.float32)  #@ low-precision-grads, low-precision-update, master-downcast
def descend(p, g, rate):
    return {k: p[k] - rate * g[k] for k in p}


@in_dtype(jnp.float32)
def add(a, b):
    return {k: a[k] + b[k] for k in a}


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}
    total = functools.reduce(add, (jax.grad(loss)(p, *ab) for ab in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    p = descend(p, {k: v / micro_batches for k, v in total.items()}, lr)  #@ low-precision-grads, low-precision-update, master-downcast
    return loss(p, x, y).astype(jnp.float32)[None]
