# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def part_loss(half, xb, yb):
    pred = half(xb.astype(jnp.bfloat16))  #@ low-precision-accumulator
    return jnp.mean(jnp.square(pred - yb.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)

    def total_loss(model):
        half = compute_copy(model)  #@ low-precision-accumulator
        total = jnp.float32(0)
        for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
            total += part_loss(half, xb, yb).astype(jnp.float32)  #@ low-precision-accumulator
        return total

    grads = nnx.grad(total_loss)(model)  #@ low-precision-accumulator
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return part_loss(compute_copy(model), x, y).astype(jnp.float32).reshape(1)
