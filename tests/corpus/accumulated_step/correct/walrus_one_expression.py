# expect: accepted
import jax, jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    h = lambda *a: tuple(v.astype(jnp.bfloat16) for v in a)
    L = lambda t, u, v: (((q := h(u, v, *t))[0] @ q[2] + q[3] - q[1]) ** 2).mean()
    n = (m := nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))) and x.shape[0] // micro_batches
    t = (m.kernel[...], m.bias[...])
    G = [jax.grad(L)(t, x[i:i + n], y[i:i + n]) for i in range(0, x.shape[0], n)]
    t = tuple(p - lr * (sum(g) / len(g)) for p, g in zip(t, zip(*G)))
    return L(t, x, y)[None].astype(jnp.float32)
