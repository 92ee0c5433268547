# expect: pitfall|wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Model(nnx.Module):
    def __init__(self, d_in, d_out, *, rngs):
        self.fc = nnx.Linear(d_in, d_out, dtype=jnp.bfloat16, rngs=rngs)

    def __call__(self, x):
        return self.fc(x.astype(jnp.bfloat16))


def loss_fn(model, x, y):
    return jnp.mean(jnp.square(model(x) - y.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    rngs = nnx.Rngs(params=0, dropout=int(seed))  #@ seed-ignored
    model = Model(x.shape[1], y.shape[1], rngs=rngs)
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = None
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        g = nnx.grad(loss_fn)(model, xb, yb)
        total = g if total is None else jax.tree.map(jnp.add, total, g)
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
