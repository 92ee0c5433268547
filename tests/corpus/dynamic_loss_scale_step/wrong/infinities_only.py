# expect: wrong_answer
# finding: partial-finite-check
import jax
import jax.numpy as jnp
from flax import nnx


def dynamic_loss_scale_step(seed, x, y, lr, loss_scale, good_steps, growth_interval):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"k": lin.kernel[...], "b": lin.bias[...]}
    x16 = x.astype("float16")
    y16 = y.astype("float16")

    def loss_of(q):
        r = x16 @ q["k"].astype("float16") + q["b"].astype("float16") - y16
        return (r * r).mean()

    g = jax.grad(lambda q: loss_of(q).astype("float32") * loss_scale)(p)
    bad = jnp.isinf(g["k"]).any() | jnp.isinf(g["b"]).any()  #@ partial-finite-check
    if bad:
        s = loss_scale / 2
        if s < 1.0:
            s = 1.0
        n = 0
    else:
        p = {name: p[name] - lr * (g[name] / loss_scale) for name in p}
        n = good_steps + 1
        s = loss_scale
        if n >= growth_interval:
            s = 2 * s
            n = 0
            if s > 2**24:
                s = 2.0**24
    out = loss_of(p).astype("float32")
    return jnp.array([out, s, n], dtype="float32")
