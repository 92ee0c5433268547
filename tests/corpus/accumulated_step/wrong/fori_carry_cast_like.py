# expect: pitfall|wrong_answer
# finding: low-precision-accumulator|low-precision-grads
import functools
import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax import lax


@functools.partial(jax.jit, static_argnums=(0, 5))
def run(gd, masters, x, y, lr, k):
    low = functools.partial(optax.tree.cast, dtype=jnp.bfloat16)
    n = x.shape[0] // k

    def loss(p, a, b):
        a, b = low((a, b))
        return jnp.mean((nnx.merge(gd, low(p))(a) - b) ** 2)

    def body(i, acc):
        a = lax.dynamic_slice_in_dim(x, i * n, n)
        b = lax.dynamic_slice_in_dim(y, i * n, n)
        g = jax.grad(loss)(masters, a, b)
        # body_fun output and input must have the same dtype...
        return optax.tree.cast_like(optax.tree.add(acc, g), acc)  #@ low-precision-accumulator, low-precision-grads

    acc = lax.fori_loop(0, k, body, optax.tree.zeros_like(low(masters)))  #@ low-precision-accumulator, low-precision-grads
    new = jax.tree.map(lambda p, s: p - lr * (s.astype(jnp.float32) / k), masters, acc)
    return loss(new, x, y).astype(jnp.float32)[None]


def accumulated_step(seed, x, y, lr, micro_batches):
    gd, st = nnx.split(nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed))))
    return run(gd, st, x, y, jnp.float32(lr), micro_batches)
