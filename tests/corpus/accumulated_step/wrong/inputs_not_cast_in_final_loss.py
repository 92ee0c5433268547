# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def loss(params, x, y):
    w = params[0].astype(jnp.bfloat16)
    b = params[1].astype(jnp.bfloat16)
    return jnp.mean(jnp.square(jnp.dot(x, w) + b - y))


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = (layer.kernel[...], layer.bias[...])
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)
    gsum = (jnp.zeros_like(params[0]), jnp.zeros_like(params[1]))
    for xb, yb in zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)):
        gw, gb = jax.grad(loss)(params, xb, yb)
        gsum = (gsum[0] + gw, gsum[1] + gb)
    params = tuple(p - lr * g / micro_batches for p, g in zip(params, gsum))
    final = loss(params, x, y16)  #@ uncast-inputs
    return final.astype(jnp.float32).reshape(1)
