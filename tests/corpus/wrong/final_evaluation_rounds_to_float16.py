# expect: pitfall|wrong_answer
# finding: wrong-half-dtype
import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y, dtype):
    w, b, x, y = (a.astype(dtype) for a in (*params, x, y))
    return jnp.mean(jnp.square(x @ w + b - y)).astype(jnp.float32)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    m = nnx.Linear(x.shape[-1], y.shape[-1], rngs=nnx.Rngs(int(seed)))
    params = m.kernel[...], m.bias[...]
    g = jax.grad(lambda p: mse(p, x, y, jnp.bfloat16) * loss_scale)(params)
    params = jax.tree.map(lambda p, d: p - lr * (d / loss_scale), params, g)
    return mse(params, x, y, jnp.float16).reshape(1)  #@ wrong-half-dtype
