# expect: pitfall|wrong_answer
# finding: full-precision-forward
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax

DOT = dict(dimension_numbers=(((1,), (0,)), ((), ())), preferred_element_type=jnp.float32)  #@ full-precision-forward


def loss(masters, x, y):
    w, b, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (*masters, x, y))
    out = lax.dot_general(x, w, **DOT) + b
    return jnp.mean((out - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (m.kernel[...], m.bias[...])
    xs, ys = (a.reshape(micro_batches, -1, a.shape[1]) for a in (x, y))

    def keep_going(c):
        return c[0] < micro_batches

    def go(c):
        i, acc = c
        return i + 1, jax.tree.map(jnp.add, acc, jax.grad(loss)(masters, xs[i], ys[i]))

    _, acc = lax.while_loop(keep_going, go, (0, jax.tree.map(jnp.zeros_like, masters)))
    masters = jax.tree.map(lambda p, g: p - lr * (g / micro_batches), masters, acc)
    return loss(masters, x, y).astype(jnp.float32)[None]
