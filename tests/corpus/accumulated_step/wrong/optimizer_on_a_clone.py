# expect: pitfall|wrong_answer
# finding: update-discarded
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def halve(model):
    gd, st = nnx.split(model, nnx.Param)
    return nnx.merge(gd, jax.tree.map(lambda v: v.astype(jnp.bfloat16), st))


def criterion(model, xb, yb):
    return jnp.mean((halve(model)(xb.astype(jnp.bfloat16)) - yb.astype(jnp.bfloat16)) ** 2)


def train(model, optimizer, parts):
    total = None
    for xb, yb in parts:
        g = nnx.grad(criterion)(model, xb, yb)
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / len(parts), total))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    student = nnx.clone(model)
    optimizer = nnx.Optimizer(student, optax.sgd(lr), wrt=nnx.Param)
    train(student, optimizer, list(zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches))))
    return criterion(model, x, y).astype(jnp.float32).reshape(1)  #@ update-discarded
