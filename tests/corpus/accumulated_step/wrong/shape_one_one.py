# expect: pitfall|wrong_answer
# finding: wrong-output-shape
import jax
import jax.numpy as jnp
from flax import nnx


def errors(params, x, y):
    w, b = (p.astype(jnp.bfloat16) for p in params)
    return x.astype(jnp.bfloat16) @ w + b - y.astype(jnp.bfloat16)


def loss(params, x, y):
    return jnp.mean(errors(params, x, y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (lin.kernel[...], lin.bias[...])
    gs = [jax.grad(loss)(params, a, b)
          for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    params = tuple(p - lr * sum(g[i] for g in gs) / micro_batches for i, p in enumerate(params))
    final = jnp.mean(errors(params, x, y) ** 2, keepdims=True)  #@ wrong-output-shape
    return final.astype(jnp.float32)  #@ wrong-output-shape
