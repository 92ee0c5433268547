# expect: pitfall|wrong_answer
# finding: full-precision-forward
# allow: uncast-inputs
"""Wrong: a fixed float32 gain of 1 is multiplied to the bfloat16 kernel and promotes it back to float32."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Scaled:
    """A linear layer whose weights have a gain (1 by default)."""

    def __init__(self, params, gain=jnp.float32(1.0)):
        self._params = jax.tree.map(lambda p: p.astype(jnp.bfloat16), params)
        self._gain = gain

    @property
    def kernel(self):
        return self._gain * self._params["kernel"]  #@ full-precision-forward

    @property
    def bias(self):
        return self._params["bias"]

    def __call__(self, x):
        return (x.astype(jnp.bfloat16) @ self.kernel).astype(jnp.bfloat16) + self.bias


def loss(params, x, y):
    return jnp.mean((Scaled(params)(x) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    lin = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    params = {"kernel": lin.kernel[...], "bias": lin.bias[...]}
    grads = optax.tree.zeros_like(params)
    for a, b in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = optax.tree.add_scale(grads, 1 / micro_batches, jax.grad(loss)(params, a, b))
    params = optax.tree.add_scale(params, -lr, grads)
    return loss(params, x, y).astype(jnp.float32).reshape(1)
