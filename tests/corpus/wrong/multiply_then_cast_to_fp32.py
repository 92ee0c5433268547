# expect: pitfall
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = (lin.kernel[...], lin.bias[...])

    def scaled_loss(masters):
        kernel, bias = jax.tree.map(lambda m: m.astype(jnp.bfloat16), masters)
        pred = x.astype(jnp.bfloat16) @ kernel + bias
        loss = jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)
        scaled = jnp.multiply(loss, loss_scale).astype(jnp.float32)  #@ low-precision-loss-scale
        return scaled, loss

    grads, _ = jax.jit(jax.grad(scaled_loss, has_aux=True))(masters)
    masters = jax.tree.map(lambda m, g: m - lr * (g / loss_scale), masters, grads)
    return scaled_loss(masters)[1].astype(jnp.float32).reshape((1,))
