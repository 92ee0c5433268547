# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    half = lambda t: jax.tree.map(lambda a: a.astype(jnp.bfloat16), t)

    def loss(params):
        p = half(params)
        return jnp.mean((half(x) @ p["kernel"] + p["bias"] - half(y)) ** 2)

    scaled, grads = jax.value_and_grad(lambda p: loss(p).astype(jnp.float32) * loss_scale)(params)
    grads = jax.tree.map(lambda g: g * loss_scale**-1, grads)

    def apply(operands):
        p, g = operands
        return jax.tree.map(lambda p, g: p + (-lr) * g, p, g)

    params = lax.cond(jnp.isfinite(scaled), apply, lambda operands: operands[0], (params, grads))
    return loss(params).astype(jnp.float32).reshape((1,))
