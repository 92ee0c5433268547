# expect: wrong_answer
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], use_bias=False, rngs=nnx.Rngs(int(seed)))
    w = lin.kernel[...]

    def loss(w):
        return jnp.mean((x.astype(jnp.bfloat16) @ w.astype(jnp.bfloat16) - y.astype(jnp.bfloat16)) ** 2)

    g = jax.grad(lambda w: loss(w).astype(jnp.float32) * loss_scale)(w)
    w = w - lr * g / loss_scale
    return loss(w).astype(jnp.float32).reshape((1,))
