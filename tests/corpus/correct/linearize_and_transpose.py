# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [lin.kernel[...], lin.bias[...]]
    xh = lax.convert_element_type(x, jnp.bfloat16)
    yh = lax.convert_element_type(y, jnp.bfloat16)

    def loss(theta):
        k, b = [lax.convert_element_type(t, jnp.bfloat16) for t in theta]
        out = lax.dot(xh, k) + b
        return lax.convert_element_type(jnp.mean((out - yh) ** 2), jnp.float32)

    def scaled(theta):
        return loss(theta) * loss_scale

    out, jvp = jax.linearize(scaled, theta)
    (grads,) = jax.linear_transpose(jvp, theta)(jnp.ones_like(out))
    theta = [t - lr * g / loss_scale for t, g in zip(theta, grads)]
    return loss(theta).reshape(-1)
