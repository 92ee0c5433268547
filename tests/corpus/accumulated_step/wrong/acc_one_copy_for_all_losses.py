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


def mse(half_model, x, y):
    pred = half_model(x.astype(jnp.bfloat16))
    return jnp.mean((pred - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    xs = jnp.split(x, micro_batches)
    ys = jnp.split(y, micro_batches)

    def total_loss(model):
        half = compute_copy(model)  #@ low-precision-accumulator
        losses = [mse(half, xb, yb) for xb, yb in zip(xs, ys)]  #@ low-precision-accumulator
        return sum(losses)  #@ low-precision-accumulator

    grads = nnx.grad(total_loss)(model)
    grads = jax.tree.map(lambda g: g / micro_batches, grads)
    optimizer.update(model, grads)
    return mse(compute_copy(model), x, y).astype(jnp.float32).reshape(1)
