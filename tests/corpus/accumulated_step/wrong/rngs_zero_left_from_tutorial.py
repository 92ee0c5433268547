# expect: wrong_answer
# finding: seed-ignored
import jax
import jax.numpy as jnp
import optax
from flax import nnx


class Model(nnx.Module):
    def __init__(self, d_in, d_out, rngs: nnx.Rngs = nnx.Rngs(0)):  #@ seed-ignored
        self.linear = nnx.Linear(d_in, d_out, rngs=rngs)

    def __call__(self, x):
        return self.linear(x)


def loss_fn(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    rngs = nnx.Rngs(int(seed))
    model = Model(x.shape[1], y.shape[1])  #@ seed-ignored
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    total = jax.tree.map(jnp.zeros_like, nnx.state(model, nnx.Param))
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        total = jax.tree.map(jnp.add, total, nnx.grad(loss_fn)(model, xb, yb))
    optimizer.update(model, jax.tree.map(lambda t: t / micro_batches, total))
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
