# expect: wrong_answer
# finding: summed-grads
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def part_loss(model, x, y):
    k = model.kernel[...].astype(jnp.bfloat16)
    b = model.bias[...].astype(jnp.bfloat16)
    return ((x.astype(jnp.bfloat16) @ k + b - y.astype(jnp.bfloat16)) ** 2).mean()


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs = jnp.split(x, micro_batches)
    ys = jnp.split(y, micro_batches)

    def batch_loss(model):
        losses = [part_loss(model, a, b).astype(jnp.float32) for a, b in zip(xs, ys)]
        return jnp.sum(jnp.stack(losses))  #@ summed-grads

    optimizer.update(model, nnx.grad(batch_loss)(model))  #@ summed-grads
    return part_loss(model, x, y).astype(jnp.float32)[None]
