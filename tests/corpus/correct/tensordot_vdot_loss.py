# expect: accepted
import jax
import jax.numpy as jnp
from flax import nnx

half = jnp.bfloat16


def mixed_precision_step(seed, x, y, lr, loss_scale):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    masters = {"w": lin.kernel[...], "b": lin.bias[...]}
    xh = jax.lax.convert_element_type(x, half)
    yh = jax.lax.convert_element_type(y, half)

    def loss(m):
        r = jnp.tensordot(xh, m["w"].astype(half), axes=1) + m["b"].astype(half) - yh
        return jnp.vdot(r, r) / r.size

    grads = jax.jacrev(lambda m: loss(m).astype(jnp.float32) * loss_scale)(masters)
    masters = {k: masters[k] - lr * (grads[k] / loss_scale) for k in masters}
    return loss(masters).astype(jnp.float32)[None]
