# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast|low-precision-grads
import functools
import jax
import jax.numpy as jnp
from flax import nnx


def half_arguments(f):
    @functools.wraps(f)
    def g(*args, **options):
        return f(*jax.tree.map(lambda a: a.astype(jnp.bfloat16), args), **options)
    return g


@half_arguments
def loss(params, x, y):
    return jnp.mean((x @ params["w"] + params["b"] - y) ** 2)


@half_arguments  #@ low-precision-update
def sgd(params, grads, *, rate):
    return jax.tree.map(lambda p, g: p - rate * g, params, grads)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"w": lin.kernel[...], "b": lin.bias[...]}
    zero = jax.tree.map(jnp.zeros_like, params)
    shards = [(x[i::1][:x.shape[0] // micro_batches], y[i:][:x.shape[0] // micro_batches])
              for i in range(0, x.shape[0], x.shape[0] // micro_batches)]
    total = functools.reduce(lambda t, s: jax.tree.map(jnp.add, t, jax.grad(loss)(params, *s)), shards, zero)
    mean = jax.tree.map(lambda t: t / micro_batches, total)
    params = jax.tree.map(lambda p: p.astype(jnp.float32), sgd(params, mean, rate=lr))
    return loss(params, x, y).astype(jnp.float32)[None]
