# expect: wrong_answer
# finding: low-precision-accumulator
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    low = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)
    x, y = low((x, y))

    def loss(q, x, y):
        return jnp.mean((x @ q["w"] + q["b"] - y) ** 2)

    q = low(p)
    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])

    def body(acc, xy):
        return jax.tree.map(jnp.add, acc, jax.grad(loss)(q, *xy)), None  #@ low-precision-accumulator

    acc, _ = jax.lax.scan(body, jax.tree.map(jnp.zeros_like, q), (cut(x), cut(y)))  #@ low-precision-accumulator
    p = jax.tree.map(lambda a, g: a - lr / micro_batches * g.astype(jnp.float32), p, acc)
    return jnp.float32(loss(low(p), x, y))  #@ wrong-output-shape
