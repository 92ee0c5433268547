# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    half = jax.tree.map(lambda p: p.astype(jnp.bfloat16), state)
    return nnx.merge(graphdef, half)


def mse(half, x, y):
    return jnp.mean((half(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x16 = x.astype(jnp.bfloat16)
    y16 = y.astype(jnp.bfloat16)
    parts = list(zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)))

    def total_loss(model):
        half = compute_copy(model)  #@ low-precision-accumulator
        total = 0.0
        for xb, yb in parts:
            total = total + mse(half, xb, yb).astype(jnp.float32)  #@ low-precision-accumulator
        return total

    grads = nnx.grad(total_loss)(model)  #@ low-precision-accumulator
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    optimizer.update(model, grads)
    return mse(compute_copy(model), x16, y16).astype(jnp.float32).reshape(1)
