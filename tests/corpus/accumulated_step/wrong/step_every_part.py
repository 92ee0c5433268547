# expect: wrong_answer|pitfall
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def to_compute(model):
    g, s = nnx.split(model, nnx.Param)
    return nnx.merge(g, jax.tree.map(lambda v: v.astype(jnp.bfloat16), s))


@nnx.jit
def train_step(model, optimizer, xb, yb):
    def loss_fn(model):
        return jnp.mean((to_compute(model)(xb) - yb) ** 2)

    grads = nnx.grad(loss_fn)(model)
    optimizer.update(model, grads)  #@ update-per-micro-batch


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    # each part does its share of the step
    optimizer = nnx.Optimizer(model, optax.sgd(lr / micro_batches), wrt=nnx.Param)
    x16 = jnp.asarray(x, jnp.bfloat16)
    y16 = jnp.asarray(y, jnp.bfloat16)
    for xb, yb in zip(jnp.split(x16, micro_batches), jnp.split(y16, micro_batches)):
        train_step(model, optimizer, xb, yb)  #@ update-per-micro-batch
    return jnp.mean((to_compute(model)(x16) - y16) ** 2).astype(jnp.float32).reshape(1)
