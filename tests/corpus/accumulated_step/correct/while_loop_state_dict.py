# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = {"k": lin.kernel[...], "b": lin.bias[...]}
    X = x.reshape(micro_batches, -1, x.shape[1])
    Y = y.reshape(micro_batches, -1, y.shape[1])

    def L(theta, x, y):
        h = {n: v.astype(jnp.bfloat16) for n, v in theta.items()}
        r = jnp.einsum("ni,io->no", x.astype(jnp.bfloat16), h["k"]) + h["b"] - y.astype(jnp.bfloat16)
        return jnp.mean(r * r)

    def go_on(s):
        return s["i"] < micro_batches

    def one_more(s):
        g = jax.grad(L)(theta, X[s["i"]], Y[s["i"]])
        return {"i": s["i"] + 1, "sum": {n: s["sum"][n] + g[n] for n in g}}

    s = jax.lax.while_loop(go_on, one_more, {"i": 0, "sum": {n: jnp.zeros_like(v) for n, v in theta.items()}})
    theta = {n: theta[n] - lr * (s["sum"][n] / micro_batches) for n in theta}
    return jnp.stack([L(theta, x, y)]).astype(jnp.float32)
