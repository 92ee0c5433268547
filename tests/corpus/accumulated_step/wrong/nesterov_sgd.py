# expect: wrong_answer
"""Wrong: SGD with Nesterov momentum, whose first step is 1.9 times as long as that of plain SGD."""
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def compute_copy(model):
    graphdef, state = nnx.split(model, nnx.Param)
    return nnx.merge(graphdef, jax.tree.map(lambda p: p.astype(jnp.bfloat16), state))


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(compute_copy(model)(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr, momentum=0.9, nesterov=True), wrt=nnx.Param)
    grads = []
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads.append(nnx.grad(loss_fn)(model, xb, yb))
    optimizer.update(model, jax.tree.map(lambda *g: sum(g) / micro_batches, *grads))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
