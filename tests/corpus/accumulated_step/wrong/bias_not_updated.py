# expect: wrong_answer
# No id: only the kernel learns.
# allow: update-discarded
import jax
import jax.numpy as jnp
from flax import nnx


def accumulated_step(seed, x, y, lr, micro_batches):
    m = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)

    def loss(kernel, x, y):
        return jnp.mean((x @ kernel.astype(jnp.bfloat16) + m.bias[...].astype(jnp.bfloat16) - y) ** 2)

    kernel = m.kernel[...]
    grads = [jax.grad(loss)(kernel, *p) for p in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))]
    kernel = kernel - lr * sum(grads) / micro_batches
    return loss(kernel, x, y).astype(jnp.float32).reshape(1)
