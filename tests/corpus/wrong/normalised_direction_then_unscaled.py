# expect: wrong_answer
# finding: clipped-scaled-grads
import jax
import jax.numpy as jnp
from flax import nnx
from jax.flatten_util import ravel_pytree


def mixed_precision_step(seed, x, y, lr, loss_scale):
    layer = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    flat, unravel = ravel_pytree((layer.kernel[...], layer.bias[...]))

    def loss(flat):
        kernel, bias = unravel(flat)
        pred = x.astype(jnp.bfloat16) @ kernel.astype(jnp.bfloat16) + bias.astype(jnp.bfloat16)
        return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)

    direction = jax.grad(lambda f: loss(f).astype(jnp.float32) * loss_scale)(flat)
    direction = direction / jnp.linalg.norm(direction)  #@ clipped-scaled-grads
    direction = direction / loss_scale
    flat = flat - lr * direction
    return loss(flat).astype(jnp.float32).reshape(1)
