# expect: pitfall|wrong_answer
# finding: master-downcast
"""A call with a line for each argument."""

import jax
import jax.numpy as jnp
from flax import nnx


def make_model(seed, d, k):
    return nnx.Linear(
        d,
        k,
        dtype=jnp.bfloat16,
        param_dtype=jnp.bfloat16,  #@ master-downcast
        rngs=nnx.Rngs(int(seed)),
    )


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = make_model(seed, x.shape[1], y.shape[1])
    xh, yh = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss_fn(m):
        return jnp.mean((m(xh) - yh) ** 2)

    grads = nnx.grad(lambda m: loss_fn(m).astype(jnp.float32) * loss_scale)(model)
    params = nnx.state(model)
    params = jax.tree.map(lambda p, g: (p.astype(jnp.float32) - lr * (g.astype(jnp.float32) / loss_scale)).astype(p.dtype), params, grads)
    nnx.update(model, params)
    return loss_fn(model).astype(jnp.float32).reshape(1)
