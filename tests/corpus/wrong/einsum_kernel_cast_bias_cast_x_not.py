# expect: pitfall|wrong_answer
# finding: uncast-inputs
import jax
import jax.numpy as jnp
from flax import nnx


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    kernel, bias = lin.kernel[...], lin.bias[...]
    targets = y.astype(jnp.bfloat16)

    def loss_fn(kernel, bias):
        low_kernel, low_bias = kernel.astype(jnp.bfloat16), bias.astype(jnp.bfloat16)
        pred = jnp.einsum("ni,io->no", x, low_kernel) + low_bias  #@ uncast-inputs
        return jnp.mean((pred.astype(jnp.bfloat16) - targets) ** 2)

    def scaled(kernel, bias):
        return loss_fn(kernel, bias).astype(jnp.float32) * loss_scale

    dk, db = jax.grad(scaled, argnums=(0, 1))(kernel, bias)
    kernel = kernel - lr * (dk / loss_scale)
    bias = bias - lr * (db / loss_scale)
    return loss_fn(kernel, bias).astype(jnp.float32).reshape((1,))
