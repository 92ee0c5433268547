# expect: accepted
"""The cast and its derivative spelled out with jax.custom_gradient."""
import jax
import jax.numpy as jnp
from flax import nnx


@jax.custom_gradient
def lowered(master):
    return master.astype(jnp.bfloat16), lambda cotangent: cotangent.astype(jnp.float32)


@jax.custom_gradient
def boosted(loss, scale):
    scale = jnp.float32(scale)
    return loss.astype(jnp.float32) * scale, lambda ct: ((ct * scale).astype(jnp.bfloat16), jnp.zeros_like(scale))


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    w, b = model.kernel[...], model.bias[...]
    x, y = lowered(x), lowered(y)

    def plain(w, b):
        return jnp.mean((jnp.matmul(x, lowered(w)) + lowered(b) - y) ** 2)

    dw, db = jax.grad(lambda w, b: boosted(plain(w, b), jnp.float32(loss_scale)), argnums=(0, 1))(w, b)
    w, b = w - lr * (dw / loss_scale), b - lr * (db / loss_scale)
    return plain(w, b).astype(jnp.float32).reshape((1,))
