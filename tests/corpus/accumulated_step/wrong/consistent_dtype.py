# expect: wrong_answer|pitfall
# finding: low-precision-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def loss_fn(model, xb, yb):
    err = compute_copy(model)(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)
    return jnp.mean(err * err)


class GradientBuffer:
    def __init__(self, like):
        self.sum = jax.tree.map(lambda p: jnp.zeros(p.shape, jnp.float32), like)
        self.count = 0

    def add(self, grads):
        # gradients are bfloat16, the sum is float32
        grads = jax.tree.map(lambda g: g.astype(jnp.bfloat16), grads)  #@ low-precision-grads
        self.sum = jax.tree.map(lambda s, g: s + g.astype(jnp.float32), self.sum, grads)
        self.count += 1

    def mean(self):
        return jax.tree.map(lambda s: s / self.count, self.sum)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    buffer = GradientBuffer(nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        buffer.add(nnx.grad(loss_fn)(model, xb, yb))
    optimizer.update(model, buffer.mean())
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
