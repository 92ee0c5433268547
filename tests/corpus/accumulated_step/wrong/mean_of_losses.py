# expect: pitfall|wrong_answer
# finding: stale-loss
import jax
import jax.numpy as jnp
import optax
from flax import nnx


def loss_fn(model, xb, yb):
    return jnp.mean(jnp.square(model(xb) - yb.astype(jnp.bfloat16)))


def accumulated_step(seed, x, y, lr, micro_batches):
    model = nnx.Linear(x.shape[1], y.shape[1], dtype=jnp.bfloat16, rngs=nnx.Rngs(int(seed)))
    optimizer = nnx.Optimizer(model, optax.sgd(lr), wrt=nnx.Param)
    grads, running = None, 0.0
    for xb, yb in zip(jnp.split(x, micro_batches), jnp.split(y, micro_batches)):
        loss, g = nnx.value_and_grad(loss_fn)(model, xb, yb)  #@ stale-loss
        running += loss.astype(jnp.float32)  #@ stale-loss
        grads = g if grads is None else jax.tree.map(jnp.add, grads, g)
    optimizer.update(model, jax.tree.map(lambda g: g / micro_batches, grads))
    return (running / micro_batches).reshape(1)  #@ stale-loss
