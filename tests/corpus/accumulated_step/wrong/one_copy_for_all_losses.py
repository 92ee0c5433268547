# expect: pitfall|wrong_answer
# finding: low-precision-accumulator
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def part_loss(half, x, y):
    return jnp.mean(jnp.square(half(x) - y))


def mean_loss(model, xs, ys):
    half = compute_copy(model)  #@ low-precision-accumulator
    losses = [part_loss(half, a, b) for a, b in zip(xs, ys)]  #@ low-precision-accumulator
    return sum(l.astype(jnp.float32) for l in losses) / len(losses)  #@ low-precision-accumulator


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    x, y = x.astype(jnp.bfloat16), y.astype(jnp.bfloat16)
    opt = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads = nnx.grad(mean_loss)(model, jnp.split(x, micro_batches), jnp.split(y, micro_batches))
    opt.update(model, grads)
    return part_loss(compute_copy(model), x, y).astype(jnp.float32).reshape(1)
