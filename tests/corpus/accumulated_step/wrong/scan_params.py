# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import functools

import jax
import jax.numpy as jnp
from flax import nnx


def mse(params, x, y):
    w, b = params[0].astype(jnp.bfloat16), params[1].astype(jnp.bfloat16)
    return jnp.mean((x @ w + b - y) ** 2)


@functools.partial(jax.jit, static_argnames=("micro_batches",))
def run(params, x, y, lr, micro_batches):
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    share = lr / micro_batches

    def body(params, part):
        grads = jax.grad(mse)(params, *part)
        return jax.tree.map(lambda p, g: p - share * g, params, grads), None  #@ update-per-micro-batch

    parts = (x.reshape(micro_batches, -1, x.shape[1]), y.reshape(micro_batches, -1, y.shape[1]))
    params, _ = jax.lax.scan(body, params, parts)  #@ update-per-micro-batch
    return mse(params, x, y).astype(jnp.float32).reshape(1)


def accumulated_step(seed, x, y, lr, micro_batches):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    return run((layer.kernel[...], layer.bias[...]), x, y, lr, micro_batches=micro_batches)
