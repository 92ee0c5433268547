# expect: wrong_answer
# finding: wrong-output-dtype
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)), dtype=jnp.bfloat16)
    targets = y.astype(jnp.bfloat16)

    def half_loss(m):
        return jnp.square(m(x) - targets).mean()

    def scaled_loss(m):
        return half_loss(m).astype(jnp.float32) * loss_scale

    grads = nnx.grad(scaled_loss)(model)
    for name in ("kernel", "bias"):
        g = grads[name][...].astype(jnp.float32) / loss_scale
        p = getattr(model, name)
        p[...] = p[...] - lr * g
    final = half_loss(model)
    return jnp.reshape(final, (1,))  #@ wrong-output-dtype
