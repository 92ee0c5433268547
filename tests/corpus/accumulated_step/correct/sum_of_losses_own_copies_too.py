# expect: accepted
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def part_loss(model, xb, yb):
    pred = compute_copy(model)(xb.astype(jnp.bfloat16))
    return jnp.mean((pred - yb.astype(jnp.bfloat16)) ** 2)


def all_losses(model, xs, ys):
    return sum(part_loss(model, xb, yb).astype(jnp.float32) for xb, yb in zip(xs, ys))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)
    xs = jnp.split(jnp.asarray(x), micro_batches, axis=0)
    ys = jnp.split(jnp.asarray(y), micro_batches, axis=0)
    grads = nnx.grad(all_losses)(model, xs, ys)
    optimizer.update(model, grads)
    final = part_loss(model, x, y)
    return jnp.array([final], dtype=jnp.float32)
