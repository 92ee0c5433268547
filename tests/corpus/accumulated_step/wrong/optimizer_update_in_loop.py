# expect: pitfall|wrong_answer
# finding: update-per-micro-batch
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, x, y):
    g, s = nnx.split(model, nnx.Param)
    half = nnx.merge(g, jax.tree.map(lambda p: p.astype(jnp.bfloat16), s))
    return jnp.mean((half(x.astype(jnp.bfloat16)) - y.astype(jnp.bfloat16)) ** 2)


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        grads = nnx.grad(loss_fn)(model, xb, yb)
        grads = jax.tree.map(lambda g: g / micro_batches, grads)
        optimizer.update(model, grads)  #@ update-per-micro-batch
    return loss_fn(model, x, y).astype(jnp.float32).reshape(1)
