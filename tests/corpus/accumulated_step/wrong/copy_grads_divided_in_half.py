# expect: pitfall|wrong_answer
# finding: low-precision-grads
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": m.kernel[...], "b": m.bias[...]}
    down = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    up = lambda t: jax.tree.map(lambda a: a.astype(jnp.float32), t)
    x, y = down((x, y))

    def loss(half, x, y):
        return jnp.mean(jnp.square(x @ half["w"] + half["b"] - y))

    half = down(masters)
    mean = jax.tree.map(jnp.zeros_like, masters)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = jax.tree.map(lambda v: v / micro_batches, jax.grad(loss)(half, a, b))  #@ low-precision-grads
        mean = jax.tree.map(jnp.add, mean, up(g))
    masters = jax.tree.map(lambda p, g: p - lr * g, masters, mean)
    return loss(down(masters), x, y).astype(jnp.float32).reshape(1)
