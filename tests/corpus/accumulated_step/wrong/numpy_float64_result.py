# expect: pitfall|wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

bf16 = jnp.bfloat16


def loss(p, x, y):
    w = p["w"].astype(bf16)
    b = p["b"].astype(bf16)
    return jnp.mean((jnp.dot(x, w) + b - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    p = dict(w=layer.kernel[...], b=layer.bias[...])
    x, y = jnp.asarray(x).astype(bf16), jnp.asarray(y).astype(bf16)

    m = x.shape[0] // micro_batches
    g = dict(w=0.0, b=0.0)
    for i in range(micro_batches):
        gi = jax.grad(loss)(p, x[i * m:(i + 1) * m], y[i * m:(i + 1) * m])
        g["w"] = g["w"] + gi["w"]
        g["b"] = g["b"] + gi["b"]

    for key in p:
        p[key] = p[key] - lr * (g[key] / micro_batches)

    result = float(loss(p, x, y))
    return np.array([result])  #@ wrong-output-dtype
