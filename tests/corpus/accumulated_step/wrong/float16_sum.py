# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def loss(p, x, y):
    p, x, y = jax.tree.map(lambda t: t.astype(jnp.bfloat16), (p, x, y))
    return jnp.square(x @ p["k"] + p["b"] - y).mean()


@jax.jit
def accumulate(p, xs, ys):
    def body(acc, xy):
        g = jax.grad(loss)(p, *xy)
        return {k: acc[k] + g[k].astype("float16") for k in acc}, None  #@ wrong-half-dtype

    start = {k: jnp.zeros(v.shape, "float16") for k, v in p.items()}  #@ wrong-half-dtype
    acc, _ = jax.lax.scan(body, start, (xs, ys))
    return {k: v.astype("float32") / len(xs) for k, v in acc.items()}


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}
    g = accumulate(p, x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    p = {k: p[k] - lr * g[k] for k in p}
    return loss(p, x, y).astype("float32").reshape(1)
