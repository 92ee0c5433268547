# expect: pitfall|wrong_answer
# finding: low-precision-update|master-downcast|low-precision-grads
# allow: master-downcast
# allow: low-precision-grads
# allow: low-precision-update
import jax
import jax.numpy as jnp
from functools import partial
from flax import nnx

half = partial(jax.tree.map, lambda a: a.astype(jnp.bfloat16))
full = partial(jax.tree.map, lambda a: a.astype(jnp.float32))


def mse(p, x, y):
    p, x, y = half((p, x, y))
    return jnp.mean(jnp.square(x @ p["kernel"] + p["bias"] - y))


@partial(jax.jit, static_argnames="k")
def accumulate(p, x, y, k):
    xs, ys = x.reshape(k, -1, x.shape[1]), y.reshape(k, -1, y.shape[1])
    acc, _ = jax.lax.scan(lambda c, b: (jax.tree.map(jnp.add, c, jax.grad(mse)(p, *b)), None),
                          jax.tree.map(jnp.zeros_like, p), (xs, ys))
    return jax.tree.map(lambda a: a / k, acc)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    g = accumulate(p, x, y, micro_batches)
    lr = jnp.bfloat16(lr)
    p = full(jax.tree.map(lambda a, d: a - lr * d, half(p), half(g)))  #@ low-precision-update, master-downcast, low-precision-grads
    return mse(p, x, y).astype(jnp.float32)[None]
