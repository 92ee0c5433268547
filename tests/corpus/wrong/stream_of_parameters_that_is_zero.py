# expect: pitfall|wrong_answer
# finding: seed-ignored
"""The run's number goes to the stream that nothing is drawn from."""

import jax
import jax.numpy as jnp
from flax import nnx

def build(run, d, k):
    rngs = nnx.Rngs(  #@ seed-ignored
        params=0, dropout=int(run))  #@ seed-ignored
    return nnx.Linear(d, k, rngs=rngs)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = build(seed, x.shape[1], y.shape[1])
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(params):
        w, b = params
        return jnp.mean((xh @ w.astype(jnp.bfloat16) + b.astype(jnp.bfloat16) - yh) ** 2)

    params = (model.kernel[...], model.bias[...])
    grads = jax.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(params)
    params = jax.tree.map(lambda p, g: p - lr * (g / loss_scale), params, grads)
    return loss_fn(params).astype(jnp.float32).reshape(1)
