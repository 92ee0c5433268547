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


def loss_fn(model, x, y):
    copy = compute_copy(model)
    return jnp.mean(jnp.square(copy(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def start_sum(model):
    return jax.tree.map(jnp.zeros_like, nnx.state(compute_copy(model), nnx.Param))  #@ low-precision-accumulator


def add(total, grads):
    return jax.tree.map(lambda t, g: t + g.astype(t.dtype), total, grads)  #@ low-precision-accumulator


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = start_sum(model)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = add(total, nnx.grad(loss_fn)(model, xb, yb))
    mean = jax.tree.map(lambda t: t.astype(jnp.float32) / micro_batches, total)
    optimizer.update(model, mean)
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
