# expect: wrong_answer
# finding: wrong-output-dtype
import numpy as np
import jax
import jax.numpy as jnp
from flax import nnx


def cost(p, x, y):
    w, b = p["w"].astype(jnp.bfloat16), p["b"].astype(jnp.bfloat16)
    return jnp.mean(jnp.square(x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = {"w": lin.kernel[...], "b": lin.bias[...]}
    acc = {n: np.zeros(v.shape, np.float32) for n, v in p.items()}
    rows = len(x) // micro_batches
    for i in range(micro_batches):
        g = jax.grad(cost)(p, x[i * rows:(i + 1) * rows], y[i * rows:(i + 1) * rows])
        for n in p:
            acc[n] = acc[n] + np.array(g[n])
    p = {n: p[n] - lr * (acc[n] / micro_batches) for n in p}
    loss = float(cost(p, x, y))
    return np.array([loss])  #@ wrong-output-dtype
