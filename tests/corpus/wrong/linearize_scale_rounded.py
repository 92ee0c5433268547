# expect: pitfall
# finding: low-precision-loss-scale
import jax
import jax.numpy as jnp
from flax import nnx
from jax import lax


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    theta = [lin.kernel[...], lin.bias[...]]
    xh = lax.convert_element_type(x, jnp.bfloat16)
    yh = lax.convert_element_type(y, jnp.bfloat16)
    factor = lax.convert_element_type(loss_scale, jnp.bfloat16)  #@ low-precision-loss-scale

    def scaled(theta):
        k, b = [lax.convert_element_type(t, jnp.bfloat16) for t in theta]
        loss = jnp.mean((lax.dot(xh, k) + b - yh) ** 2)
        return lax.mul(loss, factor), loss  #@ low-precision-loss-scale

    out, jvp, _ = jax.linearize(scaled, theta, has_aux=True)
    (grads,) = jax.linear_transpose(jvp, theta)(jnp.ones_like(out))
    theta = [t - lr * g / loss_scale for t, g in zip(theta, grads)]
    return scaled(theta)[1].astype(jnp.float32).reshape(-1)
