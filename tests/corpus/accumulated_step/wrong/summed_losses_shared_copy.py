# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def mse(half, x, y):
    return jnp.mean((half(x) - y) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    x = jnp.asarray(x, jnp.bfloat16)
    y = jnp.asarray(y, jnp.bfloat16)

    def total_loss(model):
        half = compute_copy(model)  #@ low-precision-accumulator
        total = jnp.zeros((), jnp.float32)
        for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
            total += mse(half, xb, yb).astype(jnp.float32)  #@ low-precision-accumulator
        return total

    grads = nnx.grad(total_loss)(model)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    optimizer.update(model, grads)

    return mse(compute_copy(model), x, y).astype(jnp.float32).reshape(1)
