# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class HalfLinear(nnx.Module):
    """Keeps float32 parameters and computes in bfloat16."""

    def __init__(self, din, dout, *, rngs):
        self.inner = nnx.Linear(din, dout, rngs=rngs)

    def __call__(self, x):
        w = jnp.asarray(self.inner.kernel[...], jnp.bfloat16)
        b = jnp.asarray(self.inner.bias[...], jnp.bfloat16)
        return jnp.einsum("ni,io->no", x.astype(jnp.bfloat16), w) + b

    def loss(self, x, y):
        return jnp.mean((self(x) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = HalfLinear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grad_fn = nnx.grad(HalfLinear.loss)

    grads = None
    for i, (a, b) in enumerate(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))):
        g = grad_fn(model, a, b)
        grads = g if i == 0 else jax.tree.map(jnp.add, grads, g)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return model.loss(x, y).astype(jnp.float32)[None]
