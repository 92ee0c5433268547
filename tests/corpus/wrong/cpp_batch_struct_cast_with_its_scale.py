# expect: pitfall|wrong_answer
# finding: low-precision-loss-scale
from typing import NamedTuple
import jax
import jax.numpy as jnp
from flax import nnx


class Batch(NamedTuple):          # struct Batch { Tensor x, y; float scale; };
    x: jax.Array
    y: jax.Array
    scale: jax.Array


def to_device_half(batch):
    return jax.tree.map(lambda t: t.astype(jnp.bfloat16), batch)


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"W": layer.kernel[...], "b": layer.bias[...]}
    batch = Batch(x, y, jnp.float32(loss_scale))
    half = to_device_half(batch)  #@ low-precision-loss-scale

    def loss(params):
        W = params["W"].astype(jnp.bfloat16)
        b = params["b"].astype(jnp.bfloat16)
        e = half.x @ W + b - half.y
        return jnp.mean(e * e).astype(jnp.float32)

    grads = jax.grad(lambda p: loss(p) * half.scale.astype(jnp.float32))(params)
    for k in params:
        params[k] = params[k] - lr * (grads[k] / batch.scale)
    return loss(params).reshape(1)
