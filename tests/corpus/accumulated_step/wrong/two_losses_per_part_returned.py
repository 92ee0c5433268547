# expect: wrong_answer
# finding: wrong-output-shape
# finding: low-precision-update
# allow: partial-loss-returned
# allow: low-precision-grads
# allow: master-downcast
import jax
import jax.numpy as jnp
from flax import nnx


def descend(p, g, rate):
    rate = jnp.asarray(rate, jnp.bfloat16)
    return (p.astype(rate.dtype) - rate * g.astype(rate.dtype)).astype(p.dtype)  #@ low-precision-update


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": m.kernel[...], "b": m.bias[...]}

    def loss(p, x, y):
        q, x, y = jax.tree.map(lambda a: a.astype(jnp.bfloat16), (p, x, y))
        return jnp.mean((x @ q["w"] + q["b"] - y) ** 2)

    cut = lambda t: t.reshape(micro_batches, -1, t.shape[1])
    g = jax.vmap(jax.grad(loss), (None, 0, 0))(p, cut(x), cut(y))
    p = {k: descend(p[k], g[k].mean(0), lr) for k in p}
    return jnp.array([[loss(p, x, y)]], jnp.float32)  #@ wrong-output-shape
